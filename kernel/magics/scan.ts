import { bodyStart, findHead } from './head.js';
import { callOf } from './cell.js';
import { findOption, looksLikeOption, type IOption, type MagicName } from './options.js';
import { splitWords, SHELL_RULES, type IWord } from './words.js';

/** Where the cursor of a completion or inspection request stands. */
export type CursorPlace =
  | {
      kind: 'line';
      magic: MagicName;
      /** The magic's line, and where it begins in the cell. */
      line: string;
      lineStart: number;
      /** Where the name of the magic begins and ends in the line. */
      nameStart: number;
      nameEnd: number;
      /** The cursor in the line. */
      column: number;
    }
  /** In the Python below the line of a magic that runs it on ranks. */
  | { kind: 'body'; code: string; cursorPos: number; shift: number };

const CELL_RUNS: readonly MagicName[] = ['%%mpirun', '%%rank', '%%ranks'];

/**
 * The place of the cursor, code points throughout; null where it is none of ours.
 */
export function placeCursor(code: string, cursorPos: number): CursorPlace | null {
  if (!code.includes('%')) {
    return null;
  }
  const points = Array.from(code);
  const cursor = Math.max(0, Math.min(cursorPos, points.length));
  const offset = points.slice(0, cursor).join('').length;
  const head = findHead(code);
  if (head === null) {
    return null;
  }
  if (!head.line.trimStart().startsWith('%%')) {
    return placeInLineMagic(code, offset);
  }
  const call = callOf(code, head);
  if (call === null || head.commented || offset < head.start) {
    return null;
  }
  if (offset <= head.end) {
    return {
      kind: 'line',
      magic: call.magic,
      line: head.line,
      lineStart: countPoints(code.slice(0, head.start)),
      nameStart: call.nameStart,
      nameEnd: call.nameEnd,
      column: countPoints(code.slice(head.start, offset))
    };
  }
  if (!CELL_RUNS.includes(call.magic)) {
    return null;
  }
  const start = bodyStart(code, head);
  const shift = countPoints(code.slice(0, start));
  return { kind: 'body', code: code.slice(start), cursorPos: Math.max(0, cursor - shift), shift };
}

function placeInLineMagic(code: string, offset: number): CursorPlace | null {
  const start = code.lastIndexOf('\n', offset - 1) + 1;
  const end = code.indexOf('\n', offset);
  const line = code.slice(start, end < 0 ? code.length : end).replace(/\r$/, '');
  const match = /^(\s*)(%(?:mpirun|autompirun|world))(?=\s|$)/.exec(line);
  if (match === null) {
    return null;
  }
  return {
    kind: 'line',
    magic: match[2] as MagicName,
    line,
    lineStart: countPoints(code.slice(0, start)),
    nameStart: match[1].length,
    nameEnd: match[0].length,
    column: countPoints(line.slice(0, offset - start))
  };
}

/** What a word of a magic's line is. */
export interface IScannedWord extends IWord {
  role: 'option' | 'value' | 'word';
  /** The option that it is, or whose value it is; null for an unknown one. */
  option: IOption | null;
}

export interface IScan {
  words: IScannedWord[];
  /** The option whose value comes next, after the last word. */
  pending: IOption | null;
  /** Whether the line is the program's own from some word on. */
  programBegun: boolean;
}

/** The words of a line and their roles, mistakes taken as they come. */
export function scanLine(line: string, nameEnd: number, magic: MagicName): IScan {
  const scan: IScan = { words: [], pending: null, programBegun: false };
  let valuesLeft = 0;
  for (const word of splitWords(line, nameEnd, SHELL_RULES).words) {
    if (scan.programBegun) {
      scan.words.push({ ...word, role: 'word', option: null });
    } else if (scan.pending !== null) {
      scan.words.push({ ...word, role: 'value', option: scan.pending });
      valuesLeft--;
      scan.pending = valuesLeft > 0 ? scan.pending : null;
    } else if (looksLikeOption(word.text) && !word.quoted) {
      const found = findOption(word.text.split('=', 1)[0]);
      const option = found?.magics.includes(magic) === true ? found : null;
      scan.words.push({ ...word, role: 'option', option });
      if (option?.type === 'module') {
        scan.programBegun = true;
      } else if (option !== null && !word.text.includes('=')) {
        valuesLeft = option.values;
        scan.pending = valuesLeft > 0 ? option : null;
      }
    } else {
      scan.words.push({ ...word, role: 'word', option: null });
      scan.programBegun = magic === '%mpirun';
    }
  }
  return scan;
}

export function countPoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const pair = unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length;
    if (pair && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      at++;
    }
    count++;
  }
  return count;
}
