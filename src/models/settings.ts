import { Signal, type ISignal } from '@lumino/signaling';

import type { EngineChoice, IRankbookSettings, OpeningTab } from '../tokens.js';

/** Settings with their defaults; the schema has the same. */
export class Settings implements IRankbookSettings {
  get ranks(): number {
    return this._ranks;
  }

  get engine(): EngineChoice {
    return this._engine;
  }

  get openingTab(): OpeningTab {
    return this._openingTab;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Take over what the setting registry has; what is not valid leaves the default. */
  update(values: { readonly [name: string]: unknown }): void {
    const { ranks, engine, openingTab } = values;
    this._ranks = Number.isInteger(ranks) && Number(ranks) > 0 ? Number(ranks) : 4;
    this._engine = engine === 'local' || engine === 'mpiexec' ? engine : 'auto';
    this._openingTab = openingTab === 'first' ? 'first' : 'all';
    this._changed.emit();
  }

  private _ranks = 4;
  private _engine: EngineChoice = 'auto';
  private _openingTab: OpeningTab = 'all';
  private _changed = new Signal<this, void>(this);
}
