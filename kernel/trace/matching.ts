import type { IGot, IRecv, ISend } from './operations.js';
import { accepts } from './operations.js';
import { ANY } from './comms.js';
import { Fifo } from './fifo.js';

/** A receive with the number that says when it was posted. */
interface IPosted {
  recv: IRecv;
  order: number;
}

/** Sends and receives of one (communicator, source, dest, tag) that have not met yet. */
interface ILane {
  source: number;
  tag: number;
  sends: Fifo<ISend>;
  recvs: Fifo<IPosted>;
}

/** What arrives at one rank over one communicator. */
interface IInbox {
  /** By source, then tag. */
  lanes: Map<number, Map<number, ILane>>;
  /** Receives with a wildcard of which it is not yet known what they took, as posted. */
  undecided: IPosted[];
}

/** Beyond this many unmatched entries the matcher gives up. */
const MAX_OPEN = 200_000;

/**
 * Pairs recorded sends with recorded receives, by MPI's rule: messages from one rank to
 * another over one communicator match in the order sent the receives in the order posted,
 * among those whose tag fits. Which message a receive with a wildcard took is not decided
 * here but read from its status (`got`); until that is known it holds up later receives
 * that could have taken the same message.
 *
 * Records of different ranks arrive in any order; those of one rank in program order.
 * Memory is bounded by what has not been matched.
 */
export class MessageMatcher {
  private readonly inboxes = new Map<string, IInbox>();
  private posted = 0;
  private open = 0;
  private stopped = false;

  constructor(private readonly onMatch: (send: ISend, recv: IRecv) => void) {}

  /** False where records were lost or too many are open: nothing matches any more. */
  get reliable(): boolean {
    return !this.stopped;
  }

  /** Forget everything and match no more: the record has a gap. */
  stop(): void {
    this.stopped = true;
    this.inboxes.clear();
  }

  addSend(send: ISend): void {
    if (this.begin()) {
      const inbox = this.inbox(send.comm, send.dest);
      const lane = laneOf(inbox, send.rank, send.tag);
      lane.sends.push(send);
      this.settle(inbox, lane);
    }
  }

  addRecv(recv: IRecv): void {
    if (this.begin()) {
      const inbox = this.inbox(recv.comm, recv.rank);
      const entry = { recv, order: this.posted++ };
      const envelope = envelopeOf(recv);
      if (envelope === null) {
        inbox.undecided.push(entry);
      } else {
        const lane = laneOf(inbox, envelope.source, envelope.tag);
        lane.recvs.push(entry);
        this.settle(inbox, lane);
      }
    }
  }

  /** A posted receive has completed with `got`; null: it was cancelled or got nothing. */
  complete(recv: IRecv, got: IGot | null): void {
    if (this.stopped) {
      return;
    }
    const explicit = envelopeOf(recv) !== null;
    recv.got = got;
    const inbox = this.inbox(recv.comm, recv.rank);
    if (explicit) {
      if (got === null && recv.failure === null) {
        this.withdraw(inbox, recv);
      }
      return;
    }
    const at = inbox.undecided.findIndex(entry => entry.recv === recv);
    const entry = inbox.undecided[at];
    if (entry === undefined) {
      return;
    }
    if (got !== null) {
      const { recvs } = laneOf(inbox, got.source, got.tag);
      recvs.insert(entry, other => other.order > entry.order);
    }
    if (got !== null || recv.failure === null) {
      inbox.undecided.splice(at, 1);
      this.open -= got === null ? 1 : 0;
      this.settleAll(inbox);
    }
  }

  /**
   * No more records will come. A receive with a wildcard of which no status is known took
   * the first message that fits, or the one too long for it where it was truncated.
   */
  finish(): void {
    for (const inbox of this.inboxes.values()) {
      for (const { recv } of [...inbox.undecided]) {
        const fitting = sendsIn(inbox).filter(send => accepts(recv, send.rank, send.tag));
        const isLong = (send: ISend): boolean => (send.bytes ?? 0) > (recv.bytes ?? Infinity);
        const send = (recv.failure === null ? null : fitting.find(isLong)) ?? fitting[0];
        if (send !== undefined) {
          this.complete(recv, { source: send.rank, tag: send.tag, bytes: send.bytes ?? 0 });
        }
      }
    }
  }

