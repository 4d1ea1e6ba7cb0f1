import type { CallRecord } from '../../src/protocol/index.js';
import type { ICallSite, ICollective } from './operations.js';
import { exceptionText, inLine } from './words.js';

/** A collective that raised on one rank. */
export interface IRefusal {
  site: ICallSite;
  /** Which collective of the communicator it was, or would have been. */
  index: number;
  /** Name of the exception, and in one line what it says. */
  error: string;
  /** MPI had carried out some of it: it is the collective of this number. */
  begun: boolean;
}

/** Refusals kept of one rank on one communicator, and in all. */
const MAX_OF_ONE = 1000;
const MAX_REFUSALS = 50_000;

/**
 * Collectives that raised, for a program that catches the error and goes on: the others wait
 * for that rank all the same. Most were refused before anything was sent, and then they do
 * not count: the next call of the rank has the same number, as it has for MPI.
 */
export class Refusals {
  /** By communicator, rank and number. */
  private readonly open = new Set<string>();
  /** By communicator and rank, in the order of the calls. */
  private readonly all = new Map<string, IRefusal[]>();

  add(comm: string, index: number, site: ICallSite, call: CallRecord): void {
    const error = call.error ?? '';
    if (this.open.size >= MAX_REFUSALS || /^(KeyboardInterrupt|Deadlock|SystemExit)/.test(error)) {
      return;
    }
    this.open.add(`${comm} ${site.rank} ${index}`);
    const key = `${comm} ${site.rank}`;
    const list = this.all.get(key) ?? [];
    if (list.length < MAX_OF_ONE) {
      const begun = call.marks?.includes('begun') ?? false;
      list.push({ site, index, error: exceptionText(error), begun });
    }
    this.all.set(key, list);
  }

  /** A call has been made that may have the number of one that was refused. */
  clear({ comm, rank, index }: ICollective): void {
    if (this.open.size > 0) {
      this.open.delete(`${comm} ${rank} ${index}`);
    }
  }

  /** Whether this rank has not taken part in the collective `index`, as its call raised. */
  isOpen(comm: string, index: number, rank: number): boolean {
    return this.open.size > 0 && this.open.has(`${comm} ${rank} ${index}`);
  }

  /** The first call that raised on some of the members while it did not on others. */
  first(comm: string, members: number[]): IRefusal | null {
    if (this.all.size === 0) {
      return null;
    }
    const lists = members.map(rank => this.all.get(`${comm} ${rank}`) ?? []);
    const shared = Math.min(...lists.map(list => list.length));
    const found = lists.flatMap(list => list.slice(shared, shared + 1));
    return found.sort((a, b) => a.index - b.index)[0] ?? null;
  }
}

/** What to do about a collective that raised on some ranks only. */
export function refusalHint({ site, error }: IRefusal): string {
  const what = error.split(':')[0] || 'an exception';
  return (
    `${site.name}${inLine(site)} raised ${what} on rank ${site.rank}, and what raises is no call ` +
    'for the other ranks: they still wait for it. Correct that first.'
  );
}
