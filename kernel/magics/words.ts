/**
 * Splits a magic line into words as a POSIX shell does: blanks separate, single quotes
 * keep everything, double quotes keep all but the backslash before `"`, `\`, `$` and a
 * backquote, a backslash keeps the next character, `#` at the start of a word begins a
 * comment. Nothing is expanded.
 */

/** One word of a line. Columns are code points from the start of the line. */
export interface IWord {
  /** The word without its quotes and backslashes. */
  text: string;
  /** Column of its first character, the opening quote included. */
  column: number;
  /** Number of code points that it takes in the line. */
  length: number;
  /** The column in the line of each code point of `text`. */
  columns: number[];
  /** Whether its first character stands in quotes or behind a backslash: no option then. */
  quoted: boolean;
}

export interface IWordRules {
  /** Whether a backslash keeps the next character; else it is a character as any. */
  escapes: boolean;
  /** Whether `#` at the start of a word begins a comment. */
  comments: boolean;
}

/** What a shell does. */
export const SHELL_RULES: IWordRules = { escapes: true, comments: true };

/** What IPython does for the arguments of its own magics. */
export const IPYTHON_RULES: IWordRules = { escapes: false, comments: false };

export interface IWords {
  words: IWord[];
  /** A quote that is never closed, or a backslash that ends the line; `words` holds the rest. */
  open: { column: number; what: 'quote' | 'backslash' } | null;
}

const DOUBLE_QUOTE_ESCAPES = new Set(['"', '\\', '$', '`']);

/**
 * The words of `line` from column `start` on.
 */
export function splitWords(line: string, start: number, rules: IWordRules): IWords {
  const points = Array.from(line);
  const words: IWord[] = [];
  let at = start;
  let open: IWords['open'] = null;
  while (at < points.length) {
    if (isBlank(points[at])) {
      at++;
      continue;
    }
    if (rules.comments && points[at] === '#') {
      break;
    }
    const word: IWord = { text: '', column: at, length: 0, columns: [], quoted: false };
    const take = (column: number): void => {
      word.text += points[column];
      word.columns.push(column);
    };
    let quote: { mark: string; column: number } | null = null;
    while (at < points.length && (quote !== null || !isBlank(points[at]))) {
      const point = points[at];
      if (quote !== null && point === quote.mark) {
        quote = null;
      } else if (quote === null && (point === '"' || point === "'")) {
        quote = { mark: point, column: at };
        word.quoted ||= word.text === '';
      } else if (rules.escapes && point === '\\' && quote?.mark !== "'") {
        const next = points[at + 1];
        if (next === undefined) {
          open = { column: at, what: 'backslash' };
        } else if (quote !== null && !DOUBLE_QUOTE_ESCAPES.has(next)) {
          take(at);
        } else {
          word.quoted ||= word.text === '';
          at++;
          take(at);
        }
      } else {
        take(at);
      }
      at++;
    }
    if (quote !== null) {
      open = { column: quote.column, what: 'quote' };
    }
    word.length = at - word.column;
    words.push(word);
  }
  return { words, open };
}

function isBlank(point: string): boolean {
  // No-break spaces come along when a line is pasted from a page.
  return /^\s$/.test(point);
}
