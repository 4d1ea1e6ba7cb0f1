import { statSync } from 'node:fs';

/**
 * Refuse what is no file and would keep whoever opens it waiting for another program: the
 * kernel can do nothing else meanwhile.
 *
 * @throws Error whose message is for the user
 */
export function refuseWaitingFile(path: string, name: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  const kind = status?.isFIFO() ? 'a named pipe' : status?.isSocket() ? 'a socket' : null;
  if (kind !== null) {
    const error = new Error(`${name} is ${kind}, not a file: choose another name.`);
    error.name = 'OSError';
    throw error;
  }
}
