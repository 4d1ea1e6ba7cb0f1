import { operationOf } from './agreement.js';
import type { Communicators } from './comms.js';
import { Fifo } from './fifo.js';
import type { ICallSite, ICollective, IRecv, ISend } from './operations.js';

/** One recorded call as the replay sees it. */
export interface IStep {
  site: ICallSite;
  /** Begun by this call. */
  posts: (ISend | IRecv)[];
  enters: ICollective | null;
  /** To be complete before the rank goes on. */
  awaits: (ISend | IRecv)[];
  awaitsCollectives: ICollective[];
}

/** Steps that wait to be replayed; beyond, the replay is given up. */
const MAX_STEPS = 100_000;
const ADVANCE_EVERY = 5_000;

/**
 * Runs the recorded calls again with every send synchronous: a send is complete only when
 * its receive has been posted. Messages go to the receives that really took them. Where
 * some rank then can not finish, the program ran only thanks to buffering.
 */
export class Replay {
  private readonly queues: Fifo<IStep>[];
  /** Ranks that have entered, by communicator and index. */
  private readonly entered = new Map<string, Set<number>>();
  private waiting = 0;
  private fresh = 0;
  private givenUp = false;

  constructor(private readonly comms: Communicators) {
    this.queues = Array.from({ length: comms.size }, () => new Fifo<IStep>());
  }

  stop(): void {
    this.givenUp = true;
    this.queues.forEach((_, rank) => (this.queues[rank] = new Fifo()));
    this.entered.clear();
  }

  add(step: IStep): void {
    if (this.givenUp) {
      return;
    }
    this.queues[step.site.rank]?.push(step);
    this.waiting += 1;
    this.fresh += 1;
    if (this.fresh >= ADVANCE_EVERY) {
      this.fresh = 0;
      this.advance(false);
      if (this.waiting > MAX_STEPS) {
        this.stop();
      }
    }
  }

  /** The sends, one a rank, at which ranks would wait for ever; empty: none, or unknown. */
  finish(): ISend[] {
    if (this.givenUp) {
      return [];
    }
    this.advance(true);
    return this.queues.flatMap(queue => {
      const send = queue.first?.awaits.find(one => 'dest' in one && !this.isDone(one, true));
      return send && 'dest' in send ? [send] : [];
    });
  }

  private advance(isEnd: boolean): void {
    let moved = true;
    while (moved) {
      moved = false;
      for (const queue of this.queues) {
        for (let step = queue.first; step !== undefined; step = queue.first) {
          this.begin(step);
          if (!this.canPass(step, isEnd)) {
            break;
          }
          queue.shift();
          this.waiting -= 1;
          moved = true;
        }
      }
    }
  }

  private begin(step: IStep): void {
    for (const one of step.posts) {
      one.begun = true;
    }
    const call = step.enters;
    if (call !== null) {
      const key = keyOf(call);
      const ranks = this.entered.get(key) ?? new Set();
      ranks.add(call.rank);
      this.entered.set(key, ranks);
      // Nobody has to wait for it any more.
      if (ranks.size === this.comms.everyone(call.comm, call.rank)?.length) {
        this.entered.set(key, ALL);
      }
    }
  }

  private canPass(step: IStep, isEnd: boolean): boolean {
    return (
      step.awaits.every(one => this.isDone(one, isEnd)) &&
      step.awaitsCollectives.every(call => this.isThrough(call))
    );
  }

  /** A message that never met its other side holds nobody up: that is told otherwise. */
  private isDone(one: ISend | IRecv, isEnd: boolean): boolean {
    if ('dest' in one && /^I?bsend/i.test(one.name)) {
      return true;
    }
    return one.partner === null ? isEnd : one.partner.begun;
  }

  /** By what each collective needs at the least, whatever the MPI library does. */
  private isThrough(call: ICollective): boolean {
    const entered = this.entered.get(keyOf(call));
    const everyone = this.comms.everyone(call.comm, call.rank);
    if (entered === undefined || entered === ALL || everyone === null) {
      return true;
    }
    const operation = operationOf(call.name).toLowerCase();
    const root = call.root === null ? null : everyone[call.root];
    if (/^(bcast|scatter)/.test(operation)) {
      return root === undefined || root === null || entered.has(root);
    }
    if (/^(reduce|gather)v?$/.test(operation)) {
      return root !== call.rank;
    }
    return /scan$|^neighbor/.test(operation);
  }
}

/** Stands for every rank of a communicator. */
const ALL = new Set<number>();

function keyOf(call: ICollective): string {
  return `${call.comm} ${call.index}`;
}
