import type { IRunModel } from '../protocol/index.js';
import type { OpeningTab } from '../tokens.js';

/** A tab: the merged view, or a rank. */
export type TabId = 'all' | number;

/** The tab that a run shows before the user has chosen one. */
export function openingTab(run: IRunModel, preference: OpeningTab): TabId {
  const failed = run.ranks.find(rank => rank.state === 'error' || rank.state === 'dead');
  if (failed) {
    return failed.rank;
  }
  return preference === 'first' ? (run.ranks[0]?.rank ?? 'all') : 'all';
}
