import type { Envelope, WaitNeed, WaitState } from '../../src/protocol/index.js';
import type { Communicators } from './comms.js';
import { ANY, PROC_NULL } from './comms.js';
import type { MessageMatcher } from './matching.js';
import type { IRequest, RequestTable } from './requests.js';
import type { IRecv, ISend } from './operations.js';
import { accepts } from './operations.js';

export type MessageNeed = Extract<WaitNeed, { what: 'message' }>;
export type ReceiverNeed = Extract<WaitNeed, { what: 'receiver' }>;

/**
 * What is under way now: messages sent and receives posted that have not met in the
 * record, together with those of the calls in which ranks are waiting, which are not in
 * the record yet. Plays MPI's matching over them to see what will meet by itself, and
 * what is left over.
 */
export class Pending {
  private readonly sends: ISend[];
  private readonly recvs: IRecv[];
  private readonly partner = new Map<ISend, IRecv>();
  private readonly message = new Map<IRecv, ISend>();

  constructor(
    private readonly comms: Communicators,
    matcher: MessageMatcher,
    private readonly requests: RequestTable[],
    waits: Map<number, WaitState>
  ) {
    this.sends = matcher.unreceived();
    this.recvs = matcher.unmet();
    for (const [rank, wait] of waits) {
      if (wait.sent) {
        this.addSend(rank, wait, wait.sent, null);
      }
      for (const need of wait.needs) {
        if (need.what === 'receiver' && !this.recorded(rank, need)?.send) {
          this.addSend(rank, wait, need, need.request ?? null);
        } else if (need.what === 'message' && !need.probe && !this.recorded(rank, need)?.recv) {
          this.addRecv(rank, wait, need);
        }
      }
    }
    this.play();
  }

  /** The message that is there for what `rank` waits for, or null. */
  messageFor(rank: number, need: MessageNeed): ISend | null {
    const partner = this.recorded(rank, need)?.recv?.partner;
    if (partner) {
      return partner;
    }
    const wanted = this.wanted(rank, need);
    const fits = (send: ISend): boolean =>
      wanted !== null &&
      send.dest === rank &&
      send.comm === need.comm &&
      accepts(wanted, send.rank, send.tag);
    const mine = need.probe
      ? undefined
      : this.recvs.filter(recv => isOpen(recv) && isOf(recv, rank, need, wanted)).at(-1);
    const played = mine && this.message.get(mine);
    if (played !== undefined) {
      return played;
    }
    const unsure = this.recvs.some(
      recv =>
        recv !== mine &&
        recv.rank === rank &&
        isOpen(recv) &&
        (recv.source === ANY || recv.tag === ANY)
    );
    return this.sends.find(send => fits(send) && (unsure || !this.partner.has(send))) ?? null;
  }

  /** The receive that is there for the message that `rank` waits to be rid of, or null. */
  receiverFor(rank: number, need: ReceiverNeed): IRecv | null {
    const partner = this.recorded(rank, need)?.send?.partner;
    if (partner) {
      return partner;
    }
    const dest = this.comms.toWorld(need.comm, need.peer, rank);
    // The last: those before it are in the record, buffered and not received yet.
    const mine = this.sends
      .filter(
        send =>
          send.rank === rank &&
          send.dest === dest &&
          send.comm === need.comm &&
          send.tag === need.tag &&
          send.request === (need.request ?? null)
      )
      .at(-1);
    return (mine && this.partner.get(mine)) ?? null;
  }

  /** Messages to `dest` for which no receive is there. */
  strays(dest: number): ISend[] {
    return this.sends.filter(send => send.dest === dest && !this.partner.has(send));
  }

  private recorded(rank: number, need: WaitNeed): IRequest | undefined {
    return need.request === undefined ? undefined : this.requests[rank]?.get(need.request);
  }

  private wanted(rank: number, need: MessageNeed): { source: number; tag: number } | null {
    if (need.peer === PROC_NULL) {
      return null;
    }
    const source = need.peer === ANY ? ANY : this.comms.toWorld(need.comm, need.peer, rank);
    return source === null ? null : { source, tag: need.tag };
  }

  private addSend(rank: number, wait: WaitState, need: Envelope, request: number | null): void {
    const dest = this.comms.toWorld(need.comm, need.peer, rank);
    if (dest !== null) {
      const { comm, tag, bytes, count, dtype } = need;
      const envelope = { dest, comm, tag, bytes, count, dtype, synchronous: false };
      this.sends.push({ ...siteOf(rank, wait), ...envelope, request, partner: null, begun: false });
    }
  }

  private addRecv(rank: number, wait: WaitState, need: MessageNeed): void {
    const wanted = this.wanted(rank, need);
    if (wanted !== null) {
      const { comm, bytes, count, dtype } = need;
      const envelope = { ...wanted, comm, bytes, count, dtype, request: need.request ?? null };
      const open = { partner: null, begun: false, got: null, failure: null };
      this.recvs.push({ ...siteOf(rank, wait), ...envelope, ...open });
    }
  }

  private play(): void {
    const inbox = new Map<string, ISend[]>();
    for (const send of this.sends) {
      const key = `${send.comm} ${send.dest}`;
      const list = inbox.get(key);
      if (list) {
        list.push(send);
      } else {
        inbox.set(key, [send]);
      }
    }
    for (const recv of this.recvs) {
      const wanted = recv.got ?? recv;
      const send = inbox
        .get(`${recv.comm} ${recv.rank}`)
        ?.find(one => !this.partner.has(one) && accepts(wanted, one.rank, one.tag));
      if (send !== undefined) {
        this.partner.set(send, recv);
        this.message.set(recv, send);
      }
    }
  }
}

function siteOf(
  rank: number,
  wait: WaitState
): Pick<ISend, 'rank' | 'seq' | 'name' | 'buffer' | 'line' | 'file'> {
  const { seq, name, buffer, line, file } = wait;
  return { rank, seq, name, buffer, line, ...(file === undefined ? {} : { file }) };
}

/**
 * Whether it still waits. One that has its message may be in the record before the send, whose
 * rank has not come to the end of the call: of a sendrecv, say, that waits to receive.
 */
function isOpen({ got, failure }: IRecv): boolean {
  return got === null && failure === null;
}

function isOf(
  recv: IRecv,
  rank: number,
  need: MessageNeed,
  wanted: { source: number; tag: number } | null
): boolean {
  return (
    recv.rank === rank &&
    recv.comm === need.comm &&
    recv.request === (need.request ?? null) &&
    recv.source === wanted?.source &&
    recv.tag === wanted.tag
  );
}
