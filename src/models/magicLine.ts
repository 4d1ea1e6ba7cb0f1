import type { EngineChoice } from '../tokens.js';

/** First lines of ours that are no Python: what follows them is. */
const RANK_MAGIC =
  /^(?:%%(?:mpirun|ranks?|local)|%(?:mpirun|autompirun|world)|! *(?:mpirun|mpiexec))(?=\s|$)/;
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

/** Length of the name that such a line begins with. */
export function magicNameLength(firstLine: string): number {
  return RANK_MAGIC.exec(firstLine)?.[0].length ?? firstLine.search(/\s|$/);
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
