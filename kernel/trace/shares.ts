import { operationOf } from './agreement.js';
import type { Communicators } from './comms.js';
import { amountText, isPlain } from './datatypes.js';
import type { IFinding } from './findings.js';
import type { ICollective } from './operations.js';

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
  if (root === undefined || directionOf(root) === null || !isIntra(root, comms)) {
    return null;
  }
  const wrong = calls.filter(call => {
    const rank = comms.toLocal(call.comm, call.rank, root.rank);
    const share = rank === null ? null : shareOf(root, rank, calls.length);
    const known = call.bytes !== null && call.buffer && isPlain(call.dtype);
    return call !== root && known && share !== null && share !== call.bytes;
  });
  return wrong.length === 0
    ? null
    : {
        level: 'warning',
        title: `The sizes of ${name} do not fit together.`,
        notes: [root, ...wrong].map(call => [call, sideText(call, comms)]),
        hint: hintFor(root, wrong, calls.length)
      };
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
  const [verb, to] = direction === 'out' ? ['sends', 'to'] : ['room for', 'from'];
  const size = comms.everyone(call.comm, call.rank)?.length ?? 1;
  const { counts, count } = call;
  if (Array.isArray(counts)) {
    const more = counts.length > MOST_TOLD ? ', ...' : '';
    return `${verb} ${amount}: ${counts.slice(0, MOST_TOLD).join(', ')}${more} ${to} the ranks`;
  }
  return counts === undefined
    ? `${verb} ${amount}, ${count === null ? 'a part' : count / size} ${to} each rank`
    : `${verb} ${amount} ${to} each rank`;
}

/** From the root (`out`) or to it (`in`); null: all ranks do the same. */
function directionOf(call: ICollective): 'out' | 'in' | null {
  const operation = operationOf(call.name);
  return /^Scatterv?$/.test(operation) ? 'out' : /^Gatherv?$/.test(operation) ? 'in' : null;
}

function isRoot(call: ICollective, comms: Communicators): boolean {
  return call.root !== null && comms.toWorld(call.comm, call.root, call.rank) === call.rank;
}

function isIntra({ comm, rank }: ICollective, comms: Communicators): boolean {
  return comms.everyone(comm, rank)?.length === comms.peers(comm, rank)?.length;
}

/** Bytes that the root exchanges with `rank`, one of the communicator; null: not known. */
function shareOf({ counts, count, bytes, dtype }: ICollective, rank: number, size: number) {
  if (count === null || bytes === null || !isPlain(dtype)) {
    return null;
  }
  const element = count === 0 ? 0 : bytes / count;
  if (Array.isArray(counts)) {
    return counts.length === size ? (counts[rank] ?? 0) * element : null;
  }
  if (counts !== undefined) {
    return bytes;
  }
  // A rest goes to some ranks, in a way that is mpi4py's.
  return count % size === 0 ? bytes / size : null;
}

function hintFor(root: ICollective, wrong: ICollective[], size: number): string {
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
