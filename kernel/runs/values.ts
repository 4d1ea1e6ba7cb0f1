import { ranksInWords } from '../output/index.js';

/** Values that are told where there are many; one more is told as well, in the place of a rest. */
const SHOWN = 3;
/** Characters of values up to which they stand in one line. */
const ONE_LINE = 100;

/** Errors in whose messages quotes hold names of the program, not values. */
const ABOUT_NAMES = new Set([
  'AttributeError',
  'ImportError',
  'IndentationError',
  'ModuleNotFoundError',
  'NameError',
  'SyntaxError',
  'TypeError',
  'UnboundLocalError'
]);

const QUOTED = /'[^']*'|"[^"]*"/g;
const NUMBERS = /(?<![\w.])[-+]?(?:0x[\da-f]+|\d+(?:\.\d*)?(?:e[-+]?\d+)?)(?!\w)/gi;

/**
 * The message of an error without its values, such as numbers and what stands in quotes: the
 * same for what several ranks raise each with values of its own.
 */
export function withoutValues(ename: string, message: string): string {
  if (message === '') {
    return '';
  }
  if (ename === 'KeyError') {
    return '*';
  }
  const unquoted = ABOUT_NAMES.has(ename) ? message : message.replace(QUOTED, '*');
  return unquoted.replace(NUMBERS, '*');
}

/** What ranks said each for itself where it was the same but for values. */
export class Values {
  private _byKey = new Map<string, Map<string, Set<number>>>();

  add(key: string, rank: number, value: string): void {
    const values = this._byKey.get(key) ?? new Map<string, Set<number>>();
    this._byKey.set(key, values);
    // A rank may be told of twice: a program by its exception and by its exit code.
    values.set(value, (values.get(value) ?? new Set<number>()).add(rank));
  }

  /** The ranks that said just this, ascending. */
  ranks(key: string, value: string): number[] {
    return ascending(this._byKey.get(key)?.get(value) ?? []);
  }

  /**
   * To stand behind a sentence that names all the ranks: `: 0 on rank 0, 1 on rank 1`, or with
   * longer values a row for each. Null where all said the same.
   */
  inWords(key: string): string | null {
    const values = [...(this._byKey.get(key) ?? [])]
      .map(([value, ranks]) => [value, ascending(ranks)] as const)
      .sort(([, a], [, b]) => a[0] - b[0]);
    if (values.length < 2) {
      return null;
    }
    const shown = values.slice(0, values.length > SHOWN + 1 ? SHOWN : SHOWN + 1);
    const rest = values.length - shown.length;
    const inLine = shown.map(([value, ranks]) => `${value} on ${ranksInWords(ranks)}`).join(', ');
    if (inLine.length <= ONE_LINE) {
      return `: ${inLine}${rest > 0 ? ', ...' : ''}`;
    }
    const names = shown.map(([, ranks]) => ranksInWords(ranks));
    const width = Math.max(...names.map(name => name.length));
    const rows = shown.map(([value], at) => `\n  ${names[at].padEnd(width)}   ${value}`);
    return `:${rows.join('')}${rest > 0 ? `\n  ... and ${rest} more` : ''}`;
  }
}

function ascending(ranks: Iterable<number>): number[] {
  return [...ranks].sort((a, b) => a - b);
}
