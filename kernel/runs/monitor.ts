import type { ControlReport, INotice, IRunRecord, TracePayload } from '../../src/protocol/index.js';

export type Snapshot = Extract<ControlReport, { type: 'snapshot' }>;

export type RankEnding = 'done' | 'raised' | 'exited' | 'dead' | 'interrupted';

/** How a rank ended its part of a run. */
export interface IRankEnd {
  how: RankEnding;
  line: number | null;
  /** Exception, exit code or cause of death, in words. */
  what: string | null;
}

export interface IDeadlock {
  /** Ranks that wait for ever. */
  ranks: number[];
  /** The whole explanation; its first line is the summary. */
  text: string;
  /** What the traceback of each of them says: the summary, and where it waits itself. */
  own: ReadonlyMap<number, string>;
}

/** What is to be made of the MPI calls of a run: the part that `RunTrace` plays. */
export interface IRunMonitor {
  onTrace(rank: number, payload: TracePayload, dropped: number): void;
  /** Answers of one round; an explanation once it is certain that ranks wait for ever. */
  onSnapshots(snapshots: Map<number, Snapshot>): IDeadlock | null;
  onEnd(rank: number, end: IRankEnd): void;
  /** Remarks on the whole run, once it has ended. */
  remarks(): INotice[];
  /**
   * After {@link remarks}: messages are left in COMM_WORLD that the next run must not meet,
   * though no rank has failed.
   */
  readonly disordered: boolean;
  /** What is known of the calls so far. */
  record(): IRunRecord;
}
