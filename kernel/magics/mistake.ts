import type { IMistake } from './plan.js';

/** Where a mistake is: code points of the magic's line. */
export interface ISpan {
  column: number;
  length: number;
}

/**
 * Thrown within the parser at the first mistake of a line and caught at its entrance, so
 * that it never leaves this folder.
 */
export class LineMistake extends Error {
  override name = 'LineMistake';

  constructor(
    message: string,
    readonly span: ISpan,
    readonly hint?: string
  ) {
    super(message);
  }
}

/** The mistake as the contract has it, its span held inside the line. */
export function toMistake(mistake: LineMistake, line: string, lineNumber: number): IMistake {
  const size = Array.from(line).length;
  const column = Math.max(0, Math.min(mistake.span.column, size - 1));
  return {
    message: mistake.message,
    line,
    lineNumber,
    column,
    length: Math.max(1, Math.min(mistake.span.length, size - column)),
    ...(mistake.hint === undefined ? {} : { hint: mistake.hint })
  };
}
