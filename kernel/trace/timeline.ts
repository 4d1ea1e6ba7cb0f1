import type {
  CallRecord,
  IMessages,
  IRankCalls,
  IRunRecord,
  ITotals
} from '../../src/protocol/index.js';
import { NONE } from '../../src/protocol/index.js';
import type { Communicators } from './comms.js';
import type { ICollective, IRecv, ISend } from './operations.js';

/** Calls that are kept of a run, in equal parts for its ranks, and messages. */
export const MOST_CALLS = 100_000;
export const MOST_MESSAGES = 50_000;

/** Values and their places in a list of those that are different. */
class Numbered<T> {
  readonly list: T[] = [];
  private readonly places = new Map<string, number>();

  /** @param make - the entry, asked for only the first time */
  of(key: string, make: () => T): number {
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.list.length;
      this.places.set(key, place);
      this.list.push(make());
    }
    return place;
  }
}

/** Keeps calls and messages of a run as {@link IRunRecord} has them, in bounded memory. */
export class Timeline {
  private readonly names = new Numbered<IRunRecord['names'][number]>();
  private readonly communicators = new Numbered<IRunRecord['comms'][number]>();
  private readonly files = new Numbered<string>();
  private readonly ranks: IRankCalls[];
  private readonly messages: IMessages = {
    ...{ source: [], dest: [], send: [], recv: [], done: [], comm: [], tag: [], bytes: [] },
    left: 0
  };
  /** Receives of messages whose requests have not been seen to complete. */
  private readonly open = new Map<IRecv, number>();
  private readonly room: number;

  constructor(private readonly comms: Communicators) {
    this.room = Math.floor(MOST_CALLS / Math.max(1, comms.size));
    this.ranks = Array.from({ length: comms.size }, () => ({
      ...{ seq: [], begin: [], end: [], name: [], comm: [], peer: [], tag: [], bytes: [] },
      ...{ line: [], file: [], index: [], left: 0, dropped: 0 }
    }));
  }

  addDropped(rank: number, count: number): void {
    const mine = this.ranks[rank];
    if (mine) {
      mine.dropped += count;
    }
  }

  /** @param halves - what the call sent, received or took part in */
  addCall(
    rank: number,
    call: CallRecord,
    halves: { send: ISend | null; recv: IRecv | null; collective: ICollective | null }
  ): void {
    const mine = this.ranks[rank];
    if (mine === undefined || mine.seq.length >= this.room) {
      if (mine) {
        mine.left += 1;
      }
      return;
    }
    const { name, kind, line, file } = call;
    const half = call.send ?? call.recv ?? call.collective;
    mine.seq.push(call.seq);
    mine.begin.push(call.t0);
    mine.end.push(call.t1 ?? NONE);
    mine.name.push(this.names.of(name, () => ({ name, kind })));
    mine.comm.push(half ? this.commOf(half.comm, rank) : NONE);
    mine.peer.push(this.peerOf(rank, call, halves));
    mine.tag.push((call.send ?? call.recv?.got ?? call.recv)?.tag ?? NONE);
    mine.bytes.push((call.send ?? call.recv?.got ?? half)?.bytes ?? NONE);
    mine.line.push(line ?? NONE);
    mine.file.push(file === undefined ? NONE : this.files.of(file, () => file));
    mine.index.push(call.collective?.index ?? NONE);
  }

  addMessage(send: ISend, recv: IRecv): void {
    const all = this.messages;
    if (all.source.length >= MOST_MESSAGES) {
      all.left += 1;
      return;
    }
    const done = recv.request === null ? recv.seq : recv.doneBy;
    if (done === undefined) {
      this.open.set(recv, all.done.length);
    }
    all.source.push(send.rank);
    all.dest.push(recv.rank);
    all.send.push(send.seq);
    all.recv.push(recv.seq);
    all.done.push(done ?? NONE);
    all.comm.push(this.commOf(send.comm, send.rank));
    all.tag.push(send.tag);
    all.bytes.push(send.bytes ?? recv.got?.bytes ?? NONE);
  }

  /** The request of a receive has been completed by this call. */
  complete(recv: IRecv, seq: number): void {
    recv.doneBy = seq;
    const place = this.open.get(recv);
    if (place !== undefined) {
      this.messages.done[place] = seq;
      this.open.delete(recv);
    }
  }

  /** What there is so far. */
  read(totals: ITotals): IRunRecord {
    const began = this.ranks.reduce(
      (first, { begin }) => begin.reduce((a, b) => Math.min(a, b), first),
      Infinity
    );
    const zero = Number.isFinite(began) ? began : 0;
    const since = (time: number): number => (time === NONE ? NONE : time - zero);
    return {
      began: zero,
      names: this.names.list,
      comms: this.communicators.list,
      files: this.files.list,
      ranks: this.ranks.map(rank => ({
        ...rank,
        begin: rank.begin.map(since),
        end: rank.end.map(since)
      })),
      messages: this.messages,
      totals
    };
  }

  private commOf(id: string, rank: number): number {
    return this.communicators.of(id, () => ({ id, name: this.comms.name(id, rank) }));
  }

  private peerOf(
    rank: number,
    { send, recv, collective }: CallRecord,
    halves: { send: ISend | null; recv: IRecv | null }
  ): number {
    const known = halves.send?.dest ?? halves.recv?.got?.source ?? halves.recv?.source;
    if (known !== undefined) {
      return known;
    }
    const [comm, peer] = collective
      ? [collective.comm, collective.root]
      : [(send ?? recv)?.comm, (send ?? recv)?.peer];
    if (comm === undefined || peer === null || peer === undefined) {
      return NONE;
    }
    return peer < 0 ? peer : (this.comms.toWorld(comm, peer, rank) ?? NONE);
  }
}
