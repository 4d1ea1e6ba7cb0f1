import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { RankOutput } from '../../src/protocol/index.js';

export interface ISameErrorCase {
  name: string;
  /** Errors in the order of their ranks, which is that of their arrival too. */
  errors: { rank: number; output: Extract<RankOutput, { output_type: 'error' }> }[];
  /** What is said of each in place of its traceback; null: the traceback is shown. */
  said: (string | null)[];
}

interface IStoredError {
  rank: number;
  ename: string;
  evalue: string;
  traceback: string[];
}

const FILE = resolve(import.meta.dirname, '../fixtures/output/same-errors.json');

/** Which errors are folded, and to what: for the text forms of the kernel and for the page. */
export const sameErrorCases: ISameErrorCase[] = (
  JSON.parse(readFileSync(FILE, 'utf8')) as { name: string; errors: IStoredError[]; said: [] }[]
).map(({ name, errors, said }) => ({
  name,
  errors: errors.map(({ rank, ...error }) => ({
    rank,
    output: { output_type: 'error', ...error }
  })),
  said
}));
