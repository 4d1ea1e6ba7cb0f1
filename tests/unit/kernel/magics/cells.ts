import { parseCell, type CellPlan, type IMistake } from '../../../../kernel/magics/index.js';
import type { IRunSpec } from '../../../../kernel/runs/spec.js';

/** The plan of a cell while `%autompirun` is off. */
export function plan(source: string): CellPlan {
  return parseCell(source, null);
}

/** The run that a cell asks for; fails where it asks for something else. */
export function runOf(source: string, auto: string | null = null): IRunSpec {
  const found = parseCell(source, auto);
  if (found.kind !== 'run') {
    throw new Error(`No run but ${JSON.stringify(found)}`);
  }
  return found.spec;
}

export function mistakeOf(source: string): IMistake {
  const found = plan(source);
  if (found.kind !== 'mistake') {
    throw new Error(`No mistake but ${JSON.stringify(found)}`);
  }
  return found.mistake;
}

/** The part of the line that a mistake points at. */
export function pointedAt(mistake: IMistake): string {
  return Array.from(mistake.line)
    .slice(mistake.column, mistake.column + mistake.length)
    .join('');
}
