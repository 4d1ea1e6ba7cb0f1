import type { INotice } from '../../src/protocol/index.js';
import type { ICallSite } from './operations.js';
import { layOut } from './rows.js';
import { lineText } from './words.js';

/** A mistake, or something worth knowing, that did not stop the run. */
export interface IFinding {
  level: 'info' | 'warning';
  title: string;
  /** The calls it is about, with what to say of each. */
  notes: [ICallSite, string][];
  hint?: string;
}

interface IEntry {
  finding: IFinding;
  count: number;
  ranks: Set<number>;
}

/** Different findings told; more are only counted. */
const MAX_FINDINGS = 12;

/** Collects findings; what repeats at the same lines is told once, with its number. */
export class Findings {
  private readonly byKey = new Map<string, IEntry>();
  private left = 0;

  /**
   * @param size - ranks of the world
   * @param quote - the source of a call, empty where it is not known
   */
  constructor(
    private readonly size: number,
    private readonly quote: (site: ICallSite) => string
  ) {}

  /**
   * @param key - what makes two findings the same, e.g. the check and both lines
   * @param make - asked for only the first time
   */
  add(key: string, ranks: number[], make: () => IFinding): void {
    const known = this.byKey.get(key);
    if (known) {
      known.count += 1;
      ranks.forEach(rank => known.ranks.add(rank));
    } else if (this.byKey.size >= MAX_FINDINGS) {
      this.left += 1;
    } else {
      this.byKey.set(key, { finding: make(), count: 1, ranks: new Set(ranks) });
    }
  }

  /** All findings, warnings first. */
  read(): INotice[] {
    const entries = [...this.byKey.values()];
    entries.sort((a, b) => Number(a.finding.level === 'info') - Number(b.finding.level === 'info'));
    const notices = entries.map((entry): INotice => ({
      level: entry.finding.level,
      text: this.textOf(entry),
      ranks: [...entry.ranks].sort((a, b) => a - b)
    }));
    if (this.left > 0) {
      notices.push({ level: 'info', text: `${this.left} more remarks like these are not shown.` });
    }
    return notices;
  }

  private textOf({ finding, count }: IEntry): string {
    const { title, notes, hint } = finding;
    const rows = notes.map(([site, note]) => ({
      rank: site.rank,
      place: lineText(site),
      call: this.quote(site) || `${site.name}(...)`,
      note
    }));
    const more = count > 1 ? ` (and ${count - 1} more like this)` : '';
    const last = hint === undefined ? [] : [`Hint: ${hint}`];
    return [title + more, ...layOut(rows, this.size), ...last].join('\n');
  }
}
