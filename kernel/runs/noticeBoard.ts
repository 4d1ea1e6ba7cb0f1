import type { INotice } from '../../src/protocol/index.js';

interface IEntry {
  level: INotice['level'];
  ranks: Set<number>;
  text: (ranks: number[]) => string;
  published: boolean;
}

/** Notices of a run; what several ranks have in common is said once. */
export class NoticeBoard {
  private _entries = new Map<string, IEntry>();

  /**
   * @param key - the same for what is to be one notice
   * @param text - makes the text from the ranks concerned, ascending
   */
  add(level: INotice['level'], ranks: number[], key: string, text: IEntry['text']): void {
    let entry = this._entries.get(key);
    if (!entry) {
      entry = { level, ranks: new Set(), text, published: false };
      this._entries.set(key, entry);
    }
    ranks.forEach(rank => entry.ranks.add(rank));
  }

  /** A notice about the whole run. */
  say(level: INotice['level'], text: string): void {
    this.add(level, [], text, () => text);
  }

  /** The notice of this key as it stands now. */
  find(key: string): INotice | null {
    const entry = this._entries.get(key);
    return entry ? notice(entry) : null;
  }

  /** Those that have not been given out yet. */
  fresh(): INotice[] {
    const fresh = [...this._entries.values()].filter(entry => !entry.published);
    fresh.forEach(entry => (entry.published = true));
    return fresh.map(notice);
  }

  all(): INotice[] {
    return [...this._entries.values()].map(notice);
  }
}

function notice({ level, ranks, text }: IEntry): INotice {
  const list = [...ranks].sort((a, b) => a - b);
  return { level, text: text(list), ...(list.length > 0 ? { ranks: list } : {}) };
}
