import type { IRankModel } from '../../src/protocol/index.js';

/** Words shared by notices, the text form and the HTML form. */

/** The number of a rank; of a spawned process its label. */
export function rankName({ rank, label }: Pick<IRankModel, 'rank' | 'label'>): string {
  return label ?? String(rank);
}

/** `rank 2`, `ranks 1 and 2`, `ranks 0-3 and 7`. */
export function ranksInWords(ranks: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < ranks.length;) {
    let j = i;
    while (j + 1 < ranks.length && ranks[j + 1] === ranks[j] + 1) {
      j++;
    }
    if (j - i >= 2) {
      parts.push(`${ranks[i]}-${ranks[j]}`);
    } else {
      for (let k = i; k <= j; k++) {
        parts.push(String(ranks[k]));
      }
    }
    i = j + 1;
  }
  const list =
    parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}` : parts[0];
  return `${ranks.length === 1 ? 'rank' : 'ranks'} ${list ?? ''}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `512 bytes`, `1.5 kB`, `12 MB`. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} bytes`;
  }
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1 line`, `12,345 lines`. */
export function counted(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** `35 ms`, `1.24 s`, `2 min 5 s`. */
export function secondsInWords(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 60) {
    return `${Number(seconds.toPrecision(3))} s`;
  }
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
