import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import { refuseWaitingFile } from '../runs/waitingFile.js';

export interface IFileToWrite {
  file: string;
  append: boolean;
  body: string;
}

/**
 * Write the file of a `%%writefile` cell.
 *
 * @param cwd - Directory to which a relative name refers: that of the plain cells.
 * @returns what to print: IPython's line (IPython/core/magics/osm.py, `writefile`), then the
 *   path and how to run it.
 */
export function writeCellFile(plan: IFileToWrite, cwd: string): string {
  const name = plan.file.replace(/^~(?=\/|$)/, homedir());
  const path = resolve(cwd, name);
  refuseWaitingFile(path, name);
  const existed = existsSync(path);
  try {
    (plan.append ? appendFileSync : writeFileSync)(path, plan.body);
  } catch (error) {
    throw asPython(error as NodeJS.ErrnoException, name);
  }
  const verb = existed ? (plan.append ? 'Appending to' : 'Overwriting') : 'Writing';
  const how = howToRun(plan.file);
  return `${verb} ${name}\n${path}${how ? `  -  ${how}` : ''}\n`;
}

/** The error that Python would raise: it is what people know and search for. */
function asPython(error: NodeJS.ErrnoException, name: string): Error {
  const [ename, text] = PYTHON_ERRORS[error.code ?? ''] ?? ['OSError', error.message];
  const raised = new Error(`[Errno ${Math.abs(error.errno ?? 0)}] ${text}: '${name}'`);
  raised.name = ename;
  return raised;
}

const PYTHON_ERRORS: { readonly [code: string]: readonly [string, string] } = {
  ENOENT: ['FileNotFoundError', 'No such file or directory'],
  EACCES: ['PermissionError', 'Permission denied'],
  EISDIR: ['IsADirectoryError', 'Is a directory'],
  ENOTDIR: ['NotADirectoryError', 'Not a directory']
};

/** How to run the file on ranks, or null where we do not know. */
function howToRun(file: string): string | null {
  const extension = extname(file);
  const quoted = /[^\w@%+=:,./~-]/.test(file) ? `'${file.replace(/'/g, `'\\''`)}'` : file;
  const program = basename(file, extension).replace(/[^\w.-]/g, '_');
  const compile = (compiler: string): string =>
    `compile with !${compiler} -O2 ${quoted} -o ${program}, run with %mpirun -n 4 ./${program}`;
  switch (extension) {
    case '.py':
      return `run it on ranks: %mpirun -n 4 ${quoted}`;
    case '.c':
      return compile('mpicc');
    case '.cc':
    case '.cpp':
    case '.cxx':
    case '.C':
      return compile('mpicxx');
    default:
      return null;
  }
}
