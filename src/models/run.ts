import { Signal, type ISignal } from '@lumino/signaling';

import type { Delta, IRunModel } from '../protocol/index.js';
import type { IRun } from '../tokens.js';
import { applyDelta, hasEnded, makeLive, type ILiveRun } from './delta.js';

/**
 * One run, as the page knows it now. Views connect to `changed` and compare `version`
 * and `generation` with what they have shown.
 */
export class RunModel implements IRun {
  constructor(run: IRunModel) {
    this._live = makeLive(run);
  }

  get id(): string {
    return this._live.run.id;
  }

  /** Owned by this model; not to be changed or kept by others. */
  get run(): IRunModel {
    return this._live.run;
  }

  get ended(): boolean {
    return hasEnded(this._live.run);
  }

  /**
   * True where the run was stored as running but nobody runs it any more, so that its
   * end will never be known.
   */
  get lost(): boolean {
    return this._lost && !this.ended;
  }

  set lost(value: boolean) {
    if (this._lost !== value) {
      this._lost = value;
      this._changed.emit();
    }
  }

  /** Counts up where outputs were taken away or replaced. */
  get generation(): number {
    return this._generation;
  }

  /** Counts up with each change of the rank. */
  version(rank: number): number {
    return this._base + (this._versions.get(rank) ?? 0);
  }

  /** Emitted after any change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Put another state of the same run in place of this one. */
  replace(run: IRunModel): void {
    this._live = makeLive(run);
    this._generation += 1;
    // Higher than any version given before.
    this._base += 1 + Math.max(0, ...this._versions.values());
    this._versions.clear();
    this._lost = false;
    this._changed.emit();
  }

  apply(deltas: readonly Delta[]): void {
    for (const delta of deltas) {
      if (applyDelta(this._live, delta)) {
        this._generation += 1;
      }
      if ('rank' in delta) {
        this._versions.set(delta.rank, (this._versions.get(delta.rank) ?? 0) + 1);
      }
    }
    this._lost = false;
    this._changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _live: ILiveRun;
  private _lost = false;
  private _generation = 0;
  private _base = 0;
  private _versions = new Map<number, number>();
  private _changed = new Signal<this, void>(this);
}
