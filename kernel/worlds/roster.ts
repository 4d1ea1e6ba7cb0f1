import type { IRankExit } from '../../src/protocol/index.js';
import type { Rank } from './rank.js';

/** The ranks of a world, and what they say together. */
export class Roster {
  readonly ranks: readonly Rank[];

  constructor(ranks: readonly Rank[]) {
    this.ranks = ranks;
  }

  get gone(): boolean {
    return this.ranks.every(rank => rank.exit !== null);
  }

  get ready(): boolean {
    return this.ranks.every(rank => rank.ready);
  }

  /** Each has done what cells have left for its end, or has ended. */
  get leaving(): boolean {
    return this.ranks.every(rank => rank.leaving || rank.exit !== null);
  }

  /** Those that were killed before they had done so. */
  get cutShort(): number[] {
    return this.ranks.flatMap(({ killed, leaving }, rank) => (killed && !leaving ? [rank] : []));
  }

  /** The launcher has told the process of each. */
  get known(): boolean {
    return this.ranks.every(rank => rank.pid !== null);
  }

  /** Ranks whose processes live. */
  get living(): number {
    return this.ranks.filter(rank => rank.exit === null).length;
  }

  get pids(): number[] {
    return this.ranks.flatMap(rank => (rank.pid !== null && !rank.exit ? [rank.pid] : []));
  }

  /** The first that has ended, unless by us: those are no cause but a consequence. */
  get firstEnd(): { rank: number; exit: IRankExit } | null {
    const rank = this.ranks.findIndex(({ exit, killed }) => exit !== null && !killed);
    const exit = this.ranks[rank]?.exit;
    return exit ? { rank, exit } : null;
  }

  /** Why the world can not carry out another run; null where it can. */
  get loss(): string | null {
    if (this.living === this.ranks.length) {
      return null;
    }
    const first = this.firstEnd;
    return first === null
      ? 'Rankbook had to stop its ranks'
      : `rank ${first.rank} ${first.exit.cause}`;
  }

  /** These (all where none are named) are about to be killed. */
  markKilled(ranks?: number[]): void {
    this.ranks.forEach((rank, index) => {
      if (!rank.exit && (ranks === undefined || ranks.includes(index))) {
        rank.killed = true;
      }
    });
  }
}
