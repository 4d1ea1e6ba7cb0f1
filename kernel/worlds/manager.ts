import type { Socket } from 'node:net';
import { newToken } from './hello.js';
import { PMI_LINE_LIMIT, PmiServer, sharedMemoryFiles } from './pmi.js';
import { readLines } from './streams.js';

export interface IManagerOptions {
  size: number;
  /** Nodes on which MPI is to see the ranks. */
  nodes: number;
  /** Those of MPI_Publish_name, shared by the worlds of a kernel. */
  names: Map<string, string>;
  /** `MPI_Abort` was called; the process manager has to end the world. */
  onAbort: (rank: number, code: number) => void;
}

/** The process manager of one world: the PMI state machine on the sockets of its ranks. */
export class ProcessManager {
  readonly #kvsname = `rankbook_${newToken()}`;
  readonly #server: PmiServer;
  readonly #sockets = new Map<number, Socket>();
  readonly #options: IManagerOptions;

  constructor(options: IManagerOptions) {
    const { size, nodes, names } = options;
    this.#options = options;
    this.#server = new PmiServer({ size, kvsname: this.#kvsname, nodes, names });
  }

  /** Files that ranks which are killed leave behind. */
  get litter(): string[] {
    return sharedMemoryFiles(this.#kvsname, this.#options.nodes);
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
      this.#options.onAbort(from, abort);
    }
  }
}
