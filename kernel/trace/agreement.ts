import type { Communicators } from './comms.js';
import { PROC_NULL } from './comms.js';
import { isPlain } from './datatypes.js';
import type { ICollective } from './operations.js';
import { lineText, listed } from './words.js';

/** In what the members of a communicator disagree about one collective. */
export type Clash = 'name' | 'root' | 'arguments';

/** Collectives in which every member gives the same number of bytes. */
const SAME_SIZE = new Set([
  'Allgather',
  'Allreduce',
  'Alltoall',
  'Bcast',
  'Exscan',
  'Reduce',
  'Reduce_scatter_block',
  'Scan'
]);

/** Of these a count that the user gives is that of the part of one rank. */
const IN_PARTS = new Set(['Alltoall', 'Reduce_scatter_block']);

/** The operation behind a method: `Ibarrier` and `barrier` are both `Barrier`. */
export function operationOf(name: string): string {
  const plain = name.replace(/_init$/, '');
  if (plain === 'barrier') {
    return 'Barrier';
  }
  return /^I[a-z]/.test(plain) ? plain.charAt(1).toUpperCase() + plain.slice(2) : plain;
}

/** The first disagreement among calls that should be one collective, the worst first. */
export function clashOf(calls: ICollective[], comms: Communicators): Clash | null {
  const first = calls[0];
  if (first === undefined) {
    return null;
  }
  const operation = operationOf(first.name);
  if (differ(calls.map(call => operationOf(call.name)))) {
    return 'name';
  }
  if (first.root !== null && hasNoRoot(calls, comms)) {
    return 'root';
  }
  // Negative roots are MPI.ROOT and MPI.PROC_NULL of intercommunicators.
  if (differ(calls.map(call => (call.root !== null && call.root < 0 ? null : call.root)))) {
    return 'root';
  }
  // Each of two groups gives what the other one takes.
  const sized =
    SAME_SIZE.has(operation) &&
    !comms.isInter(first.comm, first.rank) &&
    calls.every(call => call.buffer && isPlain(call.dtype)) &&
    !(IN_PARTS.has(operation) && calls.some(call => call.counts !== undefined));
  if (differ(calls.map(call => call.op)) || (sized && differ(calls.map(call => call.bytes)))) {
    return 'arguments';
  }
  return null;
}

/** Between two groups, all have come and not exactly one of them is the root. */
export function hasNoRoot(calls: ICollective[], comms: Communicators): boolean {
  const [first] = calls;
  return (
    first !== undefined &&
    comms.isInter(first.comm, first.rank) &&
    calls.length === comms.everyone(first.comm, first.rank)?.length &&
    calls.filter(({ root }) => root !== null && root < PROC_NULL).length !== 1
  );
}

/** What to do where some have the form of a collective for buffers, others that for objects. */
export function otherFormHint(calls: ICollective[]): string | null {
  const names = [...new Set(calls.map(call => call.name))];
  const operations = new Set(names.map(name => operationOf(name).toLowerCase()));
  return names.length > 1 && operations.size === 1
    ? `${listed(names)} do not fit together: use upper-case calls (buffers) on all ranks, or lower-case ones (objects) on all.`
    : null;
}

/** What to do where ranks have come to different collectives. */
export function sameOrderHint(calls: ICollective[]): string {
  const lines = [...new Set(calls.map(lineText))].filter(line => line !== '').slice(0, 2);
  const where = lines.length < 2 ? '.' : `; is ${listed(lines, 'or')} inside an if?`;
  return `all ranks must call the same collectives in the same order${where}`;
}

function differ(values: (string | number | null)[]): boolean {
  return new Set(values.filter(value => value !== null)).size > 1;
}
