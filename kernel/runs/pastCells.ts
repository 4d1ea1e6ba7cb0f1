import { counted, ranksInWords } from '../output/index.js';
import type { IWorld } from '../worlds/world.js';

/** A cell that has run well on ranks. */
export interface IPastCell {
  world: Pick<IWorld, 'id' | 'name' | 'size'>;
  ranks: readonly number[];
  /** Its number in the notebook. */
  cell: number;
  source: string;
}

/** Cells that are remembered, and characters of each at most. */
const KEPT = 200;
const LONGEST = 20_000;
/** Characters of a line in which a name is looked for. */
const LONGEST_LINE = 500;

/** The cells that have run on ranks, to say where a name was set that a cell does not find. */
export class PastCells {
  private _cells: IPastCell[] = [];

  add(cell: IPastCell): void {
    if (cell.source.length <= LONGEST) {
      this._cells = [...this._cells, cell].slice(-KEPT);
    }
  }

  /** Which cell has set the name, and why these ranks do not know it; null where none has. */
  whoSet(name: string, world: IPastCell['world'], ranks: readonly number[]): string | null {
    const past = [...this._cells].reverse().find(({ source }) => sets(source, name));
    if (past === undefined) {
      return null;
    }
    const cell = `cell [${past.cell}]`;
    if (past.world.id === world.id) {
      return ranks.some(rank => past.ranks.includes(rank))
        ? null
        : `Hint: ${cell} has set ${name} on ${ranksInWords(past.ranks)} only; each rank has ` +
            'variables of its own.';
    }
    if (past.world.name === world.name) {
      return (
        `Hint: ${cell} has set ${name} before this world was started anew, without its variables. ` +
        'Run that cell again.'
      );
    }
    const other =
      past.world.name === String(past.world.size)
        ? `the world of ${counted(past.world.size, 'rank')}`
        : `world ${past.world.name}`;
    return (
      `Hint: ${cell} has set ${name} on ${other}, and this is another one: each world has ` +
      'variables of its own. Run that cell on this one too.'
    );
  }
}

/** Whether a cell sets a name, as far as can be told from its text. */
export function sets(source: string, name: string): boolean {
  // The text of an exception is the user's.
  if (!/^\w+$/.test(name)) {
    return false;
  }
  const word = `(?<![\\w.])${name}(?!\\w)`;
  const statement = new RegExp(
    [
      // Before the first `=` there are only names, perhaps an annotation.
      `^[\\w\\s,*]*${word}[\\w\\s,*]*(?::[^=]*)?=(?!=)`,
      `^(?:async\\s+)?(?:def|class)\\s+${word}`,
      `^(?:from\\s+[\\w.]+\\s+)?import\\s.*${word}(?!\\s+as\\b)`,
      `^(?:async\\s+)?for\\s[^:]*?${word}[^:]*\\sin\\s`,
      `^(?:async\\s+)?with\\s.*\\sas\\s+${word}`
    ].join('|')
  );
  return source
    .split(/[\n;]/)
    .some(line => line.length <= LONGEST_LINE && statement.test(line.trim()));
}
