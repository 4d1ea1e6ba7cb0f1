import { describe, expect, it } from 'vitest';
import { OutputOrder } from '../../../../kernel/worlds/order.js';
import { epochMark, type DisplayFlag, type StreamName } from '../../../../src/protocol/index.js';

const MARK = 'secret';

/** Records what comes out, in order. */
class Sink {
  readonly events: string[] = [];
  text(stream: StreamName, text: string, epoch: number): void {
    this.events.push(`${stream} ${epoch} ${text}`);
  }
  epoch(epoch: number): void {
    this.events.push(`epoch ${epoch}`);
  }
  give(name: string): () => void {
    return () => this.events.push(name);
  }
}

function make(): { order: OutputOrder; sink: Sink } {
  const sink = new Sink();
  return { order: new OutputOrder(MARK, sink), sink };
}

const mark = (epoch: number, display?: DisplayFlag): string => epochMark(MARK, epoch, display);
const bytes = (text: string): Buffer => Buffer.from(text);

describe('OutputOrder', () => {
  it('gives text at once and cuts marks out', () => {
    const { order, sink } = make();
    order.push('stdout', bytes('a\n'));
    order.push('stderr', bytes(mark(1)));
    order.push('stdout', bytes(`${mark(1)}b`));
    expect(sink.events).toEqual(['stdout 0 a\n', 'epoch 1', 'stdout 1 b']);
  });

  it('orders the two streams by their marks, whichever comes first', () => {
    const program = (stdoutFirst: boolean): string[] => {
      const { order, sink } = make();
      const stdout = bytes(`out 0${mark(1)}${mark(2)}out 2${mark(3)}`);
      const stderr = bytes(`${mark(1)}err 1${mark(2)}${mark(3)}err 3`);
      if (stdoutFirst) {
        order.push('stdout', stdout);
        order.push('stderr', stderr);
      } else {
        order.push('stderr', stderr);
        order.push('stdout', stdout);
      }
      return sink.events;
    };
    const expected = [
      'stdout 0 out 0',
      'epoch 1',
      'stderr 1 err 1',
      'epoch 2',
      'stdout 2 out 2',
      'epoch 3',
      'stderr 3 err 3'
    ];
    expect(program(true)).toEqual(expected);
    expect(program(false)).toEqual(expected);
  });

  it('finds marks and characters wherever chunks end', () => {
    const text = `ä€😀\x1b[31mred\x1b[0m${mark(1)}\x1b]0;title\x07ü${mark(2)}end`;
    const all = bytes(text);
    for (const size of [1, 2, 3, 5, 7, 13, all.length]) {
      const { order, sink } = make();
      order.push('stderr', bytes(mark(1) + mark(2)));
      for (let at = 0; at < all.length; at += size) {
        order.push('stdout', all.subarray(at, at + size));
      }
      order.flush();
      const joined = (epoch: number): string =>
        sink.events
          .filter(event => event.startsWith(`stdout ${epoch} `))
          .map(event => event.slice(9))
          .join('');
      expect(joined(0)).toBe('ä€😀\x1b[31mred\x1b[0m');
      expect(joined(1)).toBe('\x1b]0;title\x07ü');
      expect(joined(2)).toBe('end');
    }
  });

  it('leaves marks with another token alone', () => {
    const { order, sink } = make();
    order.push('stdout', bytes(`${epochMark('other', 5)}x`));
    expect(sink.events).toEqual([`stdout 0 ${epochMark('other', 5)}x`]);
  });

  it('replaces invalid bytes, and the half of a character at the end', () => {
    const { order, sink } = make();
    order.push('stdout', Buffer.from([0xff, 0x61]));
    order.push('stdout', Buffer.from([0xe2, 0x82]));
    order.end('stdout');
    expect(sink.events).toEqual(['stdout 0 \ufffda', 'stdout 0 \ufffd']);
  });

  it('waits at the mark of a display for its frame', () => {
    const { order, sink } = make();
    order.push('stdout', bytes(`before${mark(1, 'd')}${mark(2)}after`));
    order.push('stderr', bytes(`${mark(1, 'd')}${mark(2)}`));
    expect(sink.events).toEqual(['stdout 0 before']);
    order.display(1, sink.give('display'));
    expect(sink.events).toEqual([
      'stdout 0 before',
      'epoch 1',
      'display',
      'epoch 2',
      'stdout 2 after'
    ]);
  });

  it('keeps a frame that comes before its mark', () => {
    const { order, sink } = make();
    order.display(1, sink.give('display'));
    order.done(2, sink.give('done'));
    expect(sink.events).toEqual([]);
    order.push('stdout', bytes(`before${mark(1, 'd')}${mark(2)}`));
    order.push('stderr', bytes(`${mark(1, 'd')}`));
    order.push('stderr', bytes(`${mark(2)}`));
    expect(sink.events).toEqual(['stdout 0 before', 'epoch 1', 'display', 'epoch 2', 'done']);
  });

  it('does not wait for a display that the end of the cell shows to be lost', () => {
    const { order, sink } = make();
    for (const stream of ['stdout', 'stderr'] as const) {
      order.push(stream, bytes(`${mark(1, 'd')}${mark(2)}`));
    }
    order.done(2, sink.give('done'));
    expect(sink.events).toEqual(['epoch 1', 'epoch 2', 'done']);
  });

  it('waits for a display that comes by another way than the end of the cell', () => {
    const { order, sink } = make();
    for (const stream of ['stdout', 'stderr'] as const) {
      order.push(stream, bytes(`${mark(1, 'c')}${mark(2)}`));
    }
    order.done(2, sink.give('done'));
    expect(sink.events).toEqual([]);
    order.display(1, sink.give('display'));
    expect(sink.events).toEqual(['epoch 1', 'display', 'epoch 2', 'done']);
  });

  it('goes on with one stream where the other has ended', () => {
    const { order, sink } = make();
    order.end('stderr');
    order.push('stdout', bytes(`a${mark(1)}b`));
    expect(sink.events).toEqual(['stdout 0 a', 'epoch 1', 'stdout 1 b']);
  });

  it('gives everything when the rank has died', () => {
    const { order, sink } = make();
    order.push('stdout', bytes(`a${mark(1, 'd')}${mark(2)}b\x1b]777;rank`));
    order.display(3, sink.give('late display'));
    order.flush();
    expect(sink.events).toEqual([
      'stdout 0 a',
      'epoch 1',
      'epoch 2',
      'stdout 2 b\x1b]777;rank',
      'late display'
    ]);
  });

  it('gives up order rather than memory', () => {
    const { order, sink } = make();
    order.push('stdout', bytes(mark(1)));
    const chunk = Buffer.alloc(1 << 20, 'x');
    for (let i = 0; i < 17; i++) {
      order.push('stdout', chunk);
    }
    const given = sink.events.filter(event => event.startsWith('stdout 1'));
    expect(given.reduce((sum, event) => sum + event.length - 9, 0)).toBe(17 << 20);
  });

  it('does not count through epochs that no rank can have reached', () => {
    const { order, sink } = make();
    order.end('stderr');
    order.push('stdout', bytes(`a${mark(Number.MAX_SAFE_INTEGER)}${mark(1)}b`));
    expect(sink.events).toEqual(['stdout 0 a', 'epoch 1', 'stdout 1 b']);
  });
});
