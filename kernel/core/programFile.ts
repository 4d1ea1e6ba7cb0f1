import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { nearest } from '../magics/index.js';
import type { IRunSpec } from '../runs/spec.js';

type ProgramWork = Extract<IRunSpec['work'], { kind: 'program' }>;

/**
 * Why there is no such program to run, with the nearest name there is; null where there is
 * one. Said before a world is started, where each rank would say it.
 *
 * @param cwd - to which relative names refer
 * @param path - the `PATH` of the ranks
 */
export function missingProgram(
  { form, argv }: ProgramWork,
  cwd: string,
  path: string | undefined
): string | null {
  const name = argv[0] ?? '';
  if (form === 'module') {
    return null;
  }
  if (form === 'executable' && !name.includes('/')) {
    const places = (path ?? '').split(delimiter).filter(place => place !== '');
    return places.length === 0 || places.some(place => isFile(join(place, name)))
      ? null
      : `There is no program ${name} on PATH${existsSync(join(cwd, name)) ? `; ./${name} is the file here` : ''}.`;
  }
  const file = resolve(cwd, name);
  if (isFile(file)) {
    return null;
  }
  if (existsSync(file)) {
    // A folder with a __main__.py can be run; another one, Python itself explains.
    return form === 'path' ? null : `${name} is a folder.`;
  }
  const near = nearest(basename(name), filesIn(dirname(file)));
  const folder = name.slice(0, name.length - basename(name).length);
  const hint = near === null ? '.' : `; did you mean ${folder}${near}?`;
  return `There is no file ${name} here${hint}`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
