import type { CallRecord, WaitNeed } from '../../src/protocol/index.js';
import type { Communicators } from './comms.js';
import { ANY } from './comms.js';
import type { ICallSite } from './operations.js';

/** What `Send_init` or `Recv_init` has prepared and nobody has started yet. */
export interface IPrepared {
  site: ICallSite;
  what: 'send' | 'recv';
  comm: string;
  /** World rank, or `ANY`. */
  peer: number;
  tag: number;
}

/** Kept of one rank; what is prepared beyond is not looked at. */
const MAX_PREPARED = 10_000;
/** Persistent collectives whose starts are counted, of all ranks. */
const MAX_COUNTED = 100_000;

/** Persistent requests: what has been prepared in this run, and what of it was started. */
export class PersistentCalls {
  /** By the number that the preparing call has given. */
  private readonly prepared: Map<number, IPrepared>[];
  /** How often a collective was started, by communicator, index and rank. */
  private readonly rounds = new Map<string, number>();
  private known = true;

  constructor(private readonly comms: Communicators) {
    this.prepared = Array.from({ length: comms.size }, () => new Map<number, IPrepared>());
  }

  /** Not all calls are recorded: from here on nothing is known for certain. */
  stop(): void {
    this.known = false;
  }

  add(rank: number, call: CallRecord, site: ICallSite): void {
    const mine = this.prepared[rank];
    const { prepared, starts } = call;
    if (prepared) {
      const { id, what, comm, tag } = prepared;
      const peer = prepared.peer === ANY ? ANY : this.comms.toWorld(comm, prepared.peer, rank);
      if (peer !== null && mine && mine.size < MAX_PREPARED) {
        mine.set(id, { site, what, comm, peer, tag });
      }
    }
    if (typeof starts === 'number') {
      mine?.delete(starts);
    } else if (starts) {
      const key = `${starts.comm} ${starts.index} ${rank}`;
      if (this.rounds.size < MAX_COUNTED || this.rounds.has(key)) {
        this.rounds.set(key, starts.round);
      } else {
        this.stop();
      }
    }
  }

  /**
   * Whether `rank` has started its part of a persistent collective as often as one that waits
   * for it has. Null where that is not known, or where the collective is no such one.
   */
  hasStarted(need: Extract<WaitNeed, { what: 'collective' }>, rank: number): boolean | null {
    if (need.round === undefined || !this.known) {
      return null;
    }
    return (this.rounds.get(`${need.comm} ${need.index} ${rank}`) ?? 0) >= need.round;
  }

  /** What `rank` has prepared that would meet this need of rank `other`. */
  unstarted(rank: number, need: WaitNeed, other: number): IPrepared | null {
    if (!this.known || (need.what !== 'message' && need.what !== 'receiver')) {
      return null;
    }
    const what = need.what === 'message' ? 'send' : 'recv';
    for (const one of this.prepared[rank]?.values() ?? []) {
      const [asked, given] = what === 'send' ? [need.tag, one.tag] : [one.tag, need.tag];
      const isFor = one.peer === other || (what === 'recv' && one.peer === ANY);
      if (one.what === what && one.comm === need.comm && isFor && [ANY, given].includes(asked)) {
        return one;
      }
    }
    return null;
  }
}
