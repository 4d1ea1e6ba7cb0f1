import { describe, expect, it } from 'vitest';
import { SendQueue, type IWritable } from '../../../../kernel/wire/socket.js';

/** A socket that sends when told, and complains where two sends overlap. */
class SlowSocket implements IWritable {
  closed = false;
  readonly sent: string[] = [];
  fail: Error | null = null;
  #release: (() => void) | null = null;

  async send(frames: unknown[]): Promise<void> {
    expect(this.#release).toBeNull();
    await new Promise<void>(resolve => (this.#release = resolve));
    this.#release = null;
    if (this.fail) {
      throw this.fail;
    }
    this.sent.push(frames.map(String).join('|'));
  }

  async step(): Promise<void> {
    this.#release?.();
    await new Promise(resolve => setImmediate(resolve));
  }
}

const frame = (text: string): Buffer[] => [Buffer.from(text)];

describe('SendQueue', () => {
  it('sends in order, one at a time, and counts the bytes that wait', async () => {
    const socket = new SlowSocket();
    const queue = new SendQueue(socket, () => undefined);
    ['a', 'bb', 'ccc'].forEach(text => queue.send(frame(text)));
    expect(queue.pendingBytes).toBe(6);
    await socket.step();
    expect(socket.sent).toEqual(['a']);
    expect(queue.pendingBytes).toBe(5);
    await socket.step();
    await socket.step();
    expect(socket.sent).toEqual(['a', 'bb', 'ccc']);
    expect(queue.pendingBytes).toBe(0);
  });

  it('holds everything back until it is resumed', async () => {
    const socket = new SlowSocket();
    const queue = new SendQueue(socket, () => undefined, true);
    queue.send(frame('a'));
    await socket.step();
    expect(socket.sent).toEqual([]);
    queue.resume();
    await socket.step();
    expect(socket.sent).toEqual(['a']);
  });

  it('lets a writer wait until little is pending', async () => {
    const socket = new SlowSocket();
    const queue = new SendQueue(socket, () => undefined);
    ['aaaa', 'bbbb'].forEach(text => queue.send(frame(text)));
    let through = false;
    void queue.below(4).then(() => (through = true));
    await Promise.resolve();
    expect(through).toBe(false);
    await socket.step();
    expect(through).toBe(true);
    await queue.below(4);
  });

  it('goes on after an error, and tells it', async () => {
    const socket = new SlowSocket();
    const errors: string[] = [];
    const queue = new SendQueue(socket, error => errors.push(error.message));
    queue.send(frame('a'));
    queue.send(frame('b'));
    socket.fail = new Error('no route');
    await socket.step();
    socket.fail = null;
    await socket.step();
    expect(errors).toEqual(['no route']);
    expect(socket.sent).toEqual(['b']);
  });

  it('forgets what it has sent, also when it never runs empty', async () => {
    const sent: string[] = [];
    const socket: IWritable = {
      closed: false,
      send: async frames => void sent.push((frames[0] as Buffer).toString())
    };
    const queue = new SendQueue(socket, () => undefined);
    const texts = Array.from({ length: 5000 }, (_, index) => `message ${index}`);
    texts.forEach(text => queue.send(frame(text)));
    await queue.below(0);
    expect(sent).toEqual(texts);
  });

  it('keeps nobody waiting when the socket is closed, paused or in mid-send', async () => {
    for (const paused of [true, false]) {
      const socket = new SlowSocket();
      const queue = new SendQueue(socket, () => undefined, paused);
      ['aaaa', 'bbbb'].forEach(text => queue.send(frame(text)));
      const through = queue.below(0);
      socket.closed = true;
      queue.drop();
      await through;
      await socket.step();
      queue.send(frame('cccc'));
      expect(queue.pendingBytes).toBe(0);
      await queue.below(0);
    }
  });
});
