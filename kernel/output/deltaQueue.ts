import type { Delta } from '../../src/protocol/index.js';
import { fairShares } from './shorten.js';
import { sizeOf } from './rankLog.js';

/** Bytes of text per second of the live view, all ranks together, and what may come at once. */
export const LIVE_RATE = 128 * 1024;
export const LIVE_BURST = 128 * 1024;
/**
 * Within that, what may be sent in all: the burst, this much a second, and this share of
 * the bytes that ranks put out. A flood costs little beside its final bundle, however long
 * it takes, and a slow run is shown in full.
 */
const SLOW_RATE = 8 * 1024;
const SHARE = 0.15;
/**
 * The same for figures and other displays: an animation has to move, and a large figure has to be
 * seen before the run has ended.
 */
export const DISPLAY_RATE = 1024 * 1024;
export const DISPLAY_BURST = 4 * 1024 * 1024;
/** What a display costs beside its bytes, so that no flood of small ones comes through. */
const DISPLAY_COST = 500;
/** Text of one rank that waits for the next tick; older text is skipped at once. */
const PENDING_LIMIT = 128 * 1024;
/**
 * Deltas between two ticks up to which text of different ranks is told in the order of
 * arrival, and what each costs beside its text. Beyond, and where ranks have used up half
 * of the burst, text is joined per rank.
 */
const ORDERED_LIMIT = 250;
const ORDERED_COST = 60;
const ORDERED_RESERVE = LIVE_BURST / 2;

type RankDelta = Extract<Delta, { rank: number }>;
type StreamDelta = Extract<Delta, { op: 'stream' }>;

/** A delta and its place in the order of arrival. */
interface IQueued {
  at: number;
  delta: RankDelta;
}

interface IPending {
  queued: IQueued[];
  /** Of text and errors. */
  bytes: number;
  /** Of displays. */
  displayBytes: number;
  skipped: number;
}

/**
 * What the live view has yet to be told. While there is little, it is told in the order of
 * arrival, so that the view stands as the run's final form will. Text of many parts is joined
 * per rank between two ticks; a rank that floods shows its newest text only, and how much was
 * skipped, so that the bytes sent stay bounded whatever the ranks do.
 */
