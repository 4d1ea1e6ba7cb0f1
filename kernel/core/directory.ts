import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest path of a directory in which sockets of ours still have valid names, with room. */
const MAX_LENGTH = 60;

const PREFIX = 'rankbook-';

/** A file in every directory of ours: no other directory is ever removed. */
const MARKER = '.rankbook-kernel';

/** Age at which a directory without a socket is nobody's, milliseconds. */
const ABANDONED = 60_000;

/** The user's place for short-lived files; where its path is too long for sockets, `/tmp`. */
function parentOf(env: NodeJS.ProcessEnv): string {
  const parent = env['XDG_RUNTIME_DIR'] ?? tmpdir();
  return parent.length <= MAX_LENGTH ? parent : '/tmp';
}

/** A new directory for sockets and the like, only for the user. */
export function makeDirectory(env: NodeJS.ProcessEnv): string {
  const path = makeIn(parentOf(env)) ?? mkdtempSync(join('/tmp', PREFIX));
  writeFileSync(join(path, MARKER), '');
  return path;
}

function makeIn(parent: string): string | null {
  try {
    return mkdtempSync(join(parent, PREFIX));
  } catch {
    return null;
  }
}

/**
 * Remove the directories of kernels that were killed. Such a kernel no longer accepts
 * connections, which can be told also of one in another container that shares `/tmp`.
 *
 * @param socketName - of the socket on which a kernel listens for all its life
 */
export async function removeAbandoned(env: NodeJS.ProcessEnv, socketName: string): Promise<void> {
  const parent = parentOf(env);
  const names = readdirSync(parent).filter(name => name.startsWith(PREFIX));
  for (const path of names.map(name => join(parent, name))) {
    try {
      // Of the directory itself, never of what a link points to.
      const { uid, mtimeMs } = lstatSync(path);
      const mine = uid === process.getuid?.() && statSync(join(path, MARKER)).size === 0;
      if (mine && Date.now() - mtimeMs > ABANDONED && !(await listens(join(path, socketName)))) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // No marker, another kernel was faster, or the directory is not ours to look into.
    }
  }
}

function listens(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    );
  });
}
