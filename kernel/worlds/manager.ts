import type { Socket } from 'node:net';
import { newToken } from './hello.js';
import { PMI_LINE_LIMIT, PmiServer, sharedMemoryFiles, spawnResult } from './pmi.js';
import type { ISpawnCommand } from './spawnCommand.js';
import { readLines } from './streams.js';

export interface IManagerOptions {
  size: number;
  /** Nodes on which MPI is to see the ranks. */
  nodes: number;
  /** Those of MPI_Publish_name, shared by the worlds of a kernel. */
  names: Map<string, string>;
  /** `MPI_Abort` was called; the process manager has to end the world. */
  onAbort: (rank: number, code: number) => void;
  /** `MPI_Comm_spawn` was called; resolves when its processes are there, or can not be. */
  onSpawn: (rank: number, command: ISpawnCommand) => Promise<boolean>;
  /** `MPI_Comm_spawn` was called and refused; why, for the user. */
  onSpawnRefused: (rank: number, why: string) => void;
  /** How this world was spawned itself; null: it was not. */
  origin: IOrigin | null;
  /** The rank is about to connect to those that have spawned it. */
  onConnect: (rank: number) => void;
  log: (message: string) => void;
}

/** What a world gets from those that have spawned it. */
export interface IOrigin {
  preputs: ReadonlyMap<string, string>;
  /** Which of the programs of `MPI_Comm_spawn_multiple` each rank runs. */
  programs: readonly number[];
}

/** The process manager of one world: the PMI state machine on the sockets of its ranks. */
export class ProcessManager {
  readonly #kvsname = `rankbook_${newToken()}`;
  readonly #server: PmiServer;
  readonly #sockets = new Map<number, Socket>();
  readonly #options: IManagerOptions;

  constructor(options: IManagerOptions) {
    const { size, nodes, names, origin } = options;
    this.#options = options;
    this.#server = new PmiServer({ size, kvsname: this.#kvsname, nodes, names, ...origin });
  }

  /** Files that ranks which are killed leave behind. */
  get litter(): string[] {
    return sharedMemoryFiles(this.#kvsname, this.#options.nodes);
  }

  serve(rank: number, socket: Socket, first: Buffer): void {
    this.#sockets.set(rank, socket);
    readLines(socket, first, PMI_LINE_LIMIT, {
      onLine: line => this.#onLine(rank, line),
      onFailure: error =>
        this.#options.log(`the PMI connection of rank ${rank} was closed: ${error.message}`)
    });
  }

  /** The rank is gone. */
  close(rank: number): void {
    this.#sockets.get(rank)?.destroy();
    this.#sockets.delete(rank);
  }

  #onLine(from: number, line: string): void {
    const { replies, abort, spawn, refused, connects } = this.#server.receive(from, line);
    for (const { rank, line: text } of replies) {
      this.#sockets.get(rank)?.write(`${text}\n`);
    }
    if (abort !== undefined) {
      this.#options.onAbort(from, abort);
    }
    if (connects) {
      this.#options.onConnect(from);
    }
    if (refused !== undefined) {
      this.#options.onSpawnRefused(from, refused);
    }
    if (spawn) {
      void this.#options
        .onSpawn(from, spawn)
        .then(started => this.#sockets.get(from)?.write(`${spawnResult(started)}\n`));
    }
  }
}