export class DeltaQueue {
  private _ranks = new Map<number, IPending>();
  private _others: Delta[] = [];
  /** Counts what was pushed, and of that the deltas which now wait. */
  private _pushed = 0;
  private _waiting = 0;
  private _newest: RankDelta | null = null;
  private _tokens = LIVE_BURST;
  private _volume = LIVE_BURST;
  private _displayTokens = DISPLAY_BURST;
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
      this._ranks.set(delta.rank, (pending = newPending()));
    }
    if (delta.op === 'clear' && !delta.wait) {
      // What the clear takes away need not be shown first.
      const kept = pending.queued.filter(q => q.delta.op === 'rank');
      this._waiting -= pending.queued.length - kept.length;
      pending.queued = kept;
      pending.bytes = 0;
      pending.displayBytes = 0;
      pending.skipped = 0;
    }
    if (delta.op === 'stream') {
      this._pushText(pending, delta);
    } else {
      this._add(pending, { ...delta });
    }
    const size = deltaBytes(delta);
    if (isDisplay(delta)) {
      pending.displayBytes += size;
      if (pending.displayBytes > 2 * DISPLAY_BURST) {
        this._skipDisplays([pending], DISPLAY_BURST);
      }
      return;
    }
    pending.bytes += size;
    this._volume += SHARE * size;
    if (pending.bytes > 2 * PENDING_LIMIT) {
      this._waiting -= skipOldest(pending, pending.bytes - PENDING_LIMIT);
    }
  }

  /** Everything since the last call, cut to what `now` (milliseconds) allows. */
  take(now: number): Delta[] {
    const elapsed = this._last === null ? 0 : Math.max(0, now - this._last);
    this._last = now;
    this._tokens = Math.min(LIVE_BURST, this._tokens + (elapsed / 1000) * LIVE_RATE);
    this._volume = Math.min(LIVE_BURST, this._volume + (elapsed / 1000) * SLOW_RATE);
    this._displayTokens = Math.min(
      DISPLAY_BURST,
      this._displayTokens + (elapsed / 1000) * DISPLAY_RATE
    );
    const ranks = [...this._ranks.entries()].sort(([a], [b]) => a - b);
    const showing = ranks
      .map(([, pending]) => pending)
      .filter(({ displayBytes }) => displayBytes > 0);
    this._displayTokens -= this._skipDisplays(showing, this._displayTokens);
    const ordered = this._orderIsCheap(ranks.map(([, pending]) => pending.bytes));
    for (const [, pending] of ranks) {
      if (!ordered) {
        joinTexts(pending);
      }
      squeeze(pending);
    }
    const shares = fairShares(
      ranks.map(([, pending]) => pending.bytes),
      Math.max(0, Math.floor(Math.min(this._tokens, this._volume)))
    );
    const skips: Delta[] = [];
    const queued: IQueued[] = [];
    ranks.forEach(([rank, pending], i) => {
      if (pending.bytes > shares[i]) {
        skipOldest(pending, pending.bytes - shares[i]);
      }
      this._tokens -= pending.bytes;
      this._volume -= pending.bytes;
      if (pending.skipped > 0) {
        skips.push({ op: 'skip', rank, bytes: pending.skipped });
      }
      queued.push(...pending.queued);
    });
    if (ordered) {
      queued.sort((a, b) => a.at - b.at);
      this._tokens -= queued.length * ORDERED_COST;
      this._volume -= queued.length * ORDERED_COST;
    }
    const deltas = [...skips, ...queued.map(({ delta }) => delta), ...this._others];
    this._ranks.clear();
    this._others = [];
    this._waiting = 0;
    this._newest = null;
    return deltas;
  }

  /**
   * Keep the newest displays, as many as there is room for.
   *
   * @returns The cost of those that are kept.
   */
  private _skipDisplays(ranks: readonly IPending[], room: number): number {
    const displays = ranks
      .flatMap(pending => pending.queued.map(queued => ({ pending, queued })))
      .filter(({ queued }) => isDisplay(queued.delta))
      .sort((a, b) => b.queued.at - a.queued.at);
    let kept = 0;
    const skipped = new Set<IQueued>();
    for (const { pending, queued } of displays) {
      const size = deltaBytes(queued.delta);
      if (kept + size + DISPLAY_COST <= room) {
        kept += size + DISPLAY_COST;
        continue;
      }
      skipped.add(queued);
      pending.displayBytes -= size;
      pending.skipped += size;
    }
    if (skipped.size > 0) {
      for (const pending of ranks) {
        pending.queued = pending.queued.filter(queued => !skipped.has(queued));
      }
      this._waiting -= skipped.size;
    }
    return kept;
  }

  private _pushText(pending: IPending, delta: StreamDelta): void {
    const last = pending.queued.at(-1)?.delta;
    if (last?.op !== 'stream' || last.name !== delta.name) {
      this._add(pending, { ...delta });
      return;
    }
    if (last === this._newest || this._waiting >= ORDERED_LIMIT) {
      last.text += delta.text;
      return;
    }
    // A line has its place in the order from where it began.
    const rest = last.text.endsWith('\n') ? 0 : delta.text.indexOf('\n') + 1 || delta.text.length;
    last.text += delta.text.slice(0, rest);
    if (rest < delta.text.length) {
      this._add(pending, { ...delta, text: delta.text.slice(rest) });
    }
  }

  private _add(pending: IPending, delta: RankDelta): void {
    pending.queued.push({ at: this._pushed++, delta });
    this._waiting += 1;
    this._newest = delta;
  }

  private _orderIsCheap(bytes: number[]): boolean {
    const cost = bytes.reduce((sum, size) => sum + size, this._waiting * ORDERED_COST);
    return cost + ORDERED_RESERVE <= Math.min(this._tokens, this._volume);
  }
}

function newPending(): IPending {
  return { queued: [], bytes: 0, displayBytes: 0, skipped: 0 };
}

function isDisplay(delta: RankDelta): boolean {
  return (
    delta.op === 'update' ||
    (delta.op === 'output' &&
      delta.output.output_type !== 'error' &&
      delta.output.output_type !== 'stream')
  );
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

/**
 * Leave out at least `excess` bytes of text, oldest first, at line ends; all else stays.
 *
 * @returns How many deltas are gone.
 */
function skipOldest(pending: IPending, excess: number): number {
  const kept: IQueued[] = [];
  for (const queued of pending.queued) {
    const { delta } = queued;
    if (excess <= 0 || delta.op !== 'stream') {
      kept.push(queued);
      continue;
    }
    const size = deltaBytes(delta);
    let gone = size;
    if (size > excess) {
      const newline = delta.text.indexOf('\n', Math.floor(excess) - 1);
      const rest = newline < 0 ? '' : delta.text.slice(newline + 1);
      gone = size - Buffer.byteLength(rest);
      if (rest !== '') {
        kept.push({ at: queued.at, delta: { ...delta, text: rest } });
      }
    }
    excess -= gone;
    pending.bytes -= gone;
    pending.skipped += gone;
  }
  const before = pending.queued.length;
  pending.queued = kept;
  return before - kept.length;
}

/** Text of a rank that follows on text of the same stream becomes one with it. */
function joinTexts(pending: IPending): void {
  const joined: IQueued[] = [];
  for (const queued of pending.queued) {
    const { delta } = queued;
    const last = joined.at(-1)?.delta;
    if (delta.op === 'stream' && last?.op === 'stream' && last.name === delta.name) {
      last.text += delta.text;
    } else {
      joined.push(queued);
    }
  }
  pending.queued = joined;
}

function squeeze(pending: IPending): void {
  for (const { delta } of pending.queued) {
    if (delta.op === 'stream') {
      const short = squeezed(delta.text);
      pending.bytes -= delta.text.length - short.length;
      delta.text = short;
    }
  }
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
