/** Where a line of a cell is, and what magic it begins with. */
export interface IMisplaced {
  magic: string;
  line: string;
  /** From 1. */
  lineNumber: number;
}

/** Code units that are looked at: it is a slip at the top of a cell, and cells may be long. */
const REACH = 4000;
const RUN_LINE = /^[ \t]*(%%(?:mpirun|ranks?))(?=[ \t\r]|$)/;
const ANY_RUN_LINE = new RegExp(RUN_LINE.source, 'm');
const QUOTES = /"""|'''/g;

/**
 * The first line below the cell's first line of code that asks for ranks, where a magic of a
 * cell means nothing; null where there is none. What stands within a string of many lines is
 * text.
 *
 * @param from - code unit from which on to look, the start of a line
 */
export function findMisplaced(source: string, from: number): IMisplaced | null {
  const text = source.slice(from, from + REACH);
  if (!ANY_RUN_LINE.test(text)) {
    return null;
  }
  let open: string | null = null;
  const above = source.slice(0, from);
  let lineNumber = above.split('\n').length - 1;
  for (const line of text.split('\n')) {
    lineNumber++;
    const magic = open === null ? RUN_LINE.exec(line)?.[1] : undefined;
    if (magic !== undefined) {
      return { magic, line: line.replace(/\r$/, ''), lineNumber };
    }
    for (const [quote] of line.matchAll(QUOTES)) {
      open = open === null ? quote : open === quote ? null : open;
    }
  }
  return null;
}
