import type { RequestChannel } from '../wire/fronts.js';
import type { IOrigin } from '../wire/message.js';

/** A request that was forwarded to the delegate and has not been answered. */
export interface IPending {
  channel: RequestChannel;
  origin: IOrigin;
}

interface IEntry extends IPending {
  /** Called once, when the reply and the idle status have both come. */
  settled: (() => void) | null;
  replied: boolean;
  idle: boolean;
}

/** An execute request that is malformed gets an idle status but never a reply. */
const REPLY_GRACE = 1000;

/**
 * The requests that the delegate owes an answer: to know when a cell is over, and to answer
 * in its place when it dies.
 */
export class PendingRequests {
  readonly #entries = new Map<string, IEntry>();

  /**
   * @param settled - Wait for reply *and* idle, which come over different sockets in either
   *   order, and call this then. Null: the first of the two ends it.
   */
  add(pending: IPending, settled: (() => void) | null = null): void {
    this.#entries.set(pending.origin.header.msg_id, {
      ...pending,
      settled,
      replied: false,
      idle: false
    });
  }

  get(id: string): IPending | undefined {
    return this.#entries.get(id);
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  /** Execute requests under way. */
  get executing(): number {
    let count = 0;
    for (const entry of this.#entries.values()) {
      count += entry.settled ? 1 : 0;
    }
    return count;
  }

  onReply(id: string): void {
    this.#advance(id, 'replied');
  }

  onIdle(id: string): void {
    this.#advance(id, 'idle');
    const entry = this.#entries.get(id);
    if (entry) {
      setTimeout(() => this.#settle(id, entry), REPLY_GRACE).unref();
    }
  }

  /** Take out all, the oldest first; none of them will be called as settled. */
  drain(): IPending[] {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    return all;
  }

  #advance(id: string, what: 'replied' | 'idle'): void {
    const entry = this.#entries.get(id);
    if (entry) {
      entry[what] = true;
      if (!entry.settled || (entry.replied && entry.idle)) {
        this.#settle(id, entry);
      }
    }
  }

  #settle(id: string, entry: IEntry): void {
    if (this.#entries.get(id) === entry) {
      this.#entries.delete(id);
      entry.settled?.();
    }
  }
}
