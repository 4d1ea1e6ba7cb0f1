import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Name of the socket in the kernel's directory. */
export const CALLBACK_SOCKET = 'callback';

/** A magic of ours that the delegate met within its own Python. */
export interface ICallHandle {
  /** Called when the user interrupts the cell, or its process ends. */
  onInterrupt: () => void;
  /** Let the Python of the cell go on. */
  answer(content: object): void;
}

/** Longest line that the delegate may send here, bytes: the requests are short. */
const MAX_LINE = 4096;

/**
 * Where the magics that live in the delegate wait for their runs: a Unix socket in the
 * kernel's private directory. A caller first proves itself with the token and names its
 * call (`{"token", "id"}`), reads `{}`, publishes `rankbook_call` on its IOPub, so that the
 * call comes after all output that precedes it, and waits here for the answer, one line.
 * One more connection, with an empty id, stays open for the life of the kernel: its end
 * tells the delegate that the kernel is gone.
 */
export class CallbackServer {
  readonly path: string;
  readonly token = randomBytes(32).toString('hex');
  readonly #server: Server;
  readonly #calls = new Map<string, ICallHandle>();
  readonly #sockets = new Set<Socket>();

  constructor(directory: string) {
    this.path = join(directory, CALLBACK_SOCKET);
    this.#server = createServer(socket => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.path, resolve);
    });
  }

  /** The connection that waits for this call. */
  call(id: string): ICallHandle | undefined {
    return this.#calls.get(id);
  }

  close(): void {
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
    let size = 0;
    socket.on('data', data => {
      size += data.length;
      if (size > MAX_LINE) {
        socket.destroy();
      }
    });
    const lines = createInterface({ input: socket });
    // It repeats those of the socket: a delegate that was killed resets the connection.
    lines.on('error', () => undefined);
    lines.once('line', line => {
      const id = this.#greet(line);
      if (id === null) {
        socket.destroy();
        return;
      }
      if (id) {
        this.#open(id, socket, lines);
      }
      socket.write('{}\n');
    });
  }

  /** The id of the call; null where the token is wrong. */
  #greet(line: string): string | null {
    try {
      const { token, id } = JSON.parse(line) as { token?: unknown; id?: unknown };
      const given = Buffer.from(String(token));
      const expected = Buffer.from(this.token);
      const right = given.length === expected.length && timingSafeEqual(given, expected);
      return right && typeof id === 'string' ? id : null;
    } catch {
      return null;
    }
  }

  #open(id: string, socket: Socket, lines: ReturnType<typeof createInterface>): void {
    const handle: ICallHandle = {
      onInterrupt: () => undefined,
      answer: content => socket.end(JSON.stringify(content) + '\n')
    };
    this.#calls.set(id, handle);
    lines.on('line', () => handle.onInterrupt());
    socket.once('close', () => {
      this.#calls.delete(id);
      handle.onInterrupt();
    });
  }
}
