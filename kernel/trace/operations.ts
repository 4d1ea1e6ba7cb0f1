import type { CallRecord, Envelope, GotRecord } from '../../src/protocol/index.js';
import type { Communicators } from './comms.js';
import { ANY, PROC_NULL } from './comms.js';

/** Where and how a call was made. Ranks in this and all types below are world ranks. */
export interface ICallSite {
  rank: number;
  /** As in CallRecord: counts calls of the rank. */
  seq: number;
  name: string;
  buffer: boolean;
  line: number | null;
  file?: string;
}

/** A message that was sent, or is being sent. */
export interface ISend extends ICallSite {
  dest: number;
  comm: string;
  tag: number;
  bytes: number | null;
  count: number | null;
  dtype: string | null;
  synchronous: boolean;
  /** Number of the request, where the call was nonblocking. */
  request: number | null;
  /** The receive that takes it, once known. */
  partner: IRecv | null;
  /** For the replay: its rank has come to it. */
  begun: boolean;
}

export interface IGot {
  source: number;
  tag: number;
  bytes: number;
  /** The program has asked how much came. */
  asked?: boolean;
}

/** A receive that was posted. */
export interface IRecv extends ICallSite {
  /** `ANY` where any source will do. */
  source: number;
  comm: string;
  /** `ANY` where any tag will do. */
  tag: number;
  bytes: number | null;
  count: number | null;
  dtype: string | null;
  request: number | null;
  /** The message that it takes, once known. */
  partner: ISend | null;
  /** For the replay: its rank has come to it. */
  begun: boolean;
  /** What arrived, once known. */
  got: IGot | null;
  /** The call, by its number, that completed the request. */
  doneBy?: number;
  /** The receive took its message but raised: name and text of the exception. */
  failure: string | null;
}

/** How much a buffer holds, as far as it is known. */
export interface IAmount {
  bytes: number | null;
  count: number | null;
  dtype: string | null;
  /** As in CallRecord: what the user gave of them. */
  counts?: number | number[];
  /** As in CallRecord: of one count, the place that was given with it. */
  begin?: number;
}

export interface ICollective extends ICallSite, IAmount {
  comm: string;
  index: number;
  /** Rank in `comm`, as the user wrote it. */
  root: number | null;
  op: string | null;
  /** As in CallRecord: what there is room for, where that is another buffer. */
  received?: IAmount;
  /** As in CallRecord: the root's own part. */
  own?: IAmount;
}

export function isCollective(call: ICallSite): call is ICollective {
  return 'index' in call;
}

/** Whether a message with this source and tag fits what a receive asks for. */
export function accepts(
  wanted: { source: number; tag: number },
  source: number,
  tag: number
): boolean {
  return (
    (wanted.source === ANY || wanted.source === source) &&
    (wanted.tag === ANY || wanted.tag === tag)
  );
}

/** A peer as world rank, `ANY`, or null where there is nobody (PROC_NULL) or it is unknown. */
function peer(comms: Communicators, envelope: Envelope, rank: number): number | null {
  if (envelope.peer === PROC_NULL) {
    return null;
  }
  return envelope.peer === ANY ? ANY : comms.toWorld(envelope.comm, envelope.peer, rank);
}

function gotOf(
  comms: Communicators,
  comm: string,
  rank: number,
  got: GotRecord | null | undefined
): IGot | null {
  const source = got ? comms.toWorld(comm, got.peer, rank) : null;
  return got && source !== null
    ? { source, tag: got.tag, bytes: got.bytes, asked: got.asked === true }
    : null;
}

