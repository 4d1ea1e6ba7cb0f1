import type {
  ControlReport,
  INotice,
  IRunRecord,
  TracePayload,
  WaitState
} from '../../src/protocol/index.js';
import { Communicators } from './comms.js';
import type { IRankEnd, Problem, RankEnding } from './diagnosis.js';
import type { ISend } from './operations.js';
import type { ITelling } from './places.js';
import { explain, explainTo } from './explain.js';
import { NeedReader } from './needs.js';
import { Pending } from './pending.js';
import { Recording } from './recording.js';
import { Rounds } from './rounds.js';
import type { IStuck } from './waitfor.js';
import { findStuck } from './waitfor.js';
import { inLine, ranksText, shortened, verb } from './words.js';

export type { IRankEnd, Problem, RankEnding };

/** Answer of one rank to a question what it waits for. */
export type Snapshot = Pick<
  Extract<ControlReport, { type: 'snapshot' }>,
  'wait' | 'busy' | 'line' | 'threads'
>;

/** Ranks that can never go on, and why. */
export interface IDeadlock {
  problem: Problem | 'mixed';
  /** World ranks that are stuck, ascending. */
  ranks: number[];
  /** First line of `text`. */
  title: string;
  /** The whole explanation, plain text of several lines. */
  text: string;
  /** For the traceback of each of them: what is wrong, and where it waits itself. */
  own: ReadonlyMap<number, string>;
}

export interface IRunTraceOptions {
  /** Ranks of the world. */
  size: number;
  /** Ranks that take part in the run; absent: all. */
  ranks?: number[];
  /** Source of the cell as the ranks have it, for quoting its lines. */
  source?: string;
  /** What the ranks record: all calls, or only what they wait for; absent: all. */
  record?: 'waits' | 'full';
  /** Seconds on a monotonic clock. */
  clock: () => number;
}

/** Intervals between rounds in which MPI must have been polled: see {@link Rounds}. */
const INTERVALS = 2;
/** The same where the record has gaps, so that messages under way are not known. */
const INTERVALS_CUT = 5;
/**
 * Rounds that must have passed since a rank has ended: what it sent last may be under way
 * until its receiver has polled after that.
 */
const END_AGE = 2;
/**
 * Rounds in which a standstill may still spread where other ranks are not in it, and rounds more
 * where some of these seem to come to it: on a busy machine they are that late.
 */
const SPREADING = 1;
const COMING = 1;
/** Rounds in which ranks that stood still are waited for where they are not seen to. */
const UNSEEN = 3;

/**
 * What one run of a world tells about its MPI calls: explains deadlocks while it runs and
 * mistakes when it has ended. Takes values and returns values; memory is bounded by the
 * calls that have not met their other side, with a limit on those.
 *
 * Feed it with `onTrace` and `onEnd` as reports come. While the run makes no sound, ask
 * all its ranks for snapshots about every 300 ms, each time after the answers of the last
 * time have come, and give the answers of each round to `onSnapshots`.
 */
export class RunTrace {
  private readonly comms: Communicators;
  private readonly recording: Recording;
  private readonly rounds = new Rounds();
  private readonly needs: NeedReader;
  private readonly ends = new Map<number, IRankEnd>();
  /** Rounds judged since the end of each rank was known. */
  private readonly endedFor = new Map<number, number>();
  private readonly sourceLines: string[];
  /** The stuck ranks of the round before, and for how many rounds they have been the same. */
  private before: { ranks: number[]; rounds: number } = { ranks: [], rounds: 0 };
  /** For how many rounds some of these have not been seen. */
  private unseen = 0;
  private readonly taking: number[];

  constructor(private readonly options: IRunTraceOptions) {
    const { size, ranks, source } = options;
    this.comms = new Communicators(size);
    this.sourceLines = (source ?? '').split('\n');
    this.recording = new Recording(this.comms, place => this.sourceOf(place));
    this.needs = new NeedReader(this.comms, this.recording.collectives, this.recording.persistent);
    if (options.record === 'waits') {
      this.recording.persistent.stop();
    }
    const all = Array.from({ length: size }, (_, rank) => rank);
    this.taking = ranks ?? all;
    for (const rank of all.filter(one => !this.taking.includes(one))) {
      this.ends.set(rank, { how: 'absent', line: null, what: null });
      this.endedFor.set(rank, END_AGE);
    }
  }

  /** Calls of one rank since its last report; `dropped`: how many were left out. */
  onTrace(rank: number, payload: TracePayload, dropped: number): void {
    this.recording.add(rank, payload, dropped);
  }

  /** A rank will do nothing more in this run. */
  onEnd(rank: number, end: IRankEnd): void {
    this.ends.set(rank, end);
  }

  /**
   * Judge one round of answers. A rank without an answer counts as running. Speaks only
   * when it is certain: at the earliest in the third round of the same standstill.
   */
  onSnapshots(snapshots: ReadonlyMap<number, Snapshot>): IDeadlock | null {
    const waits = new Map<number, WaitState>();
    const answers = [...snapshots].map(([rank, { wait, threads }]) => {
      const mine = this.ends.has(rank) ? null : wait;
      if (mine) {
        waits.set(rank, mine);
      }
      return { rank, wait: mine, ...(threads === undefined ? {} : { threads }) };
    });
    const isWhole = !this.recording.cut && this.options.record !== 'waits';
    const blocked = this.rounds.add(answers, isWhole ? INTERVALS : INTERVALS_CUT);
    const pending = this.pendingNow(blocked, waits);
    const stuck = pending ? this.judge(blocked, waits, pending) : [];
    for (const rank of this.ends.keys()) {
      this.endedFor.set(rank, (this.endedFor.get(rank) ?? 0) + 1);
    }
    const ranks = stuck.map(node => node.rank);
    if (!pending || stuck.length === 0 || !this.isSettled(ranks, blocked, snapshots)) {
      return null;
    }
    stuck.sort((a, b) => a.rank - b.rank);
    const scene = this.telling(pending, stuck);
    const explanation = explain(stuck, scene);
    return {
      ...explanation,
      ranks: ranks.sort((a, b) => a - b),
      own: new Map(stuck.map(node => [node.rank, explainTo(node, explanation, scene)]))
    };
  }

