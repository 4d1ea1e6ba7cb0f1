import type { IRunModel, RankOutput } from '../../src/protocol/index.js';
import { bytesInWords, counted } from './phrases.js';
import { sizeOf } from './rankLog.js';
import { countNewlines } from './streamText.js';

/**
 * The run with at most about `limit` bytes of text: head and tail of each rank and
 * a line in between that says what is missing. The same object where it fits.
 */
export function shorten(run: IRunModel, limit: number, remark: string): IRunModel {
  const sizes = run.ranks.map(rank => rank.outputs.reduce((sum, o) => sum + sizeOf(o), 0));
  const shares = fairShares(sizes, limit);
  if (sizes.every((size, i) => size <= shares[i])) {
    return run;
  }
  return {
    ...run,
    ranks: run.ranks.map((rank, i) =>
      sizes[i] <= shares[i]
        ? rank
        : { ...rank, outputs: shortenOutputs(rank.outputs, shares[i], remark) }
    )
  };
}

/** Share `limit` out: the small get all that they want, the rest goes to the large in equal parts. */
export function fairShares(wants: readonly number[], limit: number): number[] {
  const shares = wants.map(() => 0);
  const bySize = wants.map((_, i) => i).sort((a, b) => wants[a] - wants[b]);
  let left = limit;
  bySize.forEach((index, k) => {
    shares[index] = Math.min(wants[index], Math.floor(left / (bySize.length - k)));
    left -= shares[index];
  });
  return shares;
}

function shortenOutputs(outputs: RankOutput[], share: number, remark: string): RankOutput[] {
  const head: RankOutput[] = [];
  const tail: RankOutput[] = [];
  const gone = { bytes: 0, lines: 0, outputs: 0 };
  let last = outputs.length;
  // The tail first: how a rank ended matters more than how it began.
  for (let room = share / 2; last > 0 && room > 0; last--) {
    const output = outputs[last - 1];
    const size = sizeOf(output);
    if (size <= room || output.output_type === 'error') {
      tail.unshift(output);
      room -= size;
    } else if (output.output_type === 'stream') {
      break;
    } else {
      gone.outputs++;
    }
  }
  let room = share / 2;
  for (let i = 0; i < last; i++) {
    const output = outputs[i];
    const size = sizeOf(output);
    if (size <= room) {
      head.push(output);
      room -= size;
      continue;
    }
    if (output.output_type !== 'stream') {
      gone.outputs++;
      continue;
    }
    const isLast = i === last - 1;
    const { first, end, left } = middleOut(output.text, room, isLast ? share / 2 : 0);
    room = 0;
    if (first !== '') {
      head.push({ ...output, text: first });
    }
    if (end !== '') {
      tail.unshift({ ...output, text: end });
    }
    gone.bytes += Buffer.byteLength(left);
    gone.lines += countNewlines(left);
  }
  const what = [
    ...(gone.bytes > 0
      ? [`${counted(Math.max(1, gone.lines), 'line')} (${bytesInWords(gone.bytes)})`]
      : []),
    ...(gone.outputs > 0 ? [counted(gone.outputs, 'display')] : [])
  ];
  if (what.length === 0) {
    return [...head, ...tail];
  }
  const text = `... ${what.join(' and ')} not shown here${remark} ...\n`;
  return [...head, { output_type: 'stream', name: 'stdout', text }, ...tail];
}

/** Split at line ends: about `head` and `tail` units are kept. */
function middleOut(
  text: string,
  head: number,
  tail: number
): { first: string; end: string; left: string } {
  let from = text.lastIndexOf('\n', Math.max(0, Math.floor(head) - 1)) + 1;
  if (from === 0 && head > 0 && !text.slice(0, 4 * head).includes('\n')) {
    // A line longer than the room: part of it is better than nothing.
    return {
      first: `${text.slice(0, Math.floor(head))}\n`,
      end: tail > 0 ? text.slice(-Math.floor(tail)) : '',
      left: text.slice(Math.floor(head), tail > 0 ? -Math.floor(tail) : undefined)
    };
  }
  if (head < 1) {
    from = 0;
  }
  const start = text.length - Math.floor(tail);
  const newline = tail > 0 ? text.indexOf('\n', Math.max(from, start) - 1) : -1;
  const to = newline < 0 ? text.length : Math.max(from, newline + 1);
  return { first: text.slice(0, from), end: text.slice(to), left: text.slice(from, to) };
}
