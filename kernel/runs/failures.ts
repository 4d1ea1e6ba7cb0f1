import { capitalised, ranksInWords, withoutAnsi } from '../output/index.js';
import type { WorkReport } from '../../src/protocol/index.js';
import type { RunOutcome } from './spec.js';

type Done = Extract<WorkReport, { type: 'done' }>;

/** Why a run did not go well. */
export interface IFailure {
  /** The ranks that failed in this way; none where it is a matter of the whole run. */
  ranks: number[];
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
  const said = withoutPlace(withoutAnsi(evalue));
  const reason = mpiReason(said);
  const name = reason === null ? ename : `MPI.${ename}`;
  const value = firstLine(reason ?? said);
  const where = placeInWords(line);
  return `${capitalised(ranksInWords(ranks))} raised ${name}${value === '' ? '' : `: ${value}`}${where}`;
}

/** The text of a SyntaxError repeats the place, with a name of the cell that nobody knows. */
function withoutPlace(evalue: string): string {
  return evalue.replace(/ \(<ipython-input-[^()]*, line \d+\)$/, '');
}

/**
 * The reason in MPICH's text of an error, which is its class, the stack of its functions with
 * addresses, and at the end the reason; null for other texts.
 */
function mpiReason(evalue: string): string | null {
  const [kind, ...stack] = evalue.split('\n');
  if (!kind.endsWith(', error stack:')) {
    return null;
  }
  const head = kind.slice(0, -', error stack:'.length);
  const reason = /^\w+\(\d+\)\.*:\s*(.+)$/.exec(stack.at(-1) ?? '')?.[1];
  // MPICH has the two lengths of a truncated message the wrong way round.
  if (reason === undefined || /truncated/.test(reason)) {
    return head;
  }
  return reason.startsWith(head) ? reason : `${head}: ${reason}`;
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

/** What the execute reply says: the first failure, its ranks named. */
export function outcomeOf(failure: IFailure): RunOutcome {
  const { ranks, ename, evalue, traceback, summary } = failure;
  const mark = ranks.length === 0 ? '' : `[${ranksInWords(ranks)}] `;
  return {
    status: 'error',
    ename,
    evalue: `${mark}${withoutPlace(evalue)}`.trimEnd(),
    traceback: [summary, ...traceback]
  };
}

/**
 * The short error that follows the display, so that whoever executes notebooks without
 * looking at them learns that the cell failed. What else there is to say stands in the display.
 */
export function errorOutput({ ranks, ename, evalue: whole, summary }: IFailure): object {
  const who = ranks.length === 0 ? [] : [ranksInWords(ranks)];
  const evalue = withoutPlace(whole);
  return {
    ename,
    evalue: [...who, ...(evalue === '' ? [] : [evalue])].join(': '),
    traceback: [firstLine(summary)]
  };
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0];
  return line.length > 300 ? `${line.slice(0, 300)} ...` : line;
}
