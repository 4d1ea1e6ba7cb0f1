import type { IRunModel } from '../protocol/index.js';
import type { OpeningTab } from '../tokens.js';

/** A tab: the merged view, or a rank. */
export type TabId = 'all' | number;

/** The tab that a run shows before the user has chosen one: that of what went wrong first. */
export function openingTab(run: IRunModel, preference: OpeningTab): TabId {
  const failed = run.ranks.filter(({ state }) => state === 'error' || state === 'dead');
  if (failed.length > 0) {
    const first = run.notices.find(notice => notice.level === 'error' && notice.ranks?.length);
    const told = failed.find(({ rank }) => first?.ranks?.includes(rank));
    // Of the others, ranks whose process has ended were often only stopped.
    const rank = told ?? failed.find(({ state }) => state === 'error') ?? failed[0];
    return rank?.rank ?? 'all';
  }
  return preference === 'first' ? (run.ranks[0]?.rank ?? 'all') : 'all';
}
