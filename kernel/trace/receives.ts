import { operationOf } from './agreement.js';
import type { Communicators } from './comms.js';
import { amountText, isPlain, typesDiffer } from './datatypes.js';
import type { IFinding } from './findings.js';
import type { IAmount, ICollective } from './operations.js';
import { pairHint, partsText, sharesOf } from './shares.js';
import { callersText, verb } from './words.js';

/** A call that says what it has room for. */
type IReceiver = ICollective & { received: IAmount };

/**
 * Allgather, Alltoall and their kinds with counts: what each rank has room for from another
 * must be what that one sends to it. MPI cuts off what is too long, and reads what is of
 * another type as it is, without an error. Null where all fits, or is not known.
 *
 * @param name - the call and its line, for the title
 */
export function wrongReceives(
  calls: ICollective[],
  comms: Communicators,
  name: string
): IFinding | null {
  const [first] = calls;
  const receivers = calls.filter((call): call is IReceiver => call.received !== undefined);
  if (first === undefined || receivers.length === 0 || comms.isInter(first.comm, first.rank)) {
    return null;
  }
  const types = [...new Set(calls.filter(isSome).map(call => call.dtype))];
  const ofType = receivers.filter(
    ({ received }) => isSome(received) && types.some(type => typesDiffer(type, received.dtype))
  );
  if (ofType.length > 0) {
    return typeFinding(ofType, name);
  }
  const size = calls.length;
  const sent = calls.map(call => (isToEach(call) ? sharesOf(call, size) : wholeFor(call, size)));
  let isShort = false;
  const wrong = receivers.filter(receiver => {
    const room = sharesOf(receiver.received, size);
    const to = calls.indexOf(receiver);
    const missing = sent.map((shares, from) =>
      shares === null || room === null ? 0 : (shares[to] ?? 0) - (room[from] ?? 0)
    );
    isShort ||= missing.some(bytes => bytes > 0);
    return missing.some(bytes => bytes !== 0);
  });
  return wrong.length === 0 ? null : roomFinding(wrong, calls, isShort, name);
}

/** Neither of nothing nor of an unknown number of elements. */
function isSome({ count }: IAmount): boolean {
  return count !== 0 && count !== null;
}

/** A part for each rank, not the same for all. */
function isToEach({ name }: ICollective): boolean {
  return /^Alltoall/.test(operationOf(name));
}

function wholeFor({ bytes, dtype }: IAmount, size: number): number[] | null {
  return bytes === null || !isPlain(dtype) ? null : Array.from({ length: size }, () => bytes);
}

function typeFinding(wrong: IReceiver[], name: string): IFinding {
  return {
    level: 'warning',
    title: `${callersText(wrong)} ${verb(wrong, 'receives', 'receive')} another element type in ${name} than is sent.`,
    notes: wrong.map(call => [
      call,
      `sends ${amountText(call)}, receives into ${amountText(call.received)}`
    ]),
    hint: 'give the receive buffer the dtype of what is sent; else the bytes are read as other numbers.'
  };
}

function roomFinding(
  wrong: IReceiver[],
  calls: ICollective[],
  isShort: boolean,
  name: string
): IFinding {
  const size = calls.length;
  const note = (call: ICollective): string => {
    const sends = isToEach(call) ? briefly(call, size, 'to') : amountText(call);
    const { received } = call;
    return `sends ${sends}${received ? `, room for ${briefly(received, size, 'from')}` : ''}`;
  };
  const have = verb(wrong, 'has', 'have');
  return {
    level: 'warning',
    title: isShort
      ? `${callersText(wrong)} ${have} too little room for what is sent in ${name}.`
      : `${callersText(wrong)} ${have} room for more than is sent in ${name}.`,
    notes: calls.map(call => [call, note(call)]),
    hint: hintFor(wrong, calls)
  };
}

/** With a count for each rank, the sum is what matters least. */
function briefly(of: IAmount, size: number, preposition: 'to' | 'from'): string {
  const text = partsText(of, size, preposition);
  return Array.isArray(of.counts) ? text.replace(/^.*?: /, '') : text;
}

function hintFor([receiver]: IReceiver[], calls: ICollective[]): string {
  const size = calls.length;
  const operation = operationOf(receiver?.name ?? '');
  const counts = receiver?.received.counts;
  const pair = receiver && (pairHint(receiver.received, size) ?? pairHint(receiver, size));
  if (pair) {
    return pair;
  }
  switch (operation) {
    case 'Allgather': {
      const sent = calls[0]?.count ?? null;
      const here = sent === null ? '' : `, here ${size * sent} elements`;
      return `the receive buffer must hold ${size} times what a rank sends${here}.`;
    }
    case 'Allgatherv':
      return Array.isArray(counts)
        ? 'the counts must say, rank by rank, how many elements each rank sends.'
        : 'say with the receive buffer how many elements come from each rank: [recvbuf, counts].';
    case 'Alltoall':
      return `send and receive buffer must be of the same size: ${size} parts, one for each rank.`;
    default:
      return (
        'the receive counts must say, rank by rank, how many elements that rank sends to this ' +
        'one: recvcounts = comm.alltoall(sendcounts) tells.'
      );
  }
}
