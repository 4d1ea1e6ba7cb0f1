import { createServer, type Server, type Socket } from 'node:net';
import { LineReader } from '../launch/lines.js';
import { HELLO_LIMIT, parseHello, sameToken, type IStreamHello } from './hello.js';

/** Connections that have not said who they are; beyond it new ones are closed. */
const MAX_STRANGERS = 512;

/** Milliseconds for the hello line. */
const HELLO_TIMEOUT = 10_000;

/** A world that expects streams of its ranks. */
export interface IStreamOwner {
  readonly token: string;
  readonly size: number;
  /** A rank has opened a stream; `first` are the bytes behind its hello line. */
  onStream(hello: IStreamHello, socket: Socket, first: Buffer): void;
}

/** The Unix socket to which ranks connect for text and PMI. */
export class StreamListener {
  readonly #server: Server;
  readonly #owners = new Map<string, IStreamOwner>();
  readonly #open = new Set<Socket>();
  #strangers = 0;

  constructor() {
    this.#server = createServer(socket => this.#onConnection(socket));
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ path, backlog: MAX_STRANGERS }, resolve);
    });
  }

  add(world: string, owner: IStreamOwner): void {
    this.#owners.set(world, owner);
  }

  remove(world: string): void {
    this.#owners.delete(world);
  }

  close(): Promise<void> {
    this.#open.forEach(socket => socket.destroy());
    return new Promise(resolve => this.#server.close(() => resolve()));
  }

  #onConnection(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    if (this.#strangers >= MAX_STRANGERS) {
      socket.destroy();
      return;
    }
    this.#strangers++;
    const known = (): void => {
      this.#strangers--;
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('close', known);
    };
    const timer = setTimeout(() => socket.destroy(), HELLO_TIMEOUT);
    let received: Buffer = Buffer.alloc(0);
    const onData = (data: Buffer): void => {
      received = received.length ? Buffer.concat([received, data]) : data;
      const end = received.indexOf(10);
      if (end < 0 && received.length <= HELLO_LIMIT) {
        return;
      }
      known();
      const hello = end < 0 ? null : parseHello(received.toString('latin1', 0, end));
      const owner = hello && this.#owners.get(hello.world);
      if (!hello || !owner || !sameToken(hello.token, owner.token) || hello.rank >= owner.size) {
        socket.destroy();
        return;
      }
      owner.onStream(hello, socket, received.subarray(end + 1));
    };
    socket.on('data', onData);
    socket.once('close', known);
  }
}

export interface ILineTaker {
  onLine: (line: string) => void;
  /** A line was too long, or `onLine` has thrown: the stream has been ended. */
  onFailure: (error: Error) => void;
}

/** Read lines from a stream, each of `limit` bytes at most. */
export function readLines(
  socket: Socket,
  first: Buffer,
  limit: number,
  { onLine, onFailure }: ILineTaker
): void {
  const reader = new LineReader(limit);
  const push = (data: Buffer): void => {
    try {
      reader.push(data).forEach(onLine);
    } catch (error) {
      socket.destroy();
      onFailure(error as Error);
    }
  };
  socket.on('data', push);
  if (first.length) {
    push(first);
  }
}
