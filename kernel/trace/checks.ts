import type { CallRecord } from '../../src/protocol/index.js';
import { amountText, typesDiffer } from './datatypes.js';
import type { Findings, IFinding } from './findings.js';
import type { ICallSite, IRecv, ISend } from './operations.js';
import { isTruncation } from './operations.js';
import type { IRequest } from './requests.js';
import { inLine, lineText, listed, tagText, verb } from './words.js';

/** What makes findings the same: ranks vary with each message, places do not. */
export function keyOf(check: string, ...sites: ICallSite[]): string {
  return [check, ...sites.map(site => `${lineText(site)} ${site.name}`)].join('|');
}

/** Checks of one message whose sender and receiver have met. */
export function checkMatch(send: ISend, recv: IRecv, findings: Findings): void {
  const ranks = [send.rank, recv.rank];
  const kind = /probe$/i.test(recv.name) ? null : mismatch(send, recv);
  if (kind !== null) {
    findings.add(keyOf(kind, send, recv), ranks, () => MISMATCHES[kind](send, recv));
  }
}

type Mismatch = 'kind' | 'truncated' | 'type' | 'longer';

function mismatch(send: ISend, recv: IRecv): Mismatch | null {
  if (send.buffer !== recv.buffer) {
    return 'kind';
  }
  if (recv.failure !== null && isTruncation(recv.failure)) {
    return 'truncated';
  }
  if (!send.buffer) {
    return null;
  }
  if (typesDiffer(send.dtype, recv.dtype)) {
    return 'type';
  }
  const isShort = send.bytes !== null && recv.bytes !== null && send.bytes < recv.bytes;
  return isShort && !recv.got?.asked ? 'longer' : null;
}

const MISMATCHES: { [kind in Mismatch]: (send: ISend, recv: IRecv) => IFinding } = {
  kind: (send, recv) => ({
    level: 'warning',
    title: `${send.name} and ${recv.name} do not fit together.`,
    notes: [
      [send, send.buffer ? 'sends the bytes of a buffer' : 'sends a pickled object'],
      [recv, recv.buffer ? 'receives bytes into a buffer' : 'receives a pickled object']
    ],
    hint: 'use upper-case calls on both sides for arrays, or lower-case ones for objects.'
  }),
  truncated: (send, recv) => ({
    level: 'warning',
    title: `The message from rank ${send.rank} is too long for the buffer of rank ${recv.rank}.`,
    notes: [
      [send, `sends ${amountText(send)}`],
      [recv, recv.buffer ? `has room for ${amountText(recv)}` : 'has room for 32 kB']
    ],
    hint: recv.buffer
      ? typesDiffer(send.dtype, recv.dtype)
        ? 'use the same dtype on both sides, and a receive buffer at least as long as the message.'
        : 'make the receive buffer at least as long as the message.'
      : 'give irecv a buffer for large objects: comm.irecv(bytearray(1 << 20), source=...).'
  }),
  type: (send, recv) => ({
    level: 'warning',
    title: `Rank ${recv.rank} receives another element type than rank ${send.rank} sends.`,
    notes: [
      [send, `sends ${amountText(send)}`],
      [recv, `receives into ${amountText(recv)}`]
    ],
    hint: 'use the same dtype on both sides; else the bytes are read as other numbers.'
  }),
  longer: (send, recv) => ({
    level: 'info',
    title: `The receive buffer of rank ${recv.rank} is longer than the message from rank ${send.rank}.`,
    notes: [
      [send, `sends ${amountText(send)}`],
      [recv, `has room for ${amountText(recv)}, the rest keeps its old values`]
    ]
  })
};

