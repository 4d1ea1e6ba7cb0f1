import type { CallRecord } from '../../src/protocol/index.js';
import type { ICallSite, ICollective, IRecv, ISend } from './operations.js';

/** A nonblocking call whose completion has not been seen. */
export interface IRequest {
  site: ICallSite;
  send: ISend | null;
  recv: IRecv | null;
  collective: ICollective | null;
}

/** Beyond this many open requests of a rank, the oldest are forgotten. */
const MAX_OPEN = 50_000;

/** The open requests of one rank, by number. */
export class RequestTable {
  private readonly open = new Map<number, IRequest>();

  add(number: number, request: IRequest): void {
    this.open.set(number, request);
    if (this.open.size > MAX_OPEN) {
      for (const oldest of this.open.keys()) {
        this.open.delete(oldest);
        break;
      }
    }
  }

  /** Take out those that `call` (a wait, a test, a free) has completed. */
  completedBy(call: CallRecord): [number, IRequest][] {
    const numbers = call.name === 'Free' ? call.requests : call.completed;
    const done: [number, IRequest][] = [];
    for (const number of numbers ?? []) {
      const request = this.open.get(number);
      if (request !== undefined) {
        this.open.delete(number);
        done.push([number, request]);
      }
    }
    return done;
  }

  get(number: number): IRequest | undefined {
    return this.open.get(number);
  }

  has(send: ISend): boolean {
    for (const request of this.open.values()) {
      if (request.send === send) {
        return true;
      }
    }
    return false;
  }

  all(): IRequest[] {
    return [...this.open.values()];
  }
}
