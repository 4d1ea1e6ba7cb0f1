import type { INotice, IRankModel, IRunModel } from './run.js';

/** Errors that are shown where there are many of them. */
const SHOWN_ERRORS = 3;

/** The rank that went wrong first, with which a run opens in every form that has tabs. */
export function failedFirst(run: IRunModel): IRankModel | undefined {
  const failed = run.ranks.filter(({ state }) => state === 'error' || state === 'dead');
  const first = run.notices.find(notice => notice.level === 'error' && notice.ranks?.length);
  return (
    failed.find(({ rank }) => first?.ranks?.includes(rank)) ??
    // Of the others, ranks whose process has ended were often only stopped.
    failed.find(({ state }) => state === 'error') ??
    failed[0]
  );
}

/**
 * The notices that are shown at first. Where ranks fail with a message each, a few of them tell
 * what is wrong; what concerns the run as a whole is shown in any case.
 */
export function firstNotices(notices: readonly INotice[]): INotice[] {
  const errors = notices.filter(notice => notice.level === 'error');
  // A button in the place of a single one would save nothing.
  if (errors.length <= SHOWN_ERRORS + 1) {
    return [...notices];
  }
  const hidden = new Set(errors.slice(SHOWN_ERRORS));
  return notices.filter(notice => !hidden.has(notice));
}
