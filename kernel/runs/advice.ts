import type { IPlainName } from './spec.js';

/** What is known of an exception beyond its own words. */
export interface ICircumstances {
  /** All ranks that run the cell raised it. */
  everywhere: boolean;
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

/** What MPI and mpi4py say of a call, and what is to be done about it. */
const OF_MPI: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid rank has value/,
    'ranks go from 0 to size - 1. At the ends of a chain use MPI.PROC_NULL, or an if around the call.'
  ],
  [
    /Invalid root \(value given was/,
    'the root is a rank of this communicator, from 0 to size - 1.'
  ],
  [
    /Invalid tag, value is/,
    'a tag is a number from 0 on. MPI.ANY_TAG is for those who receive, not for those who send.'
  ],
  [
    /: Null communicator/,
    'ranks that no group has taken in, as those that give MPI.UNDEFINED to Split, get ' +
      'MPI.COMM_NULL: let only the others make this call, with "if comm != MPI.COMM_NULL:".'
  ],
  [
    /^message: expecting buffer or list\/tuple/,
    'Send, Recv, Bcast and all others with a capital letter take buffers, such as numpy arrays. ' +
      'Any Python object goes with send, recv, bcast.'
  ],
  [
    /cannot infer count, number of entries \d+ is not a multiple of required number of blocks/,
    'this array is to have an equal part for each rank. Unequal parts go with the calls that end ' +
      'in v, as Scatterv([data, counts], part).'
  ],
  [
    /^expecting \d+ items, got \d+$/,
    'this call takes a list with one item for each rank: cut the data into comm.size pieces first.'
  ],
  [
    /smaller than the size of the Cartesian topology/,
    'MPI.Compute_dims(comm.size, 2) gives dimensions that fit.'
  ]
];

/**
 * What to do about an exception whose own words do not say it; null where they do, or where
 * nobody knows.
 */
export function adviceFor(
  ename: string,
  evalue: string,
  { everywhere, plain, past }: ICircumstances
): string | null {
  if (/NoneType/.test(evalue) && !everywhere) {
    return (
      'Hint: reduce and gather give their result to the root only, all other ranks get None. ' +
      'Use it on the root only, or allreduce or allgather.'
    );
  }
  const known = OF_MPI.find(([said]) => said.test(evalue));
  if (known) {
    return `Hint: ${known[1]}`;
  }
  const name = unknownName(ename, evalue);
  return name === null ? null : adviceForName(name, everywhere, plain, past);
}

/** The same of an exception that has ended a program. */
export function adviceForProgram(evalue: string): string | null {
  return /relative import with no known parent package/.test(evalue)
    ? 'Hint: this file is part of a package: run it as such, as in %mpirun -m package.module.'
    : null;
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
