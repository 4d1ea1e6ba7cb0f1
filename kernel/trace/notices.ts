import type { INotice } from '../../src/protocol/index.js';

interface IFinding {
  notice: INotice;
  count: number;
  ranks: Set<number>;
}

/** Different findings told; more are only counted. */
const MAX_FINDINGS = 12;

/** Collects findings; what repeats at the same lines is told once, with its number. */
export class Findings {
  private readonly byKey = new Map<string, IFinding>();
  private left = 0;

  /**
   * @param key - what makes two findings the same, e.g. the check and both lines
   * @param make - the notice; asked for only the first time
   */
  add(key: string, ranks: number[], make: () => { level: 'info' | 'warning'; text: string }): void {
    const known = this.byKey.get(key);
    if (known) {
      known.count += 1;
      ranks.forEach(rank => known.ranks.add(rank));
    } else if (this.byKey.size >= MAX_FINDINGS) {
      this.left += 1;
    } else {
      this.byKey.set(key, { notice: make(), count: 1, ranks: new Set(ranks) });
    }
  }

  /** All findings, warnings first. */
  read(): INotice[] {
    const notices = [...this.byKey.values()].map(({ notice, count, ranks }): INotice => {
      const [first = '', ...rest] = notice.text.split('\n');
      const more = count > 1 ? ` (and ${count - 1} more like this)` : '';
      return {
        level: notice.level,
        text: [first + more, ...rest].join('\n'),
        ranks: [...ranks].sort((a, b) => a - b)
      };
    });
    notices.sort((a, b) => Number(a.level === 'info') - Number(b.level === 'info'));
    if (this.left > 0) {
      notices.push({
        level: 'info',
        text: `${this.left} more remarks of this kind are not shown.`
      });
    }
    return notices;
  }
}
