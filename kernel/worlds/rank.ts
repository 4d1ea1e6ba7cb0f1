import type { Socket } from 'node:net';
import type { IRankExit, StreamName } from '../../src/protocol/index.js';
import { OutputOrder, type IOrderedSink } from './order.js';

/**
 * Milliseconds after the end of a process for which its streams may stay open (a daemon that
 * it started may hold them) and its last messages may be on their way.
 */
const LAST_WORDS = { streams: 300, messages: 20 };

/** What the world keeps of one rank. */
export class Rank {
  readonly order: OutputOrder;
  pid: number | null = null;
  /** Its agent has said that cells may come. */
  ready = false;
  /** Its agent has said that it only has MPI to finalize before it ends. */
  leaving = false;
  /** We have asked for its end. */
  killed = false;
  /** How it ended, once all its text has been given. */
  exit: IRankExit | null = null;
  #ending = false;
  readonly #open = new Set<Socket>();
  readonly #opened = new Set<string>();
  #onDrained: (() => void) | null = null;

  constructor(mark: string, sink: IOrderedSink) {
    this.order = new OutputOrder(mark, sink);
  }

  /** False where this rank has had such a stream already. */
  claim(kind: string): boolean {
    const free = !this.#opened.has(kind) && this.exit === null;
    this.#opened.add(kind);
    return free;
  }

  /** Read text from a stream. */
  read(name: StreamName, socket: Socket, first: Buffer): void {
    this.#open.add(socket);
    socket.on('data', data => this.order.push(name, data));
    socket.once('close', () => {
      this.order.end(name);
      this.#open.delete(socket);
      if (this.#open.size === 0) {
        this.#onDrained?.();
      }
    });
    if (first.length) {
      this.order.push(name, first);
    }
  }

  /** The process is gone: resolves when all that it said has been given. */
  async end(): Promise<boolean> {
    if (this.#ending) {
      return false;
    }
    this.#ending = true;
    if (this.#open.size) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, LAST_WORDS.streams);
        this.#onDrained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await new Promise(resolve => setTimeout(resolve, LAST_WORDS.messages));
    this.#open.forEach(socket => socket.destroy());
    this.order.flush();
    return true;
  }
}
