/** Pieces of sentences: numbers, ranks and sizes as people write them. */

/** `rank 1`, `ranks 0 and 1`, `ranks 1-15`, `ranks 0-3, 7 and 9`. */
export function ranksText(ranks: number[]): string {
  return `${ranks.length === 1 ? 'rank' : 'ranks'} ${rankList(ranks)}`;
}

/** The ranks of some calls, at the beginning of a sentence: `Ranks 0 and 1`. */
export function callersText(calls: { rank: number }[]): string {
  return `R${ranksText(calls.map(call => call.rank)).slice(1)}`;
}

const MAX_PIECES = 6;

/** `0 and 1`, `1-15`, `0-3, 7 and 9`. */
export function rankList(ranks: number[]): string {
  const sorted = [...new Set(ranks)].sort((a, b) => a - b);
  const pieces: string[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) {
      end += 1;
    }
    if (end - start >= 2) {
      pieces.push(`${sorted[start]}-${sorted[end]}`);
      start = end + 1;
    } else {
      pieces.push(String(sorted[start]));
      start += 1;
    }
  }
  if (pieces.length > MAX_PIECES) {
    const shown = pieces.slice(0, MAX_PIECES - 1).join(', ');
    return `${shown}, ... (${sorted.length} in all)`;
  }
  return listed(pieces);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: string[], last = 'and'): string {
  return items.length < 2
    ? (items[0] ?? '')
    : `${items.slice(0, -1).join(', ')} ${last} ${items[items.length - 1]}`;
}

/** `is` or `are`, `has` or `have`, ... by the number of ranks. */
export function verb(ranks: unknown[], one: string, many: string): string {
  return ranks.length === 1 ? one : many;
}

/** `80 bytes`, `16.4 kB`, `8 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 10_000) {
    return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  }
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  const value = bytes / size;
  return `${value < 100 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}

/** `line 7`, `heat.py:7`, or nothing. */
export function lineText(place: { line: number | null; file?: string }): string {
  if (place.line === null) {
    return '';
  }
  return place.file === undefined
    ? `line ${place.line}`
    : `${place.file.split('/').pop() ?? place.file}:${place.line}`;
}

/** ` in line 7`, ` in heat.py:7`, or nothing. */
export function inLine(place: { line: number | null; file?: string }): string {
  const text = lineText(place);
  return text && ` in ${text}`;
}

/** `MPI.ANY_TAG` or the number. */
export function tagText(tag: number): string {
  return tag === -1 ? 'any tag' : `tag ${tag}`;
}

/**
 * What an exception says, in one line: MPI's without its error stack, and by the name under
 * which users know its class.
 */
export function exceptionText(what: string): string {
  const [line = ''] = what.split(/, error stack|\n/);
  const isMpi = line.length < what.length || what.includes('MPI_');
  return isMpi ? line.replace(/^Exception\b/, 'MPI.Exception') : line;
}

/** Cut to `width` characters, with `...` at the end. */
export function shortened(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, width - 3)}...`;
}
