import { optionsOf, type IOption, type MagicName } from './options.js';
import { placeCursor, scanLine, type IScannedWord } from './scan.js';
import { WORLD_ACTIONS } from './plans.js';

export type CellCompletion =
  /** What can stand at the cursor of a magic's line; positions in the cell. */
  | { kind: 'magic'; matches: string[]; cursorStart: number; cursorEnd: number }
  /**
   * The cursor is in the Python of a cell that runs on ranks: complete `code` at
   * `cursorPos` and add `shift` to the positions of the answer.
   */
  | { kind: 'body'; code: string; cursorPos: number; shift: number };

/**
 * Completion of a cell. Null: not ours, the whole request is the delegate's. So are the
 * names of magics, of which IPython knows all (ours are registered there as well), and the
 * names of files.
 */
export function completeCell(code: string, cursorPos: number): CellCompletion | null {
  const place = placeCursor(code, cursorPos);
  if (place === null || place.kind === 'body') {
    return place;
  }
  if (place.column <= place.nameEnd) {
    return null;
  }
  const typed = Array.from(place.line).slice(0, place.column).join('');
  const scan = scanLine(typed, place.nameEnd, place.magic);
  const last = scan.words.at(-1);
  const inWord = last !== undefined && last.column + last.length === place.column;
  const before = inWord ? scan.words.slice(0, -1) : scan.words;
  const current = inWord ? last : null;
  const answer = (matches: readonly string[] | null, column: number): CellCompletion | null =>
    matches === null
      ? null
      : {
          kind: 'magic',
          matches: [...matches],
          cursorStart: place.lineStart + column,
          cursorEnd: place.lineStart + place.column
        };

  if (current?.role === 'value') {
    return answer(valuesOf(current.option!, current.text), current.column);
  }
  if (current === null && scan.pending !== null) {
    return answer(valuesOf(scan.pending, ''), place.column);
  }
  if (current?.role === 'option') {
    const equals = current.text.indexOf('=');
    return equals < 0
      ? answer(optionNames(place.magic, before, current.text), current.column)
      : answer(
          current.option === null ? [] : valuesOf(current.option, current.text.slice(equals + 1)),
          current.columns[equals] + 1
        );
  }
  if (scan.programBegun && (current === null || before.some(word => word.role === 'word'))) {
    return null;
  }
  return answer(wordsOf(place.magic, before, current?.text ?? ''), current?.column ?? place.column);
}

/** Null: names of files. */
function valuesOf(option: IOption, typed: string): string[] | null {
  if (option.type === 'file') {
    return null;
  }
  return (option.choices ?? []).filter(choice => choice.startsWith(typed));
}

function optionNames(magic: MagicName, before: readonly IScannedWord[], typed: string): string[] {
  const given = new Set(before.map(word => word.option));
  return optionsOf(magic)
    .filter(option => option.type !== 'ignored')
    .filter(option => option.repeatable === true || !given.has(option))
    .flatMap(option => option.names.find(name => name.startsWith(typed)) ?? []);
}

/** The beginnings of an option that are none yet. */
const DASHES = ['-', '--'];

/** What can stand where no option has been begun. Null: names of files. */
function wordsOf(
  magic: MagicName,
  before: readonly IScannedWord[],
  typed: string
): string[] | null {
  const first = before.every(word => word.role !== 'word');
  const options = (): string[] =>
    typed === '' || DASHES.includes(typed) ? optionNames(magic, before, typed) : [];
  switch (magic) {
    case '%mpirun':
    case '%%writefile':
      return DASHES.includes(typed) ? options() : null;
    case '%world':
      if (before.at(-1)?.text === 'layer' && before.length === 1) {
        return ['on', 'off'].filter(word => word.startsWith(typed));
      }
      return first ? WORLD_ACTIONS.filter(action => action.startsWith(typed)) : [];
    case '%autompirun':
      return [...(before.length === 0 && 'off'.startsWith(typed) ? ['off'] : []), ...options()];
    case '%%rank':
    case '%%ranks':
      return first && typed === '' ? [] : options();
    default:
      return options();
  }
}