  /**
   * The run has ended: what it did wrong without failing, most serious first.
   */
  remarks(): INotice[] {
    const complete = this.taking.every(rank => this.ends.get(rank)?.how === 'done');
    const { recording } = this;
    recording.finish(complete, rank =>
      ['done', 'exited'].includes(this.ends.get(rank)?.how ?? 'absent')
    );
    const notices = recording.findings.read();
    const { cut } = recording;
    if (cut) {
      const text =
        'The run made more MPI calls than are recorded, so checks of single messages were left out.';
      notices.push({ level: 'info', text });
    }
    const sends = complete && !cut ? recording.replay.finish() : [];
    const notice = bufferedNotice(sends);
    if (notice) {
      notices.push(notice);
    }
    return notices;
  }

  /**
   * Something of a collective is left in COMM_WORLD that would be mixed up with what comes
   * next. Known after {@link remarks}.
   */
  get disordered(): boolean {
    return this.recording.disordered.has('world');
  }

  /** All calls so far, whose messages met, and sums; in bounded memory. */
  record(): IRunRecord {
    const { timeline, totals } = this.recording;
    return timeline.read(totals.read());
  }

  /** What is under way; not looked for while nobody is blocked, as it may be much. */
  private pendingNow(
    blocked: Map<number, WaitState>,
    waits: Map<number, WaitState>
  ): Pending | null {
    const { matcher, requests } = this.recording;
    return blocked.size === 0 ? null : new Pending(this.comms, matcher, requests, waits);
  }

  private judge(
    blocked: Map<number, WaitState>,
    waits: Map<number, WaitState>,
    pending: Pending
  ): IStuck[] {
    const hasEnded = (rank: number): boolean => (this.endedFor.get(rank) ?? 0) >= END_AGE;
    const running = this.taking.filter(rank => !blocked.has(rank) && !hasEnded(rank));
    const round = { waits, pending, hasEnded, now: this.options.clock() };
    return findStuck(this.needs.read(blocked, round), running);
  }

  /** A standstill spreads: where other ranks are not in it, a few rounds more show it whole. */
  private isSettled(
    stuck: number[],
    blocked: Map<number, WaitState>,
    snapshots: ReadonlyMap<number, Snapshot>
  ): boolean {
    const { ranks, rounds } = this.before;
    const missing = ranks.filter(rank => !stuck.includes(rank));
    if (missing.length > 0 && missing.every(rank => this.rounds.isResting(rank))) {
      // They were late with an answer, or had no time to test for completion.
      this.unseen += 1;
      if (this.unseen <= UNSEEN) {
        return false;
      }
    }
    this.unseen = 0;
    const isSame = missing.length === 0 && stuck.length === ranks.length;
    this.before = { ranks: [...stuck], rounds: isSame ? rounds + 1 : 0 };
    const others = this.taking.filter(rank => !blocked.has(rank) && !this.ends.has(rank));
    if (others.length === 0) {
      return true;
    }
    const areComing = others.some(rank => !snapshots.has(rank) || this.rounds.isResting(rank));
    return this.before.rounds >= SPREADING + (areComing ? COMING : 0);
  }

  private telling(pending: Pending, stuck: IStuck[]): ITelling {
    const { requests, last, totals, collectives, persistent, locks, cut } = this.recording;
    return {
      comms: this.comms,
      pending,
      persistent,
      ends: this.ends,
      stuck,
      lastCall: rank => last.get(rank) ?? null,
      messages: (source, dest) =>
        cut || this.options.record === 'waits' ? null : totals.messagesFrom(source, dest),
      size: this.options.size,
      sourceOf: place => this.sourceOf(place),
      hasEntered: ({ comm, index }, rank) => collectives.hasEntered(comm, index, rank),
      refusal: (comm, members) => collectives.refusals.first(comm, members),
      lockSite: (rank, need) =>
        need.what === 'window' && need.part !== undefined
          ? locks.find(rank, { comm: need.comm, part: need.part })
          : null,
      requestSite: (rank, request) => requests[rank]?.get(request)?.site ?? null
    };
  }

  private sourceOf(place: { line: number | null; file?: string }): string {
    return place.line === null || place.file !== undefined
      ? ''
      : shortened(this.sourceLines[place.line - 1] ?? '', 80);
  }
}

/** Tells, in one line, of sends that found a receiver only thanks to buffering. */
function bufferedNotice(sends: ISend[]): INotice | null {
  const [first] = sends;
  if (first === undefined) {
    return null;
  }
  const ranks = sends.map(send => send.rank).sort((a, b) => a - b);
  const other = sends.some(send => inLine(send) !== inLine(first)) ? ' and elsewhere' : '';
  return {
    level: 'info',
    text:
      `This worked only because small messages are buffered: ${ranksText(ranks)} ` +
      `${verb(ranks, 'sends', 'send')}${inLine(first)}${other} before the receiver can receive. ` +
      'With larger messages it would deadlock; run it with --strict to see where.',
    ranks
  };
}
