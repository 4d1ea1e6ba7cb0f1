import type { Delta, IRankExit, RankState } from '../../src/protocol/index.js';
import type { RunFindings } from './runFindings.js';

/** Spawned processes of one run that are shown; a loop may spawn without end. */
const LIMIT = 256;

export interface ISpawnedParts {
  findings: RunFindings;
  put: (delta: Delta) => void;
  /** A process has ended badly, so that ranks may wait for it in vain. */
  onFailure: () => void;
}

/** The processes that ranks have started by `MPI_Comm_spawn`, as the run shows them. */
export class SpawnedRanks {
  private _parts: ISpawnedParts;
  private _labels = new Map<number, string>();
  private _living = new Map<number, number>();
  private _finish: (() => void) | null = null;

  constructor(parts: ISpawnedParts) {
    this._parts = parts;
  }

  has(rank: number): boolean {
    return this._labels.has(rank);
  }

  onSpawn(rank: number, label: string): void {
    const { put, findings } = this._parts;
    if (this._labels.size >= LIMIT) {
      findings.notices.say('info', `Only the first ${LIMIT} spawned processes are shown.`);
      return;
    }
    this._labels.set(rank, label);
    this._living.set(rank, performance.now());
    put({ op: 'rank', rank, label, state: 'running' });
  }

  onEnd(rank: number, exit: IRankExit, failed: boolean): void {
    const { put, findings, onFailure } = this._parts;
    const label = this._labels.get(rank);
    if (label === undefined) {
      return;
    }
    const seconds = (performance.now() - (this._living.get(rank) ?? 0)) / 1000;
    this._living.delete(rank);
    put({ op: 'rank', rank, state: stateOf(exit, failed), seconds, exit });
    if (failed) {
      findings.spawnedFailed(label, exit);
      onFailure();
    }
    if (this._living.size === 0) {
      this._finish?.();
    }
  }

  onRefused(rank: number, why: string): void {
    const name = this._labels.has(rank) ? `process ${this._labels.get(rank)}` : `rank ${rank}`;
    this._parts.findings.notices.say(
      'warning',
      `Spawn on ${name} failed: ${why.replace(/\.$/, '')}.`
    );
  }

  /** Resolves when all have ended, at the latest after this time or at {@link leave}. */
  async settle(milliseconds: number): Promise<void> {
    if (this._living.size === 0) {
      return;
    }
    await new Promise<void>(resolve => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : undefined;
      this._finish = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this._finish = null;
  }

  /** Wait no longer. */
  leave(): void {
    this._finish?.();
  }
}

function stateOf({ code }: IRankExit, failed: boolean): RankState {
  if (code !== undefined) {
    return code === 0 ? 'done' : 'error';
  }
  return failed ? 'dead' : 'interrupted';
}
