/** The line of a cell that decides what the cell is: its first that is not empty. */
export interface IHead {
  /** As written, without its line end. */
  line: string;
  /** From 1. */
  lineNumber: number;
  /** Where it begins and ends in the source, code units; the end is before the line end. */
  start: number;
  end: number;
  /** Whether comment lines stand before it. */
  commented: boolean;
  /** Whether nothing but comments and empty lines follows. */
  alone: boolean;
}

/** The first line that is neither empty nor a comment; null where there is none. */
export function findHead(source: string): IHead | null {
  let start = 0;
  let lineNumber = 1;
  let commented = false;
  while (start < source.length) {
    const end = lineEnd(source, start);
    const line = source.slice(start, end).replace(/\r$/, '');
    const trimmed = line.trimStart();
    if (trimmed.startsWith('#')) {
      commented = true;
    } else if (trimmed !== '') {
      return {
        line,
        lineNumber,
        start,
        end: start + line.length,
        commented,
        alone: onlyComments(source, end)
      };
    }
    start = end + 1;
    lineNumber++;
  }
  return null;
}

/**
 * A quick first test: whether a cell could be for us. True for any cell that begins, after
 * blanks, with a character that a magic, a shell line, a help request or a comment begins
 * with.
 */
export function mayBeOurs(source: string): boolean {
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r') {
      return char === '%' || char === '!' || char === '?' || char === '#';
    }
  }
  return false;
}

/** The head line made empty, all else as it is, so that line numbers stay the cell's. */
export function withoutHead(source: string, head: IHead): string {
  return source.slice(0, head.start) + source.slice(head.end);
}

/** What stands behind the line of the head and its line end. */
export function bodyStart(source: string, head: IHead): number {
  return Math.min(source.length, lineEnd(source, head.start) + 1);
}

function lineEnd(source: string, start: number): number {
  const end = source.indexOf('\n', start);
  return end < 0 ? source.length : end;
}

function onlyComments(source: string, start: number): boolean {
  return source
    .slice(start)
    .split('\n')
    .every(line => /^\s*(?:#|$)/.test(line));
}
