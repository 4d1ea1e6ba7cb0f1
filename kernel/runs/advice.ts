import type { IMpiCircumstances } from './mpiAdvice.js';
import { adviceOfMpi } from './mpiAdvice.js';
import type { IPlainName } from './spec.js';

/** What is known of an exception beyond its own words. */
export interface ICircumstances extends IMpiCircumstances {
  /** How plain cells have set the name that ranks do not know; null: they have not. */
  plain: IPlainName | null;
  /** Which cell has set the name on other ranks, as a hint; null: none has. */
  past: string | null;
}

/** The lines with which programs begin, by the name that they set. */
const USUAL_LINES: { [name: string]: string } = {
  MPI: 'from mpi4py import MPI',
  comm: 'comm = MPI.COMM_WORLD',
  rank: 'rank = MPI.COMM_WORLD.rank',
  size: 'size = MPI.COMM_WORLD.size',
  np: 'import numpy as np',
  plt: 'import matplotlib.pyplot as plt',
  pd: 'import pandas as pd'
};

/** Modules that are known by their own name. */
const USUAL_MODULES = new Set(
  (
    'argparse asyncio collections copy datetime functools glob itertools json logging math mpi4py ' +
    'numpy operator os pathlib pickle random re shutil socket statistics string struct subprocess sys ' +
    'threading time warnings'
  ).split(' ')
);

/**
 * What to do about an exception whose own words do not say it; null where they do, or where
 * nobody knows.
 */
export function adviceFor(
  ename: string,
  evalue: string,
  circumstances: ICircumstances
): string | null {
  const known = adviceOfMpi(evalue, circumstances);
  if (known !== null) {
    return `Hint: ${known}`;
  }
  if (evalue === 'no running event loop') {
    return (
      'Hint: on ranks an event loop runs only while a cell awaits something: write "await f()", ' +
      'or "await asyncio.gather(f(), g())" for several at once.'
    );
  }
  const { size, raised, plain, past } = circumstances;
  const name = unknownName(ename, evalue);
  return name === null ? null : adviceForName(name, raised === size, plain, past);
}

/** The same of an exception that has ended a program on some of its `size` ranks. */
export function adviceForProgram(
  evalue: string,
  where: Omit<IMpiCircumstances, 'source'>
): string | null {
  if (/relative import with no known parent package/.test(evalue)) {
    return 'Hint: this file is part of a package: run it as such, as in %mpirun -m package.module.';
  }
  const known = adviceOfMpi(evalue, { ...where, source: '' });
  return known && `Hint: ${known}`;
}

/** The name that a NameError is about, else null. */
export function unknownName(ename: string, evalue: string): string | null {
  return ename === 'NameError' ? (/^name '(.+)' is not defined/.exec(evalue)?.[1] ?? null) : null;
}

function adviceForName(
  name: string,
  everywhere: boolean,
  plain: IPlainName | null,
  past: string | null
): string {
  if (name === '__file__') {
    return 'Hint: a cell is no file. %%writefile makes one of it, which %mpirun runs.';
  }
  const line = usualLine(name);
  if (!everywhere) {
    return line === null
      ? `Hint: each rank has variables of its own; where only some set ${name}, they must send it ` +
          'to the others, as bcast does where all ranks call it.'
      : `Hint: ${line} is to run on every rank: each is a Python process of its own.`;
  }
  if (past !== null) {
    return past;
  }
  if (plain !== null) {
    const own = 'they are Python processes of their own';
    return plain.cell === null
      ? `Hint: plain cells have ${name}, ranks do not: ${own}. Set it in a cell that begins with ` +
          '%%mpirun.'
      : `Hint: "${plain.text ?? name}" is in a plain cell, [${plain.cell}], so that ranks do not ` +
          `know it: ${own}. Repeat it here, or begin that cell with %%mpirun.`;
  }
  return line === null
    ? 'Hint: ranks know what cells on this world have set or imported, not what plain cells or ' +
        'other worlds have.'
    : `Hint: no cell has run ${line} on these ranks yet. Plain cells, and those on another ` +
        'number of ranks, do not count.';
}

/** In quotes, with the import that it needs. */
function usualLine(name: string): string | null {
  const line = USUAL_LINES[name] ?? (USUAL_MODULES.has(name) ? `import ${name}` : undefined);
  if (line === undefined) {
    return null;
  }
  return /\bMPI\./.test(line) ? `"${USUAL_LINES['MPI']}" and "${line}"` : `"${line}"`;
}
