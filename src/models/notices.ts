import type { INotice } from '../protocol/index.js';

/** Errors that are shown where there are many of them. */
const SHOWN_ERRORS = 3;

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
