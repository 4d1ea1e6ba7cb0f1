import type { CellPlan } from './plan.js';
import { planCall } from './plans.js';

/**
 * A shell line `!mpiexec ...` or `!mpirun ...` that asks for no more than `%mpirun` does:
 * the same run, with tabs. Null for all that only a shell, IPython or that launcher can do:
 * pipes, redirections, variables, patterns, several programs, options that we do not know.
 *
 * @param filled - IPython has filled in its variables: what it left in braces is meant so.
 */
export function readShellLine(
  written: string,
  lineNumber: number,
  filled: boolean
): CellPlan | null {
  // Both streams are shown, in their order.
  const line = written.replace(/\s+2>&1\s*$/, '');
  const match = /^(\s*)(!\s*(?:mpiexec|mpirun))(?=\s)/.exec(line);
  if (match === null || needsShell(line.slice(match[0].length), filled)) {
    return null;
  }
  const nameStart = match[1].length;
  const plan = planCall({
    magic: '%mpirun',
    line,
    lineNumber,
    nameStart,
    nameEnd: nameStart + match[2].length,
    source: '',
    body: ''
  });
  return plan.kind === 'run' ? plan : null;
}

/** Whether the arguments hold anything that is more than words and quotes. */
function needsShell(text: string, filled: boolean): boolean {
  if (/(?:^|\s):(?:\s|$)/.test(text)) {
    return true;
  }
  // Variables of a shell count within double quotes as well, those of IPython everywhere.
  const unquoted = text.replace(/'[^']*'|"[^"$`\\!]*"/g, '').replace(/\s#.*$/, '');
  return /[|&;<>()$`\\"'*?[\]{}~!#\n]/.test(unquoted) || (!filled && /[{}$]/.test(text));
}
