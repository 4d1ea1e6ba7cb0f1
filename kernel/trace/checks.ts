import type { CallRecord } from '../../src/protocol/index.js';
import { amountText, typesDiffer } from './datatypes.js';
import type { Findings } from './notices.js';
import type { ICallSite, IRecv, ISend } from './operations.js';
import { isTruncation } from './operations.js';
import type { IRequest } from './requests.js';
import { inLine, lineText, tagText } from './words.js';

/** `Recv in line 7 of rank 1`. */
function at(site: ICallSite): string {
  return `${site.name}${inLine(site)} on rank ${site.rank}`;
}

/** Ranks vary with each message, places do not: repeats are told once. */
function keyOf(check: string, ...sites: ICallSite[]): string {
  return [check, ...sites.map(site => `${lineText(site)} ${site.name}`)].join('|');
}

/** Checks of one message whose sender and receiver have met. */
export function checkMatch(send: ISend, recv: IRecv, findings: Findings): void {
  const ranks = [send.rank, recv.rank];
  if (send.buffer !== recv.buffer) {
    findings.add(keyOf('kind', send, recv), ranks, () => ({
      level: 'warning',
      text:
        `${at(send)} met ${at(recv)}: ` +
        'upper-case calls move buffers, lower-case ones pickled objects, and the two do not fit. ' +
        `Use ${send.buffer ? `Recv with ${send.name}` : `recv with ${send.name}`}, ` +
        `or ${recv.buffer ? `Send with ${recv.name}` : `send with ${recv.name}`}.`
    }));
    return;
  }
  const sent = send.bytes;
  const room = recv.bytes;
  const tooLong = sent !== null && room !== null && sent > room;
  if (recv.failure !== null && isTruncation(recv.failure)) {
    findings.add(keyOf('truncated', send, recv), ranks, () => ({
      level: 'warning',
      text: truncationText(send, recv)
    }));
  } else if (send.buffer && typesDiffer(send.dtype, recv.dtype)) {
    findings.add(keyOf('type', send, recv), ranks, () => ({
      level: 'warning',
      text:
        `${at(send)} sends ${amountText(send)}, ` +
        `but ${at(recv)} receives into ${amountText(recv)}: ` +
        'the bytes are read as another type. Use the same element type on both sides.'
    }));
  } else if (send.buffer && !tooLong && sent !== null && room !== null && sent < room) {
    findings.add(keyOf('longer', send, recv), ranks, () => ({
      level: 'info',
      text:
        `The buffer of ${at(recv)} is longer than the message of ${at(send)}: ` +
        `${amountText(send)} went into ${amountText(recv)}; the rest keeps its old values. ` +
        'Status.Get_count tells how much came.'
    }));
  }
}

function truncationText(send: ISend, recv: IRecv): string {
  const head = `${at(recv)} has room for ${amountText(recv)}, but ${at(send)} sends ${amountText(send)}`;
  return recv.buffer
    ? `${head}: the message is cut and the receive fails. Make the buffer at least as long.`
    : `${head}: irecv needs a buffer for large objects, e.g. comm.irecv(bytearray(1 << 20), source=...).`;
}

/** Remarks that the layer made about a call. */
const MARKS: { [mark: string]: (site: ICallSite) => { level: 'info' | 'warning'; text: string } } =
  {
    'buffer-changed': site => ({
      level: 'warning',
      text:
        `The buffer of ${at(site)} was changed before the request was complete: ` +
        'the receiver may get the old or the new values. Call Wait() first, or send a copy.'
    }),
    'none-buffer': site => ({
      level: 'warning',
      text:
        `${at(site)} got None where this rank must give a buffer; ` +
        'make one on every rank that takes part, not only on the root.'
    }),
    'list-concat': site => ({
      level: 'warning',
      text:
        `${at(site)} adds lists, and + on lists joins them: the result is one long list, ` +
        'not the sums of the elements. Use numpy arrays.'
    })
  };

/** Turn the marks of a call into findings; `site` is the call that they are about. */
export function checkMarks(call: CallRecord, site: ICallSite, findings: Findings): void {
  for (const mark of call.marks ?? []) {
    const make = MARKS[mark];
    if (make) {
      findings.add(keyOf(mark, site), [site.rank], () => make(site));
    }
  }
}

/** Messages that nobody had received when the cell ended. */
export function checkUnreceived(sends: ISend[], findings: Findings): void {
  for (const send of sends) {
    findings.add(`${keyOf('unreceived', send)}|${send.tag}`, [send.rank, send.dest], () => ({
      level: 'warning',
      text:
        `A message was never received: ${at(send)} to rank ${send.dest}, ` +
        `${tagText(send.tag)}, ${send.buffer ? amountText(send) : 'a pickled object'}.`
    }));
  }
}

/** Requests that nobody had waited for when the cell ended. */
export function checkRequests(requests: IRequest[], findings: Findings): void {
  for (const { site, recv } of requests) {
    findings.add(keyOf('request', site), [site.rank], () => ({
      level: 'warning',
      text:
        `The request of ${at(site)} was never waited for: ` +
        (recv ? 'its buffer may not hold the message. ' : 'the operation may not be complete. ') +
        `Call ${site.buffer ? 'Wait' : 'wait'}() on it before the cell ends.`
    }));
  }
}
