import { findHead } from './head.js';

/** As the content of an `is_complete_reply`. */
export type CellCompleteness = { status: 'complete' } | { status: 'incomplete'; indent: string };

/**
 * IPython's rule for a cell that begins with a `%%` magic: it is complete when its last
 * line is blank (IPython/core/inputtransformer2.py, `check_complete`). Null for any other
 * cell.
 */
export function isCompleteCell(code: string): CellCompleteness | null {
  const head = findHead(code);
  if (head === null || head.commented || !head.line.trimStart().startsWith('%%')) {
    return null;
  }
  const lines = code.split('\n');
  // What has no line end of its own counts only where it is not blank.
  if (lines.at(-1)!.trim() === '') {
    lines.pop();
  }
  const last = lines.at(-1)!;
  const continued = code.trimEnd().endsWith('\\');
  if (last.trim() === '' && !continued) {
    return { status: 'complete' };
  }
  const outer = /^[ \t]*/.exec(head.line)![0];
  const dedented = last.startsWith(outer) ? last.slice(outer.length) : last;
  const indent = /^[ \t]*/.exec(dedented)![0].replace(/\t/g, '    ');
  return { status: 'incomplete', indent };
}
