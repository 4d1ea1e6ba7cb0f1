import type { RankOutput } from '../protocol/index.js';
import { parseAnsi } from './ansi.js';

type ErrorOutput = Extract<RankOutput, { output_type: 'error' }>;

/** An error that another rank has raised before, by the same calls. */
export interface ISameError {
  /** The rank that raised it first. */
  rank: number;
  /** The first line of the message, where that is not what the first rank said. */
  title?: string;
  /** What the message says below its first line. */
  rest: string;
}

/**
 * Finds errors whose traceback, the message apart, another rank has had before, so that ranks
 * that stand below each other need not repeat it. The text forms of the kernel fold by the same
 * rule, rank by rank; here the one that arrived first is the one that is shown.
 */
export class SameErrors {
  /** What to say of an error in place of its traceback; `undefined`: that has to be shown. */
  read(rank: number, output: RankOutput): ISameError | undefined {
    if (output.output_type !== 'error' || output.traceback.length < 2) {
      return undefined;
    }
    const key = withoutAnsi([output.ename, ...output.traceback.slice(0, -1)].join('\n'));
    const [title = '', ...rest] = messageOf(output);
    const first = this._first.get(key);
    if (!first) {
      this._first.set(key, { rank, title });
      return undefined;
    }
    if (first.rank === rank) {
      return undefined;
    }
    const same = { rank: first.rank, rest: rest.join('\n') };
    return title === first.title ? same : { ...same, title };
  }

  clear(): void {
    this._first.clear();
  }

  private _first = new Map<string, { rank: number; title: string }>();
}

/** Name and message of an error, by lines: what comes last in a traceback. */
function messageOf(error: ErrorOutput): string[] {
  return withoutAnsi(error.traceback[error.traceback.length - 1] ?? '').split('\n');
}

function withoutAnsi(text: string): string {
  return parseAnsi(text)
    .map(piece => piece.text)
    .join('');
}
