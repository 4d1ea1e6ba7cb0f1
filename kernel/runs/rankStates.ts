import type { Delta, IRankExit, RankState } from '../../src/protocol/index.js';

export type RankDelta = Extract<Delta, { op: 'rank' }>;

/** Where each rank that takes part in a run stands. */
export class RankStates {
  /** Resolves when every rank has ended. */
  readonly allEnded: Promise<void>;
  private _states = new Map<number, RankState>();
  /** Exit codes of programs that have come to their end, while their processes may be there. */
  private _over = new Map<number, number>();
  private _tell: (delta: RankDelta) => void;
  private _began = 0;
  private _finish!: () => void;

  /** @param tell - takes the changes, for the display */
  constructor(tell: (delta: RankDelta) => void) {
    this._tell = tell;
    this.allEnded = new Promise(resolve => (this._finish = resolve));
  }

  has(rank: number): boolean {
    return this._states.has(rank);
  }

  isRunning(rank: number): boolean {
    return this._states.get(rank) === 'running';
  }

  /** Ranks that have begun and not ended, ascending. */
  running(): number[] {
    return [...this._states.keys()].filter(rank => this.isRunning(rank));
  }

  begin(ranks: readonly number[]): void {
    this._began = performance.now();
    for (const rank of ranks) {
      this._states.set(rank, 'running');
      this._tell({ op: 'rank', rank, state: 'running' });
    }
  }

  /** A program has come to its end by itself; its process may yet wait in MPI_Finalize for other ranks. */
  programOver(rank: number, code: number): void {
    this._over.set(rank, code);
  }

  /** The exit code with which the program of a rank has come to its end by itself, if it has. */
  codeOf(rank: number): number | undefined {
    return this._over.get(rank);
  }

  end(
    rank: number,
    state: RankState,
    { seconds, line, exit }: { seconds?: number; line?: number; exit?: IRankExit } = {}
  ): void {
    this._states.set(rank, state);
    this._tell({
      op: 'rank',
      rank,
      state,
      seconds: seconds ?? (performance.now() - this._began) / 1000,
      ...(line === undefined ? {} : { line }),
      ...(exit === undefined ? {} : { exit })
    });
    if (this.running().length === 0) {
      this._finish();
    }
  }
}
