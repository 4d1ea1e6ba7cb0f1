import { LineMistake, type ISpan } from './mistake.js';
import { nearest } from './nearest.js';

/**
 * Readers of option values. Each takes the text, the option as written and the place of
 * the text, and gives the value or throws a {@link LineMistake}.
 */

/** Far above what a machine holds: keeps a slip such as `0-99999999` from costing memory. */
const MOST_RANKS = 65536;

export function readCount(
  text: string,
  option: string,
  span: ISpan,
  what: 'rank' | 'node' = 'rank'
): number {
  if (!/^[+-]?\d+$/.test(text)) {
    // `2;`, `2,` and `two`.
    const digits = /^(\d+)[,;:.]$/.exec(text)?.[1];
    const word = digits ? Number(digits) : NUMBER_WORDS.indexOf(text.toLowerCase());
    throw new LineMistake(
      `${option} takes a number of ${what}s, not '${text}'.`,
      span,
      word > 0
        ? `did you mean ${option} ${word}?`
        : `for example ${option} ${what === 'rank' ? 4 : 2}`
    );
  }
  const count = Number(text);
  if (count < 1) {
    throw new LineMistake(`${option} ${text}: there must be at least 1 ${what}.`, span);
  }
  if (count > MOST_RANKS) {
    throw new LineMistake(`${option} ${text}: that is more ${what}s than can be started.`, span);
  }
  return count;
}

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/**
 * `0,2-3` as ascending ranks, each once; null for `all`.
 */
export function readRanks(text: string, option: string, span: ISpan): number[] | null {
  if (text === 'all') {
    return null;
  }
  const ranks = new Set<number>();
  let offset = 0;
  for (const part of text.split(',')) {
    const place: ISpan = { column: span.column + offset, length: Math.max(1, part.length) };
    offset += part.length + 1;
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) {
      throw new LineMistake(
        part === ''
          ? `${option}: a rank is missing in '${text}'.`
          : `${option} takes ranks, not '${part}'.`,
        part === '' ? span : place,
        ranksHint(text, option)
      );
    }
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) {
      throw new LineMistake(
        `${option}: ${part} runs backwards.`,
        place,
        `did you mean ${last}-${first}?`
      );
    }
    if (last >= MOST_RANKS) {
      throw new LineMistake(`${option}: there is no rank ${last}.`, place);
    }
    for (let rank = first; rank <= last; rank++) {
      ranks.add(rank);
    }
  }
  return [...ranks].sort((a, b) => a - b);
}

/** `[0,2]`, `0;2` and `0..2` are as clear as what is asked for. */
function ranksHint(text: string, option: string): string {
  const meant = text
    .replace(/^[[({]|[\])}]$/g, '')
    .replaceAll('..', '-')
    .replaceAll(';', ',');
  const isList = /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(meant) && option !== '%%rank';
  return isList
    ? `did you mean ${option} ${meant}?`
    : text.endsWith(',')
      ? `a list stands without blanks, for example ${option} 0,2-3`
      : `for example ${option} ${option === '%%rank' ? '0' : '0,2-3'}`;
}

export function readSeconds(text: string, option: string, span: ISpan): number {
  const seconds = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(seconds)) {
    const unit = /^(\d+(?:\.\d+)?)\s*(s|sec|m|min|h)$/i.exec(text);
    throw new LineMistake(
      `${option} takes a number of seconds, not '${text}'.`,
      span,
      unit === null
        ? `for example ${option} 30`
        : `did you mean ${option} ${Number(unit[1]) * UNIT_SECONDS[unit[2][0].toLowerCase()]}?`
    );
  }
  if (seconds <= 0) {
    throw new LineMistake(`${option} ${text}: the time must be more than 0 seconds.`, span);
  }
  return seconds;
}

const UNIT_SECONDS: { [unit: string]: number } = { s: 1, m: 60, h: 3600 };

export function readChoice<T extends string>(
  text: string,
  choices: readonly T[],
  option: string,
  span: ISpan
): T {
  const found = choices.find(choice => choice === text);
  if (found === undefined) {
    const near = nearest(text, choices);
    throw new LineMistake(
      `${option} is one of ${choices.join(', ')}, not '${text}'.`,
      span,
      near === null ? undefined : `did you mean ${near}?`
    );
  }
  return found;
}

export function readAssignment(text: string, option: string, span: ISpan): [string, string] {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (at < 0) {
    throw new LineMistake(
      `${option} takes NAME=VALUE, not '${text}'.`,
      span,
      /^\w+$/.test(name) ? `for example ${option} ${name}=1` : `for example ${option} SEED=1`
    );
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new LineMistake(`${option}: '${name}' is no name of a variable.`, span);
  }
  if (text.includes('\0')) {
    throw new LineMistake(`${option}: a value can not hold a NUL character.`, span);
  }
  return [name, text.slice(at + 1)];
}

/** A world's name; a number is the name of the world that is kept for so many ranks. */
export function readWorldName(text: string, option: string, span: ISpan): string {
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text) || text.length > 64) {
    throw new LineMistake(
      `${option}: a name of a world has letters, digits, '_', '-' and '.', at most 64.`,
      span
    );
  }
  return text;
}

export function readFile(text: string, option: string, span: ISpan): string {
  if (text === '' || text.includes('\0')) {
    throw new LineMistake(`${option} takes the name of a file.`, span);
  }
  return text;
}
