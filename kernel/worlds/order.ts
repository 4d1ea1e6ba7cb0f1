import { StringDecoder } from 'node:string_decoder';
import type { DisplayFlag, StreamName } from '../../src/protocol/index.js';

/** Bytes of text held back for order's sake before order is given up. */
const HELD_LIMIT = 16 * 1024 * 1024;

/** A mark so far beyond the last one is none of ours: each epoch is counted through. */
const MAX_GAP = 1_000_000;

/** ESC: what a mark begins with. */
const ESC = 0x1b;

/** Receives the outputs of a rank in the program's order. */
export interface IOrderedSink {
  text(stream: StreamName, text: string, epoch: number): void;
  /** Both streams have reached this epoch: all earlier text has been given. */
  epoch(epoch: number): void;
}

/**
 * Joins the two streams of a rank and its displays into the program's order, by the marks
 * within the streams (see `src/protocol/frames.ts`). Pure: chunks in, calls out.
 *
 * Text of epoch e is given once both streams have reached e; text of a later one waits. A
 * display waits until its epoch is reached, and the text behind it waits for the display.
 */
export class OutputOrder {
  readonly #sink: IOrderedSink;
  readonly #streams: { [name in StreamName]: MarkedStream };
  /** Epochs whose mark announced a display that has not come, and by which way it will. */
  readonly #announced = new Map<number, DisplayFlag>();
  readonly #frames = new Map<number, (() => void)[]>();
  /** Epoch whose text is being given. */
  #epoch = 0;
  #last = 0;
  #final = false;

  constructor(mark: string, sink: IOrderedSink) {
    this.#sink = sink;
    this.#streams = { stdout: new MarkedStream(mark), stderr: new MarkedStream(mark) };
  }

  /** Bytes of a stream have come. */
  push(name: StreamName, chunk: Buffer): void {
    const stream = this.#streams[name];
    stream.push(
      chunk,
      text => this.#take(name, stream, text),
      (epoch, display) => this.#mark(stream, epoch, display)
    );
    if (stream.heldBytes > HELD_LIMIT) {
      this.#giveUp(stream.epoch);
    }
  }

  /** A stream has ended: what it lacks will not come. */
  end(name: StreamName): void {
    const stream = this.#streams[name];
    const rest = stream.end();
    if (rest) {
      this.#take(name, stream, rest);
    }
    stream.ended = true;
    this.#advance();
  }

  /** A display of this epoch is here: `give` it in its place. */
  display(epoch: number, give: () => void): void {
    this.#frame(epoch, give);
  }

  /**
   * The cell's end is here. Displays announced to come before it by the same way that have
   * not come were lost when the rank was interrupted in the midst of sending them.
   */
  done(epoch: number, give: () => void): void {
    for (const [earlier, flag] of this.#announced) {
      if (earlier < epoch && flag === 'd' && !this.#frames.has(earlier)) {
        this.#announced.delete(earlier);
      }
    }
    this.#frame(epoch, give);
  }

  /** Nothing more will come: give all that is held. */
  flush(): void {
    this.#final = true;
    this.end('stdout');
    this.end('stderr');
    for (const epoch of [...this.#frames.keys()].sort((a, b) => a - b)) {
      this.#giveFrames(epoch);
    }
  }

  #frame(epoch: number, give: () => void): void {
    const waiting = this.#frames.get(epoch);
    if (waiting) {
      waiting.push(give);
    } else {
      this.#frames.set(epoch, [give]);
    }
    if (epoch <= this.#epoch) {
      this.#giveFrames(epoch);
    } else {
      this.#advance();
    }
  }

