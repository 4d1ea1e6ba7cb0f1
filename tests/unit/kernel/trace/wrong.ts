import type { Problem } from '../../../../kernel/trace/index.js';
import type { Program } from './program.js';

export interface IWrong {
  name: string;
  program: () => Program;
  problem: Problem | 'mixed';
  /** The stuck ranks. */
  ranks: number[];
}

export const wrong = (
  name: string,
  problem: Problem | 'mixed',
  ranks: number[],
  program: () => Program
): IWrong => ({ name, problem, ranks, program });
