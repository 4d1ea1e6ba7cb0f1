import type { IRunModel, RankOutput } from '../../src/protocol/index.js';
import { withoutAnsi } from './ansi.js';
import { rankName } from './phrases.js';

/** Errors that another rank has raised by the same calls, with the name of that rank. */
export type SameErrors = ReadonlyMap<RankOutput, string>;

/**
 * The errors of a run whose traceback, the message apart, is that of a rank before. Where the
 * ranks stand below each other the one of the first is enough.
 */
export function sameErrors(run: IRunModel): SameErrors {
  const first = new Map<string, string>();
  const same = new Map<RankOutput, string>();
  for (const rank of run.ranks) {
    const mine = new Map<string, string>();
    for (const output of rank.outputs) {
      if (output.output_type !== 'error' || output.traceback.length < 2) {
        continue;
      }
      const key = withoutAnsi([output.ename, ...output.traceback.slice(0, -1)].join('\n'));
      const before = first.get(key);
      if (before === undefined) {
        mine.set(key, rankName(rank));
      } else {
        same.set(output, before);
      }
    }
    mine.forEach((name, key) => first.set(key, name));
  }
  return same;
}

/** What is left to say of such an error; null for any other output. */
export function sameErrorText(output: RankOutput, same: SameErrors): string | null {
  const rank = same.get(output);
  return rank === undefined || output.output_type !== 'error'
    ? null
    : `${output.traceback.at(-1)}\n(traceback as on rank ${rank})`;
}
