import type { CallRecord } from '../../src/protocol/index.js';
import type { ICallSite, ICollective } from './operations.js';
import type { Communicators } from './comms.js';
import { Refusals } from './refusals.js';

/** Calls kept of collectives that some member has not entered; beyond, the oldest go. */
const MAX_CALLS = 200_000;

/** Communicators come and go: of the highest indexes, this many are kept. */
const MAX_ENTERED = 100_000;

/**
 * Collective calls by communicator and index: the k-th collective of one member belongs
 * with the k-th of each other. Kept until all members have entered.
 */
export class CollectiveTable {
  readonly refusals = new Refusals();
  private readonly rounds = new Map<string, Map<number, ICollective>>();
  /** Highest index entered, by communicator and rank. */
  private readonly entered = new Map<string, number>();
  /** First index entered in this run, by communicator and rank. */
  private readonly first = new Map<string, number>();
  private calls = 0;

  constructor(
    private readonly comms: Communicators,
    private readonly onComplete: (calls: ICollective[]) => void
  ) {}

  add(call: ICollective): void {
    this.refusals.clear(call);
    const key = `${call.comm} ${call.index}`;
    const mine = `${call.comm} ${call.rank}`;
    this.begin(mine, call.index);
    this.entered.set(mine, Math.max(call.index, this.entered.get(mine) ?? -1));
    if (this.entered.size > MAX_ENTERED) {
      for (const oldest of this.entered.keys()) {
        this.entered.delete(oldest);
        break;
      }
    }
    const everyone = this.comms.everyone(call.comm, call.rank);
    if (everyone === null || everyone.length < 2) {
      return;
    }
    let round = this.rounds.get(key);
    if (round === undefined) {
      round = new Map();
      this.rounds.set(key, round);
    }
    round.set(call.rank, call);
    this.calls += 1;
    if (round.size === everyone.length) {
      this.forget(key, round);
      this.onComplete([...round.values()].sort((a, b) => a.rank - b.rank));
    } else if (this.calls > MAX_CALLS) {
      for (const [oldest, calls] of this.rounds) {
        this.forget(oldest, calls);
        break;
      }
    }
  }

  /** One that raised: see {@link Refusals}. */
  addRefused(comm: string, index: number, site: ICallSite, call: CallRecord): void {
    this.begin(`${comm} ${site.rank}`, index);
    this.refusals.add(comm, index, site, call);
  }

  /** Whether `rank` is known to have entered the collective `index` of `comm`. */
  hasEntered(comm: string, index: number, rank: number): boolean {
    const entered = (this.entered.get(`${comm} ${rank}`) ?? -1) >= index;
    return entered && !this.refusals.isOpen(comm, index, rank);
  }

  /** Calls known of a collective that not all have entered, or not all have left. */
  known(comm: string, index: number): ICollective[] {
    return [...(this.rounds.get(`${comm} ${index}`)?.values() ?? [])];
  }

  /**
   * Whether all that called anything on `comm` in this run had called equally much before. In a
   * run that failed, some may have called more than others.
   */
  beganAlike(comm: string, members: number[]): boolean {
    const firsts = members.map(rank => this.first.get(`${comm} ${rank}`));
    return new Set(firsts.filter(index => index !== undefined)).size < 2;
  }

  /** The calls of each collective that not all members have entered, the first before the others. */
  incomplete(): ICollective[][] {
    const rounds = [...this.rounds.values()].map(round =>
      [...round.values()].sort((a, b) => a.rank - b.rank)
    );
    return rounds.sort(([a], [b]) => (a?.index ?? 0) - (b?.index ?? 0));
  }

  private begin(mine: string, index: number): void {
    if (!this.first.has(mine) && this.first.size < MAX_ENTERED) {
      this.first.set(mine, index);
    }
  }

  private forget(key: string, round: Map<number, ICollective>): void {
    this.rounds.delete(key);
    this.calls -= round.size;
  }
}
