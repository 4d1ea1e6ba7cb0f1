import type { Roster } from './roster.js';
import type { ISpawnCommand } from './spawnCommand.js';
import type { IWorld, IWorldListener } from './world.js';

/** The world of a spawn command. */
export interface ISpawnedWorld extends Pick<IWorld, 'size' | 'state' | 'listener' | 'stop'> {
  readonly roster: Roster;
  /** Its processes that live, and those that these have spawned. */
  readonly processes: number;
  /** Resolves when its processes have been started. */
  start(signal: AbortSignal): Promise<void>;
  /** Resolves when all have come to connect to those that have spawned them; false: one ended. */
  connected(): Promise<boolean>;
}

/** Processes started by one `MPI_Comm_spawn`. */
interface IFamily {
  world: ISpawnedWorld;
  /** The number of its rank 0 in the world of the rank that has spawned it. */
  first: number;
  /** Of each rank: `0.1` is the second process that rank 0 has spawned. */
  labels: string[];
  /** All are in MPI_Init or beyond it. */
  connected: boolean;
  /** Ranks that the listener of now knows of. */
  announced: Set<number>;
}

export interface IChildrenOptions {
  /** Ranks of the world; those of its children are numbered from here on. */
  size: number;
  /**
   * Make the world of a spawn command, not started yet.
   * @throws Error with a message for the user, where it may not be.
   */
  make: (by: number, command: ISpawnCommand) => ISpawnedWorld;
}

/**
 * The worlds that ranks of a world have started by `MPI_Comm_spawn`. What their processes say
 * goes to the listener of that world, under numbers above its own ranks; they end with it.
 */
export class Children {
  readonly #options: IChildrenOptions;
  readonly #families = new Set<IFamily>();
  readonly #counts = new Map<number, number>();
  #listener: IWorldListener | null = null;
  #next: number;
  #ended = false;

  constructor(options: IChildrenOptions) {
    this.#options = options;
    this.#next = options.size;
  }

  /** Processes that live, children of children included. */
  get processes(): number {
    return [...this.#families].reduce((sum, { world }) => sum + world.processes, 0);
  }

  set listener(listener: IWorldListener | null) {
    this.#listener = listener;
    this.#countAnew();
    for (const family of this.#families) {
      family.announced.clear();
      family.world.listener = listener && this.#forward(family);
      this.#forgetIfGone(family);
    }
  }

  /** Carry out a spawn command of rank `by`. False where it has failed; the user is told why. */
  async spawn(by: number, command: ISpawnCommand): Promise<boolean> {
    let family: IFamily | null = null;
    try {
      if (this.#ended) {
        throw new Error('its world is being stopped');
      }
      family = this.#add(by, this.#options.make(by, command));
      await family.world.start(new AbortController().signal);
      family.connected = await family.world.connected();
      if (!family.connected) {
        throw new Error(`process ${this.#firstEnd(family)}`);
      }
      return true;
    } catch (error) {
      this.#listener?.onSpawnRefused?.(by, (error as Error).message);
      await family?.world.stop();
      return false;
    }
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await Promise.all([...this.#families].map(({ world }) => world.stop()));
  }

  #add(by: number, world: ISpawnedWorld): IFamily {
    const count = this.#counts.get(by) ?? 0;
    this.#counts.set(by, count + world.size);
    const family: IFamily = {
      world,
      first: this.#next,
      labels: Array.from({ length: world.size }, (_, i) => `${by}.${count + i}`),
      connected: false,
      announced: new Set()
    };
    this.#next += world.size;
    this.#families.add(family);
    if (this.#listener) {
      family.labels.forEach((_, rank) => this.#announce(family, rank, null));
      world.listener = this.#forward(family);
    }
    return family;
  }

  /** A rank of a child world beyond its size is a child of that one. */
  #announce(family: IFamily, rank: number, below: string | null): void {
    if (family.announced.has(rank)) {
      return;
    }
    family.announced.add(rank);
    const label = family.labels[rank] ?? below;
    if (label !== null) {
      this.#listener?.onSpawn?.(this.#number(family, rank), label);
    }
  }

  /** Children of children have numbers of their own, given when they are first spoken of. */
  readonly #below = new Map<IFamily, Map<number, number>>();

  #number(family: IFamily, rank: number): number {
    if (rank < family.world.size) {
      return family.first + rank;
    }
    const numbers = this.#below.get(family) ?? new Map<number, number>();
    this.#below.set(family, numbers);
    const number = numbers.get(rank) ?? this.#next++;
    numbers.set(rank, number);
    return number;
  }

  #forward(family: IFamily): IWorldListener {
    return {
      onWork() {},
      onControl() {},
      onEpoch() {},
      onAbort() {},
      onText: (rank, stream, text, epoch) => {
        this.#announce(family, rank, null);
        this.#listener?.onText(this.#number(family, rank), stream, text, epoch);
      },
      onExit: (rank, exit) => {
        const failed = exit.code !== 0 && !family.world.roster.ranks[rank]?.killed;
        this.#onEnd(family, rank, exit, failed && family.connected);
        this.#forgetIfGone(family);
      },
      onSpawn: (rank, label) => {
        const [parent = '', ...rest] = label.split('.');
        this.#announce(family, rank, [family.labels[Number(parent)], ...rest].join('.'));
      },
      onSpawnEnd: (rank, exit, failed) => this.#onEnd(family, rank, exit, failed),
      onSpawnRefused: (rank, why) =>
        this.#listener?.onSpawnRefused?.(this.#number(family, rank), why)
    };
  }

  #onEnd(
    family: IFamily,
    rank: number,
    exit: Parameters<IWorldListener['onExit']>[1],
    failed: boolean
  ): void {
    // One of an earlier cell that goes quietly is no news.
    if (failed || family.announced.has(rank)) {
      this.#announce(family, rank, null);
      this.#listener?.onSpawnEnd?.(this.#number(family, rank), exit, failed);
    }
  }

  /** Labels begin at 0 again for a rank of which no child is left. */
  #countAnew(): void {
    for (const by of this.#counts.keys()) {
      const living = [...this.#families].some(
        ({ labels, world }) => world.processes > 0 && labels[0]?.startsWith(`${by}.`)
      );
      if (!living) {
        this.#counts.delete(by);
      }
    }
  }

  #forgetIfGone(family: IFamily): void {
    if (family.world.state === 'gone' && family.world.processes === 0 && this.#listener) {
      this.#families.delete(family);
      this.#below.delete(family);
    }
  }

  #firstEnd({ world, labels }: IFamily): string {
    const { rank, exit } = world.roster.firstEnd ?? { rank: 0, exit: { cause: 'was stopped' } };
    return `${labels[rank]} ${exit.cause.replace(/^process /, '')} before it had called MPI_Init`;
  }
}
