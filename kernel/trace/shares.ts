import { operationOf } from './agreement.js';
import type { Communicators } from './comms.js';
import { amountText, isPlain } from './datatypes.js';
import type { IFinding } from './findings.js';
import type { IAmount, ICollective } from './operations.js';

/** Counts of a list that are told. */
const MOST_TOLD = 8;

/**
 * Scatter and Gather, and their kinds with counts: what the root sends to a rank, or has room
 * for from it, must be what that rank receives or sends. Null where it is, or is not known.
 *
 * @param name - the call and its line, for the title
 */
export function wrongShares(
  calls: ICollective[],
  comms: Communicators,
  name: string
): IFinding | null {
  const root = calls.find(call => isRoot(call, comms));
  if (root === undefined || directionOf(root) === null || comms.isInter(root.comm, root.rank)) {
    return null;
  }
  const shares = sharesOf(root, calls.length);
  const wrong = calls.filter(call => {
    const rank = comms.toLocal(call.comm, call.rank, root.rank);
    const share = rank === null ? undefined : shares?.[rank];
    const known = call.bytes !== null && call.buffer && isPlain(call.dtype);
    return call !== root && known && share !== undefined && share !== call.bytes;
  });
  const own = ownText(root, shares?.[comms.toLocal(root.comm, root.rank, root.rank) ?? -1]);
  return wrong.length === 0 && own === ''
    ? null
    : {
        level: 'warning',
        title: `The sizes of ${name} do not fit together.`,
        notes: [
          [root, sideText(root, comms) + own],
          ...wrong.map((call): [ICollective, string] => [call, sideText(call, comms)])
        ],
        hint: hintFor(root, wrong, calls.length)
      };
}

/** The root's part for itself, where that is not the `share` that it has for itself. */
function ownText(root: ICollective, share: number | undefined): string {
  const { own } = root;
  if (own === undefined || share === undefined || !isPlain(own.dtype)) {
    return '';
  }
  return own.bytes === null || own.bytes === share
    ? ''
    : directionOf(root) === 'out'
      ? `, room for ${amountText(own)} itself`
      : `, sends ${amountText(own)} itself`;
}

/** What a call gives or takes: of the root of Scatter and Gather with the part of each rank. */
export function sideText(call: ICollective, comms: Communicators): string {
  const direction = directionOf(call);
  const amount = amountText(call);
  if (direction === null || call.bytes === null) {
    return amount;
  }
  if (!isRoot(call, comms)) {
    return direction === 'out' ? `room for ${amount}` : `${amount} to send`;
  }
  const size = comms.everyone(call.comm, call.rank)?.length ?? 1;
  return direction === 'out'
    ? `sends ${partsText(call, size, 'to')}`
    : `room for ${partsText(call, size, 'from')}`;
}

/** An amount and how much of it is for each of `size` ranks. */
export function partsText(of: IAmount, size: number, preposition: 'to' | 'from'): string {
  const amount = amountText(of);
  const { counts, count } = of;
  if (Array.isArray(counts)) {
    const more = counts.length > MOST_TOLD ? ', ...' : '';
    return `${amount}: ${counts.slice(0, MOST_TOLD).join(', ')}${more} ${preposition} the ranks`;
  }
  if (counts !== undefined) {
    return `${amount} ${preposition} each rank`;
  }
  const isEven = count !== null && count % size === 0;
  return `${amount}, ${isEven ? count / size : 'a part'} ${preposition} each rank`;
}

/** From the root (`out`) or to it (`in`); null: all ranks do the same. */
function directionOf(call: ICollective): 'out' | 'in' | null {
  const operation = operationOf(call.name);
  return /^Scatterv?$/.test(operation) ? 'out' : /^Gatherv?$/.test(operation) ? 'in' : null;
}

function isRoot(call: ICollective, comms: Communicators): boolean {
  return call.root !== null && comms.toWorld(call.comm, call.root, call.rank) === call.rank;
}

/** Bytes of an amount that are for each of `size` ranks; null: not known. */
export function sharesOf({ counts, count, bytes, dtype }: IAmount, size: number): number[] | null {
  if (count === null || bytes === null || !isPlain(dtype)) {
    return null;
  }
  const element = count === 0 ? 0 : bytes / count;
  if (Array.isArray(counts)) {
    return counts.length === size ? counts.map(each => each * element) : null;
  }
  // Without counts a rest goes to some ranks, in a way that is mpi4py's.
  const each = counts !== undefined ? bytes : count % size === 0 ? bytes / size : null;
  return each === null ? null : Array.from({ length: size }, () => each);
}

/**
 * `(1, 3)` on two ranks may be meant as their counts, and is one count with a place: what to say
 * of it where something does not fit. Null where no such pair was given.
 */
export function pairHint({ counts, begin }: IAmount, size: number): string | null {
  if (begin === undefined || typeof counts !== 'number' || size !== 2) {
    return null;
  }
  return (
    `(${counts}, ${begin}) means ${counts} ${counts === 1 ? 'element' : 'elements'} for each rank, ` +
    `the first part at place ${begin}. A list of counts is one for each rank: [${counts}, ${begin}].`
  );
}

function hintFor(root: ICollective, wrong: ICollective[], size: number): string {
  const pair = pairHint(root, size);
  if (pair !== null) {
    return pair;
  }
  const operation = operationOf(root.name);
  const isOut = directionOf(root) === 'out';
  if (Array.isArray(root.counts)) {
    const does = isOut ? 'receives' : 'sends';
    return `the root's counts must say, rank by rank, how many elements each rank ${does}.`;
  }
  const side = isOut ? 'send' : 'receive';
  const theirs = isOut ? 'receive' : 'send';
  const differs = wrong.some(call => call.bytes !== wrong[0]?.bytes);
  const other = differs ? ` For parts of different size use ${operation.replace(/v?$/, 'v')}.` : '';
  return (
    `the ${side} buffer of the root must hold ${size} times what is in the ${theirs} buffer ` +
    `of a rank.${other}`
  );
}
