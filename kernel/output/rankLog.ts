import type { MimeBundle, RankOutput, StreamName } from '../../src/protocol/index.js';
import { bytesInWords, counted } from './phrases.js';
import { StreamText } from './streamText.js';

/** UTF-8 bytes that the heads of all ranks of a run may still take. */
export interface IPool {
  left: number;
}

/** Text of the end of a rank's output that is kept once the pool is used up. */
export const TAIL_TEXT = 64 * 1024;
/** The same for outputs that are no text. */
const TAIL_RICH = 512 * 1024;

/** UTF-16 units from which a line may be cut. */
const LONG_LINE = 4096;

type StreamEntry = { kind: 'stream'; name: StreamName; text: StreamText };
type RichEntry = {
  kind: 'rich';
  output: Exclude<RankOutput, { output_type: 'stream' }>;
  bytes: number;
  place: 'head' | 'tail';
};
type Entry = StreamEntry | RichEntry;

/**
 * Everything that one rank put out, within bounds: a head that lives off the run's pool and,
 * once that is used up, a tail in which the oldest gives way to the newest.
 */
export class RankLog {
  private _pool: IPool;
  private _head: Entry[] = [];
  private _tail: Entry[] = [];
  private _headBytes = 0;
  private _tailBytes = { text: 0, rich: 0 };
  private _sealed = false;
  private _gone = { bytes: 0, lines: 0, outputs: 0 };
  private _clearNext = false;
  private _displays = new Map<string, RichEntry[]>();
  private _items = 0;

  constructor(pool: IPool) {
    this._pool = pool;
  }

  /** Bytes of text that were left out. */
  get omitted(): number {
    return this._gone.bytes;
  }

  /** Items now in the head, as the arrival order counts them. */
  get items(): number {
    return this._items;
  }

  /** Add text; the number of items by which the head grew. */
  stream(name: StreamName, text: string): number {
    if (text === '') {
      return 0;
    }
    if (!this._sealed) {
      const fits = this._fitting(text);
      const added = fits === 0 ? 0 : this._appendHead(name, text.slice(0, fits));
      if (fits === text.length) {
        return added;
      }
      this._sealed = true;
      this._appendTail(name, text.slice(fits));
      return added;
    }
    this._appendTail(name, text);
    return 0;
  }

  /** Add another output; the number of items by which the head grew. */
  output(output: RankOutput): number {
    if (output.output_type === 'stream') {
      return this.stream(output.name, output.text);
    }
    const entry: RichEntry = { kind: 'rich', output, bytes: sizeOf(output), place: 'head' };
    this._register(entry);
    // An error is why the run is looked at: it is kept whatever came before it.
    if (!this._sealed && (entry.bytes <= this._pool.left || output.output_type === 'error')) {
      this._head.push(entry);
      this._charge(entry.bytes);
      this._items++;
      return 1;
    }
    this._sealed = true;
    entry.place = 'tail';
    this._tail.push(entry);
    this._tailBytes.rich += entry.bytes;
    this._trimTail();
    return 0;
  }

  /** `update_display`: false where this rank shows no display of that id. */
  update(displayId: string, data: MimeBundle, metadata: MimeBundle): boolean {
    const entries = this._displays.get(displayId);
    if (!entries) {
      return false;
    }
    for (const entry of entries) {
      const output = { ...entry.output, data, metadata } as RichEntry['output'];
      const bytes = sizeOf(output);
      if (entry.place === 'tail') {
        this._tailBytes.rich += bytes - entry.bytes;
      } else if (bytes - entry.bytes <= this._pool.left) {
        this._charge(bytes - entry.bytes);
      } else {
        continue;
      }
      entry.output = output;
      entry.bytes = bytes;
    }
    this._trimTail();
    return true;
  }

  /** `clear_output`: at once, or (`wait`) when the next output comes. */
  clear(wait: boolean): void {
    if (wait) {
      this._clearNext = true;
      return;
    }
    this._clearNext = false;
    this._pool.left += this._headBytes;
    this._headBytes = 0;
    this._tailBytes = { text: 0, rich: 0 };
    this._head = [];
    this._tail = [];
    this._displays.clear();
    this._sealed = false;
    this._gone = { bytes: 0, lines: 0, outputs: 0 };
    this._items = 0;
  }

  /** A clear that waits for the next output, which is about to come. */
  get clearIsDue(): boolean {
    return this._clearNext;
  }

  /**
   * The outputs as the model has them. `resumable`: open lines end so that further
   * text continues them as it would have here.
   */
  outputs(resumable: boolean): RankOutput[] {
    const entries: RankOutput[] = [];
    for (const entry of this._head) {
      entries.push(plain(entry, resumable));
    }
    if (this._gone.bytes > 0 || this._gone.outputs > 0) {
      entries.push({ output_type: 'stream', name: 'stdout', text: this._goneText(entries.at(-1)) });
    }
    for (const entry of this._tail) {
      entries.push(plain(entry, resumable));
    }
    return entries;
  }

