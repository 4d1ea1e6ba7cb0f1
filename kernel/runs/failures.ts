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

/** An exception as notices tell it. */
export interface IRaised {
  /** `ValueError`, `MPI.Exception`. */
  name: string;
  /** The first line of what it says, or what there is of it. */
  value: string;
  /** ` (line 7 of the cell)`, or nothing. */
  where: string;
}

export function raised(ename: string, evalue: string, line: number | null): IRaised {
  const said = withoutPlace(withoutAnsi(evalue));
  const reason = mpiReason(said);
  return {
    name: reason === null ? ename : `MPI.${ename}`,
    value: firstLine(reason ?? said),
    where: placeInWords(line)
  };
}

/**
 * `Rank 2 raised ValueError: negative (line 7 of the cell)`.
 *
 * @param values - what each of the ranks said; null: all the same
 */
export function raisedInWords(
  ranks: number[],
  { name, value, where }: IRaised,
  values: string | null
): string {
  const what = values === null ? colon(value) + where : where + values;
  return `${capitalised(ranksInWords(ranks))} raised ${name}${what}`;
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

/** The exception that has ended a program, in parts; `where` is the file and its line. */
export function programRaised(error: NonNullable<Done['error']>): IRaised {
  const where = error.place ? `, ${error.place}` : '';
  return { ...raised(error.ename, error.evalue, null), where };
}

/** `ZeroDivisionError: division by zero, heat.py:12`. */
export function programErrorInWords({ name, value, where }: IRaised): string {
  return `${name}${colon(value)}${where}`;
}

function colon(value: string): string {
  return value === '' ? '' : `: ${value}`;
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
    // Rows with the values of the ranks stand in the display only.
    traceback: [firstLine(summary).replace(/:$/, '')]
  };
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0];
  return line.length > 300 ? `${line.slice(0, 300)} ...` : line;
}
