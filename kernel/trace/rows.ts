import { rankList, shortened } from './words.js';

/** One line of an explanation: a rank, where it is, in which call, and what of it. */
export interface IRow {
  rank: number;
  /** `line 7`, or empty. */
  place: string;
  /** The call as the user wrote it, or empty. */
  call: string;
  /** `waits for rank 1`, and the same of several ranks: `wait for rank 1`. */
  note: string;
  notes?: string;
  /** World rank waited for, where it is just one: tells neighbours in folded rows. */
  target?: number;
}

/** What to say of one cause: what is wrong, what to do, and rows beside the stuck ranks'. */
export interface IWording {
  /** A clause without capital and full stop rules: `ranks 0 and 1 both wait ...`. */
  title: string;
  hint: string;
  rows: IRow[];
}

const CALL_WIDTH = 72;
const NOTE_WIDTH = 120;

/** Rows with the same call are folded only when there are more rows than this. */
const FOLD_ABOVE = 6;
const MAX_ROWS = 16;

interface IFolded {
  ranks: number[];
  rows: IRow[];
}

/** Lay rows out in aligned columns, rows that say the same folded into one. */
export function layOut(rows: IRow[], size: number): string[] {
  let folded = fold(rows, row => `${row.place}|${row.call}|${row.note}`);
  if (folded.length > FOLD_ABOVE) {
    folded = fold(
      rows,
      row => `${row.place}|${row.call}|${row.target === undefined ? row.note : ''}`
    );
  }
  const shown = folded.slice(0, folded.length > MAX_ROWS ? MAX_ROWS - 1 : MAX_ROWS);
  const cells = shown.map(({ ranks, rows: [first] }, at) => [
    `${ranks.length === 1 ? 'rank' : 'ranks'} ${rankList(ranks)}`,
    first?.place ?? '',
    shortened(first?.call ?? '', CALL_WIDTH),
    shortened(noteOf(shown[at]?.rows ?? [], size), NOTE_WIDTH)
  ]);
  const widths = [0, 1, 2].map(column => Math.max(...cells.map(row => row[column]?.length ?? 0)));
  const lines = cells.map(row => {
    const columns = row.map((text, at) => text.padEnd(at < 3 ? (widths[at] ?? 0) : 0));
    // An empty column takes no room; one that only some rows lack stays aligned.
    const used = columns.filter((_, at) => at === 3 || widths[at] !== 0);
    return `  ${used.join('   ')}`.trimEnd();
  });
  const rest = folded.slice(shown.length).flatMap(group => group.ranks);
  return rest.length === 0 ? lines : [...lines, `  ... and ${rest.length} more ranks`];
}

function fold(rows: IRow[], key: (row: IRow) => string): IFolded[] {
  const groups = new Map<string, IFolded>();
  for (const row of [...rows].sort((a, b) => a.rank - b.rank)) {
    const group = groups.get(key(row));
    if (group) {
      group.ranks.push(row.rank);
      group.rows.push(row);
    } else {
      groups.set(key(row), { ranks: [row.rank], rows: [row] });
    }
  }
  return [...groups.values()];
}

function noteOf(rows: IRow[], size: number): string {
  const first = rows[0]?.note ?? '';
  if (rows.every(row => row.note === first)) {
    return (rows.length > 1 && rows[0]?.notes) || first;
  }
  const steps = new Set(
    rows.map(row => (row.target === undefined ? NaN : (row.target - row.rank + size) % size))
  );
  const step = steps.size === 1 ? [...steps][0] : undefined;
  if (step === 1 && rows.length > 2) {
    return 'each waits for the next rank';
  }
  return step === size - 1 ? 'each waits for the rank before it' : 'each waits for another rank';
}
