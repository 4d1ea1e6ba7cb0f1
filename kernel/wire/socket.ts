import type { MessageLike } from 'zeromq';
import type { Frames } from './message.js';

/** The part of a zeromq.js socket that a {@link SendQueue} needs. */
export interface IWritable {
  send(frames: MessageLike[]): Promise<void>;
  readonly closed: boolean;
}

/**
 * Sends on one socket, in order, one at a time (zeromq.js throws EBUSY otherwise), and
 * accounts for what waits. Starts paused where told so, to hold messages back until the
 * other side is known to listen.
 */
export class SendQueue {
  readonly #socket: IWritable;
  readonly #onError: (error: Error) => void;
  #waiting: Frames[] = [];
  #next = 0;
  #bytes = 0;
  #paused: boolean;
  #sending = false;
  #drained: (() => void)[] = [];

  constructor(socket: IWritable, onError: (error: Error) => void, paused = false) {
    this.#socket = socket;
    this.#onError = onError;
    this.#paused = paused;
  }

  /** Bytes that wait here, not those that libzmq holds. */
  get pendingBytes(): number {
    return this.#bytes;
  }

  /** Once the socket is closed, what is sent is lost. */
  send(frames: Frames): void {
    if (this.#socket.closed) {
      return;
    }
    this.#waiting.push(frames);
    this.#bytes += sizeOf(frames);
    this.#start();
  }

  resume(): void {
    this.#paused = false;
    this.#start();
  }

  /** The socket has been closed: what waits is lost, and nobody has to wait for it. */
  drop(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#bytes = 0;
    this.#tellDrained();
  }

  /**
   * Resolves when no more than `bytes` wait: for back-pressure on whoever fills the queue.
   * After {@link drop} too.
   */
  async below(bytes: number): Promise<void> {
    while (this.#bytes > bytes) {
      await new Promise<void>(resolve => this.#drained.push(resolve));
    }
  }

  #start(): void {
    if (!this.#sending && !this.#paused) {
      this.#sending = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    while (this.#next < this.#waiting.length && !this.#socket.closed) {
      const frames = this.#waiting[this.#next++];
      try {
        await this.#socket.send(frames);
      } catch (error) {
        if (!this.#socket.closed) {
          this.#onError(error as Error);
        }
      }
      if (this.#socket.closed) {
        break;
      }
      this.#bytes -= sizeOf(frames);
      if (this.#next > 1024 || this.#next === this.#waiting.length) {
        this.#waiting.splice(0, this.#next);
        this.#next = 0;
      }
      this.#tellDrained();
    }
    this.#sending = false;
    if (this.#socket.closed) {
      this.drop();
    }
  }

  #tellDrained(): void {
    if (this.#drained.length) {
      this.#drained.splice(0).forEach(resolve => resolve());
    }
  }
}

function sizeOf(frames: Frames): number {
  let size = 0;
  for (const frame of frames) {
    size += frame.length;
  }
  return size;
}
