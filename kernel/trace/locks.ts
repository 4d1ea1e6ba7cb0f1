import type { CallRecord } from '../../src/protocol/index.js';
import type { ICallSite } from './operations.js';

type ILocks = NonNullable<CallRecord['locks']>;

/** A part of a window, or all, and the call that has locked it. */
export interface IHeld {
  locks: ILocks;
  site: ICallSite;
}

/** Parts of windows that ranks have locked in this run, and not unlocked. */
export class LockTable {
  private readonly held = new Map<string, IHeld>();

  /** Calls of each rank in their order. */
  add(rank: number, call: CallRecord, site: ICallSite): void {
    const { locks } = call;
    if (locks === undefined || call.error !== undefined) {
      return;
    }
    const key = keyOf(rank, locks.comm, locks.part);
    if (call.name.startsWith('Unlock')) {
      this.held.delete(key);
    } else {
      this.held.set(key, { locks, site });
    }
  }

  /** Calls were lost: what is held is not known any more. */
  forget(rank: number): void {
    for (const [key, { site }] of this.held) {
      if (site.rank === rank) {
        this.held.delete(key);
      }
    }
  }

  /** The call by which a rank has locked a part, alone or with all others; null: not known. */
  find(rank: number, { comm, part }: ILocks): ICallSite | null {
    const found = [part, null].map(one => this.held.get(keyOf(rank, comm, one)));
    const any = part === null ? this.all().filter(held => held.locks.comm === comm) : [];
    return (
      [...found, ...any.filter(held => held.site.rank === rank)].find(one => one)?.site ?? null
    );
  }

  all(): IHeld[] {
    return [...this.held.values()];
  }
}

function keyOf(rank: number, comm: string, part: number | null): string {
  return `${rank} ${comm} ${part ?? 'all'}`;
}
