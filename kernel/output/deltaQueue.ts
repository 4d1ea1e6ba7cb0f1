import type { Delta } from '../../src/protocol/index.js';
import { fairShares } from './shorten.js';
import { sizeOf } from './rankLog.js';

/** Bytes per second of the live view, all ranks together, and what may come at once. */
export const LIVE_RATE = 128 * 1024;
export const LIVE_BURST = 128 * 1024;
/**
 * Within that, what may be sent in all: the burst, this much a second, and this share of
 * the bytes that ranks put out. A flood costs little beside its final bundle, however long
 * it takes, and a slow run is shown in full.
 */
const SLOW_RATE = 8 * 1024;
const SHARE = 0.15;
/** Text of one rank that waits for the next tick; older text is skipped at once. */
const PENDING_LIMIT = 128 * 1024;

type RankDelta = Extract<Delta, { rank: number }>;

interface IPending {
  deltas: RankDelta[];
  bytes: number;
  skipped: number;
}

/**
 * What the live view has yet to be told. Text is joined per rank between two ticks; a rank
 * that floods shows its newest text only, and how much was skipped, so that the bytes
 * sent stay bounded whatever the ranks do.
 */
export class DeltaQueue {
  private _ranks = new Map<number, IPending>();
  private _others: Delta[] = [];
  private _tokens = LIVE_BURST;
  private _volume = LIVE_BURST;
  private _last: number | null = null;

  get empty(): boolean {
    return this._ranks.size === 0 && this._others.length === 0;
  }

  push(delta: Delta): void {
    if (delta.op === 'notice' || delta.op === 'run') {
      this._others.push(delta);
      return;
    }
    let pending = this._ranks.get(delta.rank);
    if (!pending) {
      this._ranks.set(delta.rank, (pending = { deltas: [], bytes: 0, skipped: 0 }));
    }
    if (delta.op === 'clear' && !delta.wait) {
      // What the clear takes away need not be shown first.
      pending.deltas = pending.deltas.filter(d => d.op === 'rank');
      pending.bytes = 0;
      pending.skipped = 0;
    }
    const last = pending.deltas.at(-1);
    if (delta.op === 'stream' && last?.op === 'stream' && last.name === delta.name) {
      last.text += delta.text;
    } else {
      pending.deltas.push({ ...delta });
    }
    const size = deltaBytes(delta);
    pending.bytes += size;
    this._volume += SHARE * size;
    if (pending.bytes > 2 * PENDING_LIMIT) {
      skipOldest(pending, pending.bytes - PENDING_LIMIT);
    }
  }

  /** Everything since the last call, cut to what `now` (milliseconds) allows. */
  take(now: number): Delta[] {
    const elapsed = this._last === null ? 0 : Math.max(0, now - this._last);
    this._last = now;
    this._tokens = Math.min(LIVE_BURST, this._tokens + (elapsed / 1000) * LIVE_RATE);
    this._volume = Math.min(LIVE_BURST, this._volume + (elapsed / 1000) * SLOW_RATE);
    const ranks = [...this._ranks.entries()].sort(([a], [b]) => a - b);
    for (const [, pending] of ranks) {
      for (const delta of pending.deltas) {
        if (delta.op === 'stream') {
          const short = squeezed(delta.text);
          pending.bytes -= delta.text.length - short.length;
          delta.text = short;
        }
      }
    }
    const shares = fairShares(
      ranks.map(([, pending]) => pending.bytes),
      Math.max(0, Math.floor(Math.min(this._tokens, this._volume)))
    );
    const deltas: Delta[] = [];
    ranks.forEach(([rank, pending], i) => {
      if (pending.bytes > shares[i]) {
        skipOldest(pending, pending.bytes - shares[i]);
      }
      this._tokens -= pending.bytes;
      this._volume -= pending.bytes;
      if (pending.skipped > 0) {
        deltas.push({ op: 'skip', rank, bytes: pending.skipped });
      }
      deltas.push(...pending.deltas);
    });
    deltas.push(...this._others);
    this._ranks.clear();
    this._others = [];
    return deltas;
  }
}

function deltaBytes(delta: RankDelta): number {
  switch (delta.op) {
    case 'stream':
      return Buffer.byteLength(delta.text);
    case 'output':
      return sizeOf(delta.output);
    case 'update':
      return Buffer.byteLength(JSON.stringify(delta.data));
    default:
      return 0;
  }
}

/** Leave out at least `excess` bytes, oldest first, text at line ends; states and errors stay. */
function skipOldest(pending: IPending, excess: number): void {
  const kept: RankDelta[] = [];
  for (const delta of pending.deltas) {
    const isError = delta.op === 'output' && delta.output.output_type === 'error';
    const size = isError ? 0 : deltaBytes(delta);
    if (excess <= 0 || size === 0) {
      kept.push(delta);
      continue;
    }
    let gone = size;
    if (delta.op === 'stream' && size > excess) {
      const newline = delta.text.indexOf('\n', Math.floor(excess) - 1);
      const rest = newline < 0 ? '' : delta.text.slice(newline + 1);
      gone = size - Buffer.byteLength(rest);
      if (rest !== '') {
        kept.push({ ...delta, text: rest });
      }
    }
    excess -= gone;
    pending.bytes -= gone;
    pending.skipped += gone;
  }
  pending.deltas = kept;
}

// A line drawn over, and the line that is drawn in its place.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const REDRAWN = /\r([^\r\n\x1b\b]*)(?=\r([^\r\n\x1b\b]*))/g;

/**
 * Text of a progress bar without the states that the next one overwrites in full: between
 * two ticks only the last is seen.
 */
function squeezed(text: string): string {
  return text.includes('\r')
    ? text.replace(REDRAWN, (whole, old: string, next: string) =>
        next.length >= old.length && next !== '' ? '' : whole
      )
    : text;
}