/** The send half of a call, if it really put a message on its way. */
export function sendOf(comms: Communicators, rank: number, call: CallRecord): ISend | null {
  const wrong = call.error !== undefined && call.recv === undefined;
  if (call.send === undefined || call.kind === 'probe' || wrong || call.t1 === null) {
    return null;
  }
  const dest = peer(comms, call.send, rank);
  if (dest === null || dest === ANY) {
    return null;
  }
  const { comm, tag, bytes, count, dtype, synchronous } = call.send;
  const { seq, name, buffer, line, file } = call;
  const send: ISend = {
    rank,
    seq,
    name,
    buffer,
    line,
    dest,
    comm,
    tag,
    bytes,
    count,
    dtype,
    synchronous,
    request: call.request ?? null,
    partner: null,
    begun: false
  };
  if (file !== undefined) {
    send.file = file;
  }
  return send;
}

/** The receive half of a call, unless it surely took no message. */
export function recvOf(comms: Communicators, rank: number, call: CallRecord): IRecv | null {
  const takes = call.kind !== 'probe' || isMatchedProbe(call);
  if (call.recv === undefined || !takes || call.t1 === null) {
    return null;
  }
  const source = peer(comms, call.recv, rank);
  if (source === null || !(call.error === undefined || tookMessage(call, call.error))) {
    return null;
  }
  const { comm, tag, bytes, count, dtype } = call.recv;
  const { seq, name, buffer, line, file } = call;
  const recv: IRecv = {
    rank,
    seq,
    name,
    buffer,
    line,
    source,
    comm,
    tag,
    bytes,
    count,
    dtype,
    request: call.request ?? null,
    partner: null,
    begun: false,
    got: gotOf(comms, comm, rank, call.recv.got),
    failure: call.error ?? null
  };
  if (file !== undefined) {
    recv.file = file;
  }
  return recv;
}

/** Whether it is not yet known what a receive that was started got. */
export function isPending(recv: IRecv): boolean {
  return recv.request !== null && recv.got === null && recv.failure === null;
}

/** What a request turned out to have received, if `got` names it. */
export function gotOfRequest(
  comms: Communicators,
  recv: IRecv,
  request: number,
  call: CallRecord
): IGot | null {
  return gotOf(comms, recv.comm, recv.rank, call.got?.[request]);
}

/** Mprobe takes the message out of the queue, so that it counts as its receive. */
export function isMatchedProbe(call: { name: string; recv?: CallRecord['recv'] }): boolean {
  return /^i?mprobe$/i.test(call.name) && Boolean(call.recv?.got);
}

/** The collective that a call took part in; one that was refused took part in none. */
export function collectiveOf(rank: number, call: CallRecord): ICollective | null {
  const begun = call.marks?.includes('begun') ?? false;
  const refused = call.error !== undefined && !begun && !isTruncation(call.error);
  if (call.collective === undefined || refused) {
    return null;
  }
  // Property by property: spreading two objects takes ten times as long.
  const { seq, name, buffer, line, file } = call;
  const { comm, index, root, op, bytes, count, dtype, counts, begin, received, own } =
    call.collective;
  const collective: ICollective = {
    rank,
    seq,
    name,
    buffer,
    line,
    comm,
    index,
    root,
    op,
    bytes,
    count,
    dtype
  };
  if (file !== undefined) {
    collective.file = file;
  }
  if (counts !== undefined) {
    collective.counts = counts;
  }
  if (begin !== undefined) {
    collective.begin = begin;
  }
  if (received !== undefined) {
    collective.received = received;
  }
  if (own !== undefined) {
    collective.own = own;
  }
  return collective;
}

/**
 * A receive that raised may have consumed its message all the same: a truncated one has,
 * and so has a lower-case receive whose bytes could not be unpickled.
 */
function tookMessage(call: CallRecord, error: string): boolean {
  if (call.recv?.got || isTruncation(error)) {
    return true;
  }
  const stopped = /^(KeyboardInterrupt|Deadlock|SystemExit)/.test(error);
  return !call.buffer && !stopped && !/MPI_ERR|MPI\.Exception|^Exception/.test(error);
}

export function isTruncation(error: string): boolean {
  return /trunca/i.test(error);
}
