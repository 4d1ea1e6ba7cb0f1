import type { CallKind } from './trace.js';

/**
 * What a run has recorded of its MPI calls: who did what and when, which messages met, and
 * sums. In columns, as there may be much of it; an entry of each column stands for one call or
 * message. Ranks are those of the world. Where something does not apply or is not known the
 * entry is {@link NONE}.
 *
 * It is bounded: `left` and `dropped` say what is missing.
 */
export interface IRunRecord {
  /** Seconds since the Unix epoch at which the first call began: the zero of all times here. */
  began: number;
  /** Methods as the user wrote them; `name` of a call is an index of these. */
  names: { name: string; kind: CallKind }[];
  /** `comm` is an index of these. */
  comms: { id: string; name: string }[];
  /** `file` is an index of these: modules of the user. */
  files: string[];
  /** By rank, of all ranks of the world. */
  ranks: IRankCalls[];
  messages: IMessages;
  totals: ITotals;
}

export const NONE = -3;

/** The calls of one rank, in the order in which they were recorded. */
export interface IRankCalls {
  /** Counts calls of the rank; joins calls and {@link IMessages}. */
  seq: number[];
  /** Seconds; a call that has not ended has no end. */
  begin: number[];
  end: number[];
  name: number[];
  comm: number[];
  /**
   * Dest of a send or sendrecv, source of a receive (that of the message it got, where it got
   * one), root of a collective. -1 is any rank, -2 nobody.
   */
  peer: number[];
  /** -1 is any tag. */
  tag: number[];
  bytes: number[];
  /** Line of the cell, or of `file`. */
  line: number[];
  file: number[];
  /** Of a collective: calls of the same `comm` and `index` belong together. */
  index: number[];
  /** Calls that came when there was no room left. */
  left: number;
  /** Calls that were lost on the rank, which keeps a limited number of the latest. */
  dropped: number;
}

/** Messages whose send and receive are known, in the order in which that became known. */
export interface IMessages {
  source: number[];
  dest: number[];
  /** The call that sent it, of the source. */
  send: number[];
  /** The call that asked for it, of the dest. */
  recv: number[];
  /** The call that had it when it returned: the receive itself, or the wait for its request. */
  done: number[];
  comm: number[];
  tag: number[];
  bytes: number[];
  /** Messages that came when there was no room left. */
  left: number;
}

export interface ICallTotal {
  /** Method as written, e.g. `Recv`. */
  name: string;
  calls: number;
  /** Seconds in such calls, over all ranks. */
  seconds: number;
}

/** Sums over a run, also of the calls for which the record had no room. */
export interface ITotals {
  /** Point-to-point messages sent, `messages[source][dest]`. */
  messages: number[][];
  /** Their bytes. */
  bytes: number[][];
  /** By kind of call, the longest first. */
  calls: ICallTotal[];
  /** Seconds that each rank spent in blocking communication calls. */
  waiting: number[];
  /** Number of calls recorded on each rank. */
  recorded: number[];
  /** Calls lost on ranks. */
  dropped: number;
}
