import type { CallRecord, ICallTotal, ITotals } from '../../src/protocol/index.js';
import type { Communicators } from './comms.js';
import type { ISend } from './operations.js';

/** Names of calls are the user's methods, so there are few; a bound all the same. */
const MAX_NAMES = 500;

/** Adds up calls as they come. */
export class TotalsCounter {
  private readonly messages: number[][];
  private readonly bytes: number[][];
  private readonly waiting: number[];
  private readonly recorded: number[];
  private readonly names = new Map<string, ICallTotal>();
  private dropped = 0;

  constructor(comms: Communicators) {
    const zeros = (): number[] => new Array<number>(comms.size).fill(0);
    this.messages = zeros().map(zeros);
    this.bytes = zeros().map(zeros);
    this.waiting = zeros();
    this.recorded = zeros();
  }

  addCall(rank: number, call: CallRecord): void {
    this.recorded[rank] = (this.recorded[rank] ?? 0) + 1;
    const seconds = call.t1 === null ? 0 : Math.max(0, call.t1 - call.t0);
    if (!call.nonblocking && call.kind !== 'other') {
      this.waiting[rank] = (this.waiting[rank] ?? 0) + seconds;
    }
    let total = this.names.get(call.name);
    if (total === undefined && this.names.size < MAX_NAMES) {
      total = { name: call.name, calls: 0, seconds: 0 };
      this.names.set(call.name, total);
    }
    if (total !== undefined) {
      total.calls += 1;
      total.seconds += seconds;
    }
  }

  addSend(send: ISend): void {
    add(this.messages, send, 1);
    add(this.bytes, send, send.bytes ?? 0);
  }

  addDropped(count: number): void {
    this.dropped += count;
  }

  messagesFrom(source: number, dest: number): number {
    return this.messages[source]?.[dest] ?? 0;
  }

  read(): ITotals {
    const copy = (rows: number[][]): number[][] => rows.map(row => [...row]);
    return {
      messages: copy(this.messages),
      bytes: copy(this.bytes),
      calls: [...this.names.values()]
        .map(total => ({ ...total }))
        .sort((a, b) => b.seconds - a.seconds),
      waiting: [...this.waiting],
      recorded: [...this.recorded],
      dropped: this.dropped
    };
  }
}

function add(matrix: number[][], send: ISend, amount: number): void {
  const row = matrix[send.rank];
  if (row !== undefined && send.dest < row.length) {
    row[send.dest] = (row[send.dest] ?? 0) + amount;
  }
}
