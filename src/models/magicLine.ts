import type { EngineChoice } from '../tokens.js';

/** Cells that run Python on ranks. */
const RANK_MAGIC = /^%%(?:mpirun|ranks?)(?:\s|$)/;
const MPIRUN = /^%%mpirun(?:\s|$)/;
const WRITEFILE = /^%%(?:writefile|file)\s+(?:-a\s+|--append\s+)?(?:"([^"]+)"|'([^']+)'|(\S+))/;

/** What the first line of a cell makes of the rest. */
export type CellLanguage =
  | { kind: 'python' }
  /** The body is the text of this file. */
  | { kind: 'file'; name: string }
  /** Nothing of ours. */
  | null;

export function cellLanguage(firstLine: string): CellLanguage {
  if (RANK_MAGIC.test(firstLine)) {
    return { kind: 'python' };
  }
  const file = WRITEFILE.exec(firstLine);
  const name = file && (file[1] ?? file[2] ?? file[3]);
  return name ? { kind: 'file', name } : null;
}

/** A change of the text of a cell. */
export interface ITextEdit {
  start: number;
  end: number;
  text: string;
}

/** True where the cell runs on ranks by `%%mpirun`. */
export function runsOnRanks(source: string): boolean {
  return MPIRUN.test(source.slice(skipBlank(source)));
}

/**
 * The edit that makes a plain cell run on ranks, or a `%%mpirun` cell a plain one; null where
 * the cell belongs to another magic.
 */
export function toggleRanks(
  source: string,
  options: { ranks: number; engine: EngineChoice }
): ITextEdit | null {
  const start = skipBlank(source);
  if (runsOnRanks(source)) {
    const newline = source.indexOf('\n', start);
    return { start, end: newline === -1 ? source.length : newline + 1, text: '' };
  }
  if (source.startsWith('%%', start)) {
    return null;
  }
  const engine = options.engine === 'auto' ? '' : ` --engine ${options.engine}`;
  return { start: 0, end: 0, text: `%%mpirun -n ${options.ranks}${engine}\n` };
}

/** Blank lines before a magic do not count. */
function skipBlank(source: string): number {
  return source.length - source.trimStart().length;
}