  /** Messages sent and not received so far, in order of sending for each pair of ranks. */
  unreceived(dest?: number): ISend[] {
    const all: ISend[] = [];
    for (const inbox of this.inboxes.values()) {
      all.push(...sendsIn(inbox).filter(send => dest === undefined || send.dest === dest));
    }
    return all;
  }

  /** Receives posted on `rank` that have not met their message, in the order posted. */
  unmet(rank?: number): IRecv[] {
    const entries: IPosted[] = [];
    for (const inbox of this.inboxes.values()) {
      entries.push(...inbox.undecided);
      for (const tags of inbox.lanes.values()) {
        for (const lane of tags.values()) {
          entries.push(...lane.recvs.items());
        }
      }
    }
    return entries
      .filter(({ recv }) => rank === undefined || recv.rank === rank)
      .sort((a, b) => a.order - b.order)
      .map(({ recv }) => recv);
  }

  private begin(): boolean {
    if (!this.stopped && ++this.open > MAX_OPEN) {
      this.stop();
    }
    return !this.stopped;
  }

  private inbox(comm: string, dest: number): IInbox {
    const key = `${comm} ${dest}`;
    let inbox = this.inboxes.get(key);
    if (inbox === undefined) {
      inbox = { lanes: new Map(), undecided: [] };
      this.inboxes.set(key, inbox);
    }
    return inbox;
  }

  private settleAll(inbox: IInbox): void {
    for (const tags of inbox.lanes.values()) {
      for (const lane of tags.values()) {
        this.settle(inbox, lane);
      }
    }
  }

  private settle(inbox: IInbox, lane: ILane): void {
    for (;;) {
      const send = lane.sends.first;
      const entry = lane.recvs.first;
      if (send === undefined || entry === undefined) {
        break;
      }
      const rival = inbox.undecided.some(
        other => other.order < entry.order && accepts(other.recv, send.rank, send.tag)
      );
      if (rival) {
        break;
      }
      lane.sends.shift();
      lane.recvs.shift();
      this.open -= 2;
      send.partner = entry.recv;
      entry.recv.partner = send;
      this.onMatch(send, entry.recv);
    }
    drop(inbox, lane);
  }

  private withdraw(inbox: IInbox, recv: IRecv): void {
    const lane = laneOf(inbox, recv.source, recv.tag);
    if (lane.recvs.remove(entry => entry.recv === recv)) {
      this.open -= 1;
    }
    drop(inbox, lane);
  }
}

function laneOf(inbox: IInbox, source: number, tag: number): ILane {
  let tags = inbox.lanes.get(source);
  if (tags === undefined) {
    tags = new Map();
    inbox.lanes.set(source, tags);
  }
  let lane = tags.get(tag);
  if (lane === undefined) {
    lane = { source, tag, sends: new Fifo(), recvs: new Fifo() };
    tags.set(tag, lane);
  }
  return lane;
}

/** Programs may use a new tag for each message, so empty lanes must not stay. */
function drop(inbox: IInbox, lane: ILane): void {
  if (lane.sends.length === 0 && lane.recvs.length === 0) {
    const tags = inbox.lanes.get(lane.source);
    tags?.delete(lane.tag);
    if (tags?.size === 0) {
      inbox.lanes.delete(lane.source);
    }
  }
}

function sendsIn(inbox: IInbox): ISend[] {
  const sends: ISend[] = [];
  for (const tags of inbox.lanes.values()) {
    const ofSource: ISend[] = [];
    for (const lane of tags.values()) {
      ofSource.push(...lane.sends.items());
    }
    sends.push(...ofSource.sort((a, b) => a.seq - b.seq));
  }
  return sends;
}

/** Source and tag of the message that this receive takes, if that is known. */
function envelopeOf(recv: IRecv): { source: number; tag: number } | null {
  if (recv.got !== null) {
    return recv.got;
  }
  return recv.source === ANY || recv.tag === ANY ? null : recv;
}
