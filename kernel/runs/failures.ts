import { capitalised, ranksInWords, withoutAnsi } from '../output/index.js';
import type { WorkReport } from '../../src/protocol/index.js';
import type { RunOutcome } from './spec.js';

type Done = Extract<WorkReport, { type: 'done' }>;

/** Why a run did not go well, of one rank or (`rank` null) of the whole run. */
export interface IFailure {
  rank: number | null;
  ename: string;
  evalue: string;
  /** ANSI coloured lines; empty where there is nothing beyond the summary. */
  traceback: string[];
  /** One sentence for people, without the rank's colours. */
  summary: string;
}

/** `Rank 2 raised ValueError: negative (line 7 of the cell)`. */
export function raisedInWords(
  ranks: number[],
  ename: string,
  evalue: string,
  line: number | null
): string {
  // That of a SyntaxError repeats the place, with a name of the cell that nobody knows.
  const value = firstLine(withoutAnsi(evalue)).replace(/ \(<ipython-input-[^()]*, line \d+\)$/, '');
  const where = placeInWords(line);
  return `${capitalised(ranksInWords(ranks))} raised ${ename}${value === '' ? '' : `: ${value}`}${where}`;
}

/** ` (line 7 of the cell)`, or nothing where that is unknown. */
export function placeInWords(line: number | null): string {
  return line === null ? '' : ` (line ${line} of the cell)`;
}

/** `ZeroDivisionError: division by zero, heat.py:12`. */
export function programErrorInWords(error: NonNullable<Done['error']>): string {
  const value = firstLine(error.evalue);
  return `${error.ename}${value === '' ? '' : `: ${value}`}${error.place ? `, ${error.place}` : ''}`;
}

/** What the execute reply says: the first failure, its rank named. */
export function outcomeOf(failure: IFailure): RunOutcome {
  const { rank, ename, evalue, traceback, summary } = failure;
  return {
    status: 'error',
    ename,
    evalue: rank === null ? evalue : `[rank ${rank}] ${evalue}`.trimEnd(),
    traceback: rank === null ? [summary, ...traceback] : [`[rank ${rank}] ${summary}`, ...traceback]
  };
}

/**
 * The short error that follows the display, so that whoever executes notebooks without
 * looking at them learns that the cell failed. What else there is to say stands in the display.
 */
export function errorOutput({ rank, ename, evalue, summary }: IFailure): object {
  return {
    ename,
    evalue: rank === null ? evalue : evalue === '' ? `rank ${rank}` : `rank ${rank}: ${evalue}`,
    traceback: [firstLine(summary)]
  };
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0];
  return line.length > 300 ? `${line.slice(0, 300)} ...` : line;
}