  private _goneText(before: RankOutput | undefined): string {
    const { bytes, lines, outputs } = this._gone;
    const what: string[] = [];
    if (bytes > 0) {
      what.push(`${counted(Math.max(1, lines), 'line')} (${bytesInWords(bytes)})`);
    }
    if (outputs > 0) {
      what.push(counted(outputs, 'display'));
    }
    const open = before?.output_type === 'stream' && !before.text.endsWith('\n');
    return (
      `${open ? '\n' : ''}... ${what.join(' and ')} left out here: too much output ` +
      `for a notebook; --save FILE keeps everything ...\n`
    );
  }

  /** How much of `text` the pool takes: all of it, or whole lines where there are any. */
  private _fitting(text: string): number {
    if (text.length * 3 <= this._pool.left || Buffer.byteLength(text) <= this._pool.left) {
      return text.length;
    }
    const room = Buffer.from(text).subarray(0, Math.max(0, this._pool.left)).toString();
    const newline = room.lastIndexOf('\n');
    if (newline >= 0) {
      return newline + 1;
    }
    // An endless line is cut, before a character that the room splits; others go on whole.
    return room.length > LONG_LINE ? room.length - 1 : 0;
  }

  private _appendHead(name: StreamName, text: string): number {
    const entry = openStream(this._head, name);
    const before = entry.text.bytes;
    const added = entry.text.append(text);
    this._charge(entry.text.bytes - before);
    this._items += added;
    return added;
  }

  private _appendTail(name: StreamName, text: string): void {
    const entry = openStream(this._tail, name);
    const before = entry.text.bytes;
    entry.text.append(text);
    this._tailBytes.text += entry.text.bytes - before;
    this._trimTail();
  }

  private _trimTail(): void {
    // Some slack, so that not every output trims.
    if (this._tailBytes.text > 1.5 * TAIL_TEXT) {
      this._dropText(this._tailBytes.text - TAIL_TEXT);
    }
    if (this._tailBytes.rich > 1.5 * TAIL_RICH) {
      this._dropRich();
    }
  }

  private _dropRich(): void {
    this._tail = this._tail.filter(entry => {
      const goes =
        entry.kind === 'rich' &&
        entry.output.output_type !== 'error' &&
        this._tailBytes.rich > TAIL_RICH;
      if (goes) {
        this._tailBytes.rich -= entry.bytes;
        this._gone.outputs++;
        this._forget(entry);
      }
      return !goes;
    });
  }

  private _dropText(excess: number): void {
    while (excess > 0) {
      const index = this._tail.findIndex(entry => entry.kind === 'stream');
      const entry = this._tail[index] as StreamEntry;
      const dropped = entry.text.dropFront(excess);
      excess -= dropped.bytes;
      this._tailBytes.text -= dropped.bytes;
      this._gone.bytes += dropped.bytes;
      this._gone.lines += dropped.lines;
      if (entry.text.bytes === 0) {
        this._tail.splice(index, 1);
      } else if (dropped.bytes === 0) {
        return;
      }
    }
  }

  private _charge(bytes: number): void {
    this._pool.left -= bytes;
    this._headBytes += bytes;
  }

  private _register(entry: RichEntry): void {
    const id = displayId(entry);
    if (id !== undefined) {
      const entries = this._displays.get(id);
      if (entries) {
        entries.push(entry);
      } else {
        this._displays.set(id, [entry]);
      }
    }
  }

  private _forget(entry: RichEntry): void {
    const id = displayId(entry);
    const entries = id === undefined ? undefined : this._displays.get(id);
    if (id === undefined || !entries) {
      return;
    }
    // The oldest goes first, and is found first.
    entries.splice(entries.indexOf(entry), 1);
    if (entries.length === 0) {
      this._displays.delete(id);
    }
  }
}

function displayId({ output }: RichEntry): string | undefined {
  return output.output_type === 'display_data' ? output.transient?.display_id : undefined;
}

function openStream(entries: Entry[], name: StreamName): StreamEntry {
  const last = entries.at(-1);
  if (last?.kind === 'stream' && last.name === name) {
    return last;
  }
  const entry: StreamEntry = { kind: 'stream', name, text: new StreamText() };
  entries.push(entry);
  return entry;
}

function plain(entry: Entry, resumable: boolean): RankOutput {
  return entry.kind === 'rich'
    ? entry.output
    : {
        output_type: 'stream',
        name: entry.name,
        text: resumable ? entry.text.resumable() : entry.text.text()
      };
}

/** UTF-8 bytes of an output, roughly. */
export function sizeOf(output: RankOutput): number {
  return output.output_type === 'stream'
    ? Buffer.byteLength(output.text)
    : Buffer.byteLength(JSON.stringify(output));
}
