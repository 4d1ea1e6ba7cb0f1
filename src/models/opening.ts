import { failedFirst, type IRunModel } from '../protocol/index.js';
import type { OpeningTab } from '../tokens.js';

/** A tab: the merged view, or a rank. */
export type TabId = 'all' | number;

/** The tab that a run shows before the user has chosen one: that of what went wrong first. */
export function openingTab(run: IRunModel, preference: OpeningTab): TabId {
  const failed = failedFirst(run);
  if (failed) {
    return failed.rank;
  }
  return preference === 'first' ? (run.ranks[0]?.rank ?? 'all') : 'all';
}
