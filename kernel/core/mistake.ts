import type { IMistake } from '../magics/plan.js';
import type { IFailure } from './context.js';

/** As an error of the cell: the line, carets under the mistake, and what would be right. */
export function mistakeFailure(mistake: IMistake): IFailure {
  const caret = ' '.repeat(mistake.column) + '^'.repeat(Math.max(1, mistake.length));
  const hint = mistake.hint ? [`Hint: ${mistake.hint}`] : [];
  return {
    ename: 'UsageError',
    evalue: mistake.message,
    traceback: [
      `\x1b[0;31mUsageError\x1b[0m: ${mistake.message}`,
      `  line ${mistake.lineNumber}:`,
      `    ${mistake.line}`,
      `    \x1b[0;31m${caret}\x1b[0m`,
      ...hint
    ]
  };
}