/** Remarks that the layer made about a call. */
const MARKS: { [mark: string]: (site: ICallSite, call: CallRecord) => IFinding } = {
  'none-buffer': (site, { collective }) => ({
    level: 'warning',
    title: `Rank ${site.rank} gave None where ${site.name} needs a buffer.`,
    notes: [[site, 'None as buffer']],
    hint:
      collective?.comm === 'world' && collective.root === site.rank
        ? `rank ${site.rank} is the root of this call: make the buffer there, or name the rank that has it as root.`
        : 'make a buffer on every rank that takes part, not only on the root.'
  }),
  'list-concat': site => ({
    level: 'warning',
    title: `${site.name} of lists joins them into one long list; it does not add their elements.`,
    notes: [[site, '+ on lists joins them']],
    hint: 'use numpy arrays to add element by element.'
  })
};

/** Turn the marks of a call into findings; `site` is the call that they are about. */
export function checkMarks(call: CallRecord, site: ICallSite, findings: Findings): void {
  for (const mark of call.marks ?? []) {
    const make = MARKS[mark];
    if (make) {
      findings.add(keyOf(mark, site), [site.rank], () => make(site, call));
    }
  }
}

/** Counts of a collective that reach beyond the buffer that is given with them. */
export function checkReach(call: CallRecord, site: ICallSite, findings: Findings): void {
  const beyond = call.collective?.beyond;
  if (beyond === undefined) {
    return;
  }
  const [reach, room] = beyond;
  findings.add(keyOf('beyond', site), [site.rank], () => ({
    level: 'warning',
    title: `Rank ${site.rank} gives counts to ${site.name} that reach beyond its buffer.`,
    notes: [[site, `they reach to byte ${reach} of a buffer of ${room} bytes`]],
    hint: 'counts and displacements are in elements. What stands behind the buffer in memory is sent, or overwritten.'
  }));
}

/**
 * A wait that found buffers changed that were being sent.
 *
 * @param done - the requests that it has completed, by number
 */
export function checkChanged(
  call: CallRecord,
  wait: ICallSite,
  done: [number, IRequest][],
  findings: Findings
): void {
  const sends = done.flatMap(([number, { send }]) =>
    send !== null && call.marks?.includes(`buffer-changed:${number}`) ? [send] : []
  );
  const places = [...new Map(sends.map(send => [keyOf('', send), send])).values()];
  if (places.length === 0) {
    return;
  }
  findings.add(keyOf('buffer-changed', ...places), [wait.rank], () => ({
    level: 'warning',
    title: `The ${verb(places, 'buffer', 'buffers')} of ${listed(
      places.map(send => `${send.name}${inLine(send)}`)
    )} ${verb(places, 'was', 'were')} changed before the send was complete.`,
    notes: [
      ...places.map((send): [ICallSite, string] => [
        send,
        'the receiver may get the old values or the new ones'
      ]),
      [wait, 'only here it was complete']
    ],
    hint: `write into the buffer after ${wait.name}${inLine(wait)}, not before it, or send a copy.`
  }));
}

/** Messages that nobody had received when the cell ended. */
export function checkUnreceived(sends: ISend[], findings: Findings): void {
  for (const send of sends) {
    const what = send.buffer ? amountText(send) : 'an object';
    findings.add(`${keyOf('unreceived', send)}|${send.tag}`, [send.rank, send.dest], () => ({
      level: 'warning',
      title: `Rank ${send.dest} did not receive a message that rank ${send.rank} sent to it.`,
      notes: [[send, `sent ${what} to rank ${send.dest} with ${tagText(send.tag)}`]],
      hint: `add the receive on rank ${send.dest}, or leave the send out; a later cell may still receive it.`
    }));
  }
}

/** Requests that nobody had waited for when the cell ended. */
export function checkRequests(requests: IRequest[], findings: Findings): void {
  for (const { site, recv } of requests) {
    const wait = site.buffer ? 'Wait' : 'wait';
    findings.add(keyOf('request', site), [site.rank], () => ({
      level: 'warning',
      title: `The request of ${site.name}${inLine(site)} was not waited for before the cell ended.`,
      notes: [[site, recv ? 'its message may not be there yet' : 'it may not be complete yet']],
      hint: `keep what ${site.name} returns and call ${wait}() on it.`
    }));
  }
}
