import type { IRankExit, StreamName } from '../../src/protocol/index.js';
import { Backlog } from './backlog.js';
import type { IWorldListener } from './world.js';

/** Brings what ranks say to the listener of their world, or keeps it until there is one. */
export class Delivery {
  readonly #backlogs: readonly Backlog[];
  /** Ends that there was no listener for. */
  readonly #untold = new Map<number, IRankExit>();
  #listener: IWorldListener | null = null;

  constructor(size: number) {
    this.#backlogs = Array.from({ length: size }, () => new Backlog());
  }

  get listener(): IWorldListener | null {
    return this.#listener;
  }

  set listener(listener: IWorldListener | null) {
    this.#listener = listener;
    if (listener) {
      this.#backlogs.forEach((backlog, rank) => {
        for (const { stream, text, epoch } of backlog.take()) {
          listener.onText(rank, stream, text, epoch);
        }
      });
      this.#untold.forEach((exit, rank) => listener.onExit(rank, exit));
      this.#untold.clear();
    }
  }

  text(rank: number, stream: StreamName, text: string, epoch: number): void {
    if (this.#listener) {
      this.#listener.onText(rank, stream, text, epoch);
    } else {
      this.#backlogs[rank]?.add(stream, text, epoch);
    }
  }

  /** Take what was kept, rank by rank. */
  take(): { rank: number; stream: StreamName; text: string }[] {
    return this.#backlogs.flatMap((backlog, rank) =>
      backlog.take().map(({ stream, text }) => ({ rank, stream, text }))
    );
  }

  exit(rank: number, exit: IRankExit): void {
    if (this.#listener) {
      this.#listener.onExit(rank, exit);
    } else {
      this.#untold.set(rank, exit);
    }
  }
}
