import type { IRankModel, RankOutput } from '../../src/protocol/index.js';
import { withoutAnsi } from './ansi.js';
import { rankName } from './phrases.js';

/** An error as a rank has raised it first. */
interface IFirst {
  rank: string;
  /** The first line of its message. */
  title: string;
}

/** Errors that another rank has raised by the same calls, with what that rank said. */
export type SameErrors = ReadonlyMap<RankOutput, IFirst>;

/**
 * The errors of a run whose traceback, the message apart, is that of another rank before: where
 * the ranks stand below each other the first is enough. The page folds by the same rule.
 *
 * @param outputs - with the rank of each, in the order in which they are shown
 */
export function sameErrors(
  outputs: Iterable<[Pick<IRankModel, 'rank' | 'label'>, RankOutput]>
): SameErrors {
  const first = new Map<string, IFirst>();
  const same = new Map<RankOutput, IFirst>();
  for (const [rank, output] of outputs) {
    if (output.output_type !== 'error' || output.traceback.length < 2) {
      continue;
    }
    const key = withoutAnsi([output.ename, ...output.traceback.slice(0, -1)].join('\n'));
    const name = rankName(rank);
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, { rank: name, title: messageOf(output.traceback)[0] });
    } else if (before.rank !== name) {
      same.set(output, before);
    }
  }
  return same;
}

/** What is left to say of such an error; null for any other output. */
export function sameErrorText(output: RankOutput, same: SameErrors): string | null {
  const first = same.get(output);
  if (first === undefined || output.output_type !== 'error') {
    return null;
  }
  const [title, ...rest] = messageOf(output.traceback);
  const head =
    title === first.title
      ? `${output.ename} as on rank ${first.rank}`
      : `${title} (traceback as on rank ${first.rank})`;
  return [head, ...rest].join('\n');
}

/** Name and message of an error, by lines: what comes last in a traceback. */
function messageOf(traceback: string[]): string[] {
  return withoutAnsi(traceback.at(-1) ?? '').split('\n');
}
