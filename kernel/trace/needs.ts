import type { WaitNeed, WaitState } from '../../src/protocol/index.js';
import type { CollectiveTable } from './collectives.js';
import type { Communicators } from './comms.js';
import { ANY, PROC_NULL } from './comms.js';
import { clashOf } from './agreement.js';
import type { ICollective, IRecv, ISend } from './operations.js';
import type { Pending } from './pending.js';
import type { PersistentCalls } from './persistent.js';
import type { IBlocked, INeed } from './waitfor.js';

export type CollectiveNeed = Extract<WaitNeed, { what: 'collective' }>;

/** Seconds that a message which is there may take, and bytes a second at the slowest. */
const PATIENCE = 2;
const SLOWEST = 10e6;
/** The same, where its sender has ended and so drives it no more. */
const PATIENCE_ENDED = 0.9;
const SLOWEST_ENDED = 100e6;

/** What is known in one round. */
export interface IRound {
  /** All ranks that wait, blocked for certain or not. */
  waits: Map<number, WaitState>;
  pending: Pending;
  /** Ranks that never act again in this run. */
  hasEnded(rank: number): boolean;
  /** Seconds, on any one clock. */
  now: number;
}

/**
 * Translates what blocked ranks wait for into nodes of the wait-for graph. A need whose
 * message (or receiver) is there counts as met, for as long as a slow transfer may take.
 */
export class NeedReader {
  /** Since when a need has been seen as met without completing. */
  private since = new Map<string, number>();

  constructor(
    private readonly comms: Communicators,
    private readonly collectives: CollectiveTable,
    private readonly persistent: PersistentCalls
  ) {}

  read(blocked: Map<number, WaitState>, round: IRound): IBlocked[] {
    const before = this.since;
    this.since = new Map();
    return [...blocked].map(([rank, wait]) => {
      const needs = wait.needs.map((need, at) => {
        const key = `${rank} ${wait.seq} ${at}`;
        return this.readNeed(rank, need, round, met => this.isCredible(key, met, before, round));
      });
      return { rank, wait, needs: wait.kind === 'sendrecv' ? halfOf(needs) : needs };
    });
  }

  /** Calls known of a collective: recorded ones and those that ranks wait in. */
  callsOf(need: CollectiveNeed, waits: Map<number, WaitState>): ICollective[] {
    const { comm, index } = need;
    const calls = new Map(this.collectives.known(comm, index).map(call => [call.rank, call]));
    for (const [rank, wait] of waits) {
      for (const other of wait.needs) {
        if (other.what === 'collective' && other.comm === comm && other.index === index) {
          const { name, root, op = null, bytes = null, count = null, dtype = null } = other;
          const { seq, buffer, line, file } = wait;
          const site = { rank, seq, name, buffer, line, ...(file === undefined ? {} : { file }) };
          const recorded = calls.get(rank);
          calls.set(rank, recorded ?? { ...site, comm, index, root, op, bytes, count, dtype });
        }
      }
    }
    return [...calls.values()].sort((a, b) => a.rank - b.rank);
  }

  private readNeed(
    rank: number,
    need: WaitNeed,
    round: IRound,
    isCredible: (met: ISend | IRecv) => boolean
  ): INeed {
    if (need.what === 'collective') {
      return this.readCollective(rank, need, round);
    }
    const targets = this.targetsOf(rank, need);
    if (targets === null) {
      return { need, status: 'met', mode: 'all', targets: [] };
    }
    if (need.what === 'window') {
      return { need, status: 'open', mode: 'all', targets };
    }
    const met =
      need.what === 'message'
        ? round.pending.messageFor(rank, need)
        : round.pending.receiverFor(rank, need);
    const mode = need.peer === ANY ? 'any' : 'all';
    if (met === null) {
      return { need, status: 'open', mode, targets };
    }
    return isCredible(met)
      ? { need, status: 'met', mode, targets }
      : { need, status: 'open', mode, targets, stalled: met };
  }

  /** World ranks that could satisfy the need; null: nobody has to, or it is unknown. */
  private targetsOf(rank: number, need: Exclude<WaitNeed, CollectiveNeed>): number[] | null {
    if (need.peer === PROC_NULL) {
      return null;
    }
    if (need.peer === ANY) {
      const peers = this.comms.peers(need.comm, rank);
      return peers && peers.filter(peer => peer !== rank);
    }
    const target = this.comms.toWorld(need.comm, need.peer, rank);
    return target === null ? null : [target];
  }

  private readCollective(rank: number, need: CollectiveNeed, round: IRound): INeed {
    const everyone = this.comms.everyone(need.comm, rank);
    if (everyone === null) {
      return { need, status: 'met', mode: 'all', targets: [] };
    }
    const calls = this.callsOf(need, round.waits);
    const missing = everyone.filter(
      member => member !== rank && !this.hasEntered(need, member, round.waits)
    );
    const about = clashOf(calls, this.comms);
    if (about !== null) {
      return { need, status: 'never', mode: 'all', targets: missing, clash: { about, calls } };
    }
    return { need, status: 'open', mode: 'all', targets: missing };
  }

  private hasEntered(need: CollectiveNeed, rank: number, waits: Map<number, WaitState>): boolean {
    const { comm, index } = need;
    const started = this.persistent.hasStarted(need, rank);
    if (started !== null) {
      return started;
    }
    const entered = (waits.get(rank)?.needs ?? []).flatMap(other =>
      other.what === 'collective' && other.comm === comm ? [other.index] : []
    );
    const later = entered.some(other => other > index);
    return (
      entered.includes(index) ||
      (later && !this.collectives.refusals.isOpen(comm, index, rank)) ||
      this.collectives.hasEntered(comm, index, rank)
    );
  }

  private isCredible(
    key: string,
    met: ISend | IRecv,
    before: Map<string, number>,
    round: IRound
  ): boolean {
    const since = before.get(key) ?? round.now;
    this.since.set(key, since);
    const { bytes } = met;
    const [patience, slowest] = round.hasEnded(met.rank)
      ? [PATIENCE_ENDED, SLOWEST_ENDED]
      : [PATIENCE, SLOWEST];
    return bytes === null || round.now - since < patience + bytes / slowest;
  }
}

/**
 * Of a sendrecv it may not be known which half is complete: a small message is on its way
 * at once. So it waits to receive, or, where its message is there, for its receiver.
 */
function halfOf(needs: INeed[]): INeed[] {
  const message = needs.find(({ need }) => need.what === 'message');
  const receiver = needs.find(({ need }) => need.what === 'receiver');
  if (message === undefined || receiver === undefined) {
    return needs;
  }
  return message.status === 'met' || message.stalled ? [receiver] : [message];
}
