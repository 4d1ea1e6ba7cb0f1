import { helpText, optionText } from './help.js';
import { placeCursor, scanLine } from './scan.js';

export type CellInspection =
  /** Plain text about the magic or the option at the cursor. */
  | { kind: 'magic'; text: string }
  /** The cursor is in the Python of a cell that runs on ranks. */
  | { kind: 'body'; code: string; cursorPos: number; shift: number };

/** Inspection of a cell. Null: not ours, the whole request is the delegate's. */
export function inspectCell(code: string, cursorPos: number): CellInspection | null {
  const place = placeCursor(code, cursorPos);
  if (place === null || place.kind === 'body') {
    return place;
  }
  const { magic, column } = place;
  const scan = scanLine(place.line, place.nameEnd, magic);
  const word = scan.words.find(
    each => column >= each.column && column <= each.column + each.length
  );
  if (word !== undefined && word.option !== null) {
    return { kind: 'magic', text: optionText(word.option) };
  }
  // IPython tells of its own magic, and of the arguments of a program nobody knows.
  if (magic === '%%writefile' || (magic === '%mpirun' && word?.role === 'word')) {
    return null;
  }
  return { kind: 'magic', text: helpText(magic) };
}
