import type { Socket } from 'node:net';
import { newToken } from './hello.js';
import { PMI_LINE_LIMIT, PmiServer, sharedMemoryFiles } from './pmi.js';
import { readLines } from './streams.js';

/** The process manager of one world: the PMI state machine on the sockets of its ranks. */
export class ProcessManager {
  readonly #kvsname = `rankbook_${newToken()}`;
  readonly #server: PmiServer;
  readonly #sockets = new Map<number, Socket>();
  readonly #onAbort: (rank: number, code: number) => void;

  /**
   * @param names those of MPI_Publish_name, shared by the worlds of a kernel.
   * @param onAbort `MPI_Abort` was called; the process manager has to end the world.
   */
  constructor(
    size: number,
    names: Map<string, string>,
    onAbort: (rank: number, code: number) => void
  ) {
    this.#server = new PmiServer({ size, kvsname: this.#kvsname, names });
    this.#onAbort = onAbort;
  }

  /** Files that ranks which are killed leave behind. */
  get litter(): string[] {
    return sharedMemoryFiles(this.#kvsname, 1);
  }

  serve(rank: number, socket: Socket, first: Buffer): void {
    this.#sockets.set(rank, socket);
    readLines(socket, first, PMI_LINE_LIMIT, line => this.#onLine(rank, line));
  }

  /** The rank is gone. */
  close(rank: number): void {
    this.#sockets.get(rank)?.destroy();
    this.#sockets.delete(rank);
  }

  #onLine(from: number, line: string): void {
    const { replies, abort } = this.#server.receive(from, line);
    for (const { rank, line: text } of replies) {
      this.#sockets.get(rank)?.write(`${text}\n`);
    }
    if (abort !== undefined) {
      this.#onAbort(from, abort);
    }
  }
}
