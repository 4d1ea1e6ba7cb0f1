import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import type { IRunModel, KernelMessage } from '../protocol/index.js';
import type { IRun, IRunLink, IRunRegistry } from '../tokens.js';
import { hasEnded } from './delta.js';
import { RunModel } from './run.js';

/** Seconds for which a run that nobody knows may yet be one that has just begun. */
const JUST_BEGUN = 10;

interface IEntry {
  model: RunModel;
  views: number;
  /** Where its deltas come from; null until a snapshot has come. */
  source: { link: IRunLink; seq: number } | null;
  /** Links that have been asked for the run and have not answered. */
  asked: Set<IRunLink>;
  /** Judges again a run that had just begun when nobody knew it. */
  doubt?: ReturnType<typeof setTimeout>;
}

export class RunRegistry implements IRunRegistry {
  acquire(bundle: IRunModel, trusted: boolean): IRun {
    const key = keyOf(bundle.id, trusted);
    const known = this._entries.get(key);
    if (known) {
      known.views += 1;
      if (hasEnded(bundle) || (!known.source && !known.model.ended)) {
        known.source = null;
        clearTimeout(known.doubt);
        known.model.replace(bundle);
        this._ask(known);
      }
      return known.model;
    }
    const entry: IEntry = {
      model: new RunModel(bundle),
      views: 1,
      source: null,
      asked: new Set()
    };
    this._entries.set(key, entry);
    this._ask(entry);
    if (this._links.size === 0) {
      this._judge(entry);
    }
    return entry.model;
  }

  release(run: IRun): void {
    for (const key of keysOf(run.id)) {
      const entry = this._entries.get(key);
      if (entry?.model === run && --entry.views === 0) {
        this._entries.delete(key);
        clearTimeout(entry.doubt);
        entry.model.dispose();
      }
    }
  }

  addLink(link: IRunLink): IDisposable {
    this._links.add(link);
    this.refresh(link);
    return new DisposableDelegate(() => {
      this._links.delete(link);
      for (const entry of this._entries.values()) {
        if (entry.source?.link === link) {
          entry.source = null;
          entry.model.lost = true;
        }
        this._answered(entry, link);
      }
    });
  }

  refresh(link: IRunLink): void {
    for (const entry of this._entries.values()) {
      if (!entry.model.ended && (!entry.source || entry.source.link === link)) {
        this._ask(entry, link);
      }
    }
  }

  receive(link: IRunLink, message: KernelMessage): void {
    // These say nothing of the outputs of a run.
    if (message.type === 'runs' || message.type === 'record') {
      return;
    }
    const id = message.type === 'snapshot' ? message.run.id : message.id;
    const entries = keysOf(id).flatMap(key => this._entries.get(key) ?? []);
    entries.forEach((entry, index) => {
      // Models own what they are given.
      this._receive(entry, link, index === 0 ? message : structuredClone(message));
    });
  }

  private _receive(
    entry: IEntry,
    link: IRunLink,
    message: Exclude<KernelMessage, { type: 'runs' | 'record' }>
  ): void {
    switch (message.type) {
      case 'snapshot':
        entry.source = { link, seq: message.seq };
        entry.asked.clear();
        if (!entry.model.ended) {
          entry.model.replace(message.run);
        }
        break;
      case 'deltas':
        this._follow(entry, link, message.seq, () => entry.model.apply(message.deltas));
        break;
      case 'end':
        this._follow(entry, link, message.seq, () => undefined);
        break;
      case 'gone':
        if (entry.source?.link === link) {
          entry.source = null;
        }
        this._answered(entry, link);
        break;
    }
  }

  private _follow(entry: IEntry, link: IRunLink, seq: number, apply: () => void): void {
    const { source } = entry;
    if (!source || source.link !== link) {
      // What came before the snapshot is in the snapshot.
      if (!entry.model.ended && !entry.asked.has(link)) {
        this._ask(entry, link);
      }
      return;
    }
    if (seq <= source.seq || entry.asked.has(link)) {
      return;
    }
    if (seq > source.seq + 1) {
      this._ask(entry, link);
      return;
    }
    source.seq = seq;
    if (!entry.model.ended) {
      apply();
    }
  }

  /** Ask who runs it: this link, or all that have not been asked yet. */
  private _ask(entry: IEntry, link?: IRunLink): void {
    if (entry.model.ended) {
      return;
    }
    for (const each of link ? [link] : this._links) {
      if (each === link || !entry.asked.has(each)) {
        entry.asked.add(each);
        each.attach(entry.model.id);
      }
    }
  }

  private _answered(entry: IEntry, link: IRunLink): void {
    if (entry.asked.delete(link)) {
      this._judge(entry);
    }
  }

  /**
   * Nobody runs it: it is lost, unless it began just now and word of it is on its way. If that
   * has not come by the time when the run is older, it is lost then.
   */
  private _judge(entry: IEntry): void {
    clearTimeout(entry.doubt);
    if (entry.source || entry.asked.size > 0 || entry.model.ended) {
      return;
    }
    const age = (Date.now() - Date.parse(entry.model.run.started)) / 1000;
    if (Math.abs(age) < JUST_BEGUN) {
      entry.doubt = setTimeout(() => this._judge(entry), (JUST_BEGUN - age) * 1000);
    } else {
      entry.model.lost = true;
    }
  }

  /** By id and trust. */
  private _entries = new Map<string, IEntry>();
  private _links = new Set<IRunLink>();
}

function keyOf(id: string, trusted: boolean): string {
  return `${trusted ? 'trusted' : 'untrusted'} ${id}`;
}

function keysOf(id: string): string[] {
  return [keyOf(id, true), keyOf(id, false)];
}