  #take(name: StreamName, stream: MarkedStream, text: string): void {
    if (stream.epoch <= this.#epoch) {
      this.#sink.text(name, text, this.#epoch);
    } else {
      stream.hold(text);
    }
  }

  #mark(stream: MarkedStream, epoch: number, display: DisplayFlag | null): void {
    if (epoch > this.#last + MAX_GAP) {
      return;
    }
    stream.epoch = Math.max(stream.epoch, epoch);
    this.#last = Math.max(this.#last, epoch);
    if (display && epoch > this.#epoch) {
      this.#announced.set(epoch, display);
    }
    this.#advance();
  }

  #advance(): void {
    const { stdout, stderr } = this.#streams;
    for (;;) {
      const next = this.#epoch + 1;
      if (next > Math.min(this.#last, stdout.reached, stderr.reached)) {
        return;
      }
      if (this.#announced.has(next) && !this.#frames.has(next) && !this.#final) {
        return;
      }
      this.#announced.delete(next);
      this.#epoch = next;
      this.#sink.epoch(next);
      this.#giveFrames(next);
      for (const name of ['stdout', 'stderr'] as const) {
        const text = this.#streams[name].release(next);
        if (text) {
          this.#sink.text(name, text, next);
        }
      }
    }
  }

  /** Marks were lost, e.g. because C code has closed a stream: go on without them. */
  #giveUp(epoch: number): void {
    const { stdout, stderr } = this.#streams;
    this.#announced.clear();
    stdout.epoch = Math.max(stdout.epoch, epoch);
    stderr.epoch = Math.max(stderr.epoch, epoch);
    this.#advance();
  }

  #giveFrames(epoch: number): void {
    const frames = this.#frames.get(epoch);
    this.#frames.delete(epoch);
    frames?.forEach(give => give());
  }
}

/** One stream: decodes UTF-8 and cuts the marks out, wherever chunks end. */
class MarkedStream {
  /** Epoch of the bytes that come now. */
  epoch = 0;
  ended = false;
  heldBytes = 0;
  readonly #prefix: Buffer;
  readonly #decoder = new StringDecoder('utf8');
  /** Begin of what may be a mark. */
  #rest: Buffer | null = null;
  #held: { epoch: number; parts: string[] }[] = [];

  constructor(mark: string) {
    this.#prefix = Buffer.from(`\x1b]777;rankbook;${mark};`);
  }

  get reached(): number {
    return this.ended ? Infinity : this.epoch;
  }

  push(
    chunk: Buffer,
    onText: (text: string) => void,
    onMark: (epoch: number, display: DisplayFlag | null) => void
  ): void {
    let data = chunk;
    if (this.#rest) {
      data = Buffer.concat([this.#rest, chunk]);
      this.#rest = null;
    }
    let from = 0;
    for (;;) {
      const start = data.indexOf(this.#prefix, from);
      const end = start < 0 ? -1 : data.indexOf(7, start);
      if (end < 0) {
        break;
      }
      this.#text(data.subarray(from, start), onText);
      const [epoch, flag] = data.toString('latin1', start + this.#prefix.length, end).split(';');
      onMark(Number(epoch) || 0, flag === 'd' || flag === 'c' ? flag : null);
      from = end + 1;
    }
    const cut = this.#possibleMark(data, from);
    this.#text(data.subarray(from, cut), onText);
    if (cut < data.length) {
      // A copy: the rest must not keep the whole chunk alive.
      this.#rest = Buffer.from(data.subarray(cut));
    }
  }

  /** The text that is left at the end of the stream. */
  end(): string {
    const rest = this.#rest ? this.#decoder.write(this.#rest) : '';
    this.#rest = null;
    return rest + this.#decoder.end();
  }

  hold(text: string): void {
    this.heldBytes += text.length;
    const last = this.#held.at(-1);
    if (last?.epoch === this.epoch) {
      last.parts.push(text);
    } else {
      this.#held.push({ epoch: this.epoch, parts: [text] });
    }
  }

  /** Take the held text of this epoch. */
  release(epoch: number): string {
    if (this.#held[0]?.epoch !== epoch) {
      return '';
    }
    const text = this.#held.shift()?.parts.join('') ?? '';
    this.heldBytes -= text.length;
    return text;
  }

  #text(bytes: Buffer, onText: (text: string) => void): void {
    if (bytes.length) {
      const text = this.#decoder.write(bytes);
      if (text) {
        onText(text);
      }
    }
  }

  /** Where an unfinished mark begins at the end of the data, else the data's length. */
  #possibleMark(data: Buffer, from: number): number {
    const window = Math.max(from, data.length - this.#prefix.length - 24);
    for (let at = data.indexOf(ESC, window); at >= 0; at = data.indexOf(ESC, at + 1)) {
      const length = Math.min(this.#prefix.length, data.length - at);
      if (data.compare(this.#prefix, 0, length, at, at + length) === 0) {
        return at;
      }
    }
    return data.length;
  }
}
