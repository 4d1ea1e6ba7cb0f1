import type { WorkReport } from '../../src/protocol/index.js';
import type { Changes } from './changes.js';

type Done = Extract<WorkReport, { type: 'done' }>;
type Recovered = Extract<WorkReport, { type: 'recovered' }>;

/** After a run with one of these ends its messages may still be under way. */
const UNCLEAN: ReadonlySet<Done['status']> = new Set(['error', 'interrupted', 'deadlock', 'abort']);

/** Has ranks made fit for another run where the last one left something behind. */
export class Recovery {
  readonly #changes: Changes;
  #needed = false;
  /** A rank was stopped in the midst of something, on whatever communicator. */
  #failed = false;
  /** Ranks that have not answered; null where no answer is awaited. */
  #awaited: Set<number> | null = null;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  onDone({ status }: Done): void {
    this.#failed ||= UNCLEAN.has(status);
    this.#needed ||= this.#failed;
  }

  /** COMM_WORLD needs it though every rank ended well. */
  require(): void {
    this.#needed = true;
  }

  /** What the user must know of the rank's recovery, one line each. */
  onRecovered(rank: number, { tainted }: Recovered): string[] {
    this.#awaited?.delete(rank);
    this.#changes.notify();
    return (this.#failed ? tainted : []).map(
      communicator =>
        `Messages of the cell that failed may still be in ${communicator}: ` +
        'make that communicator anew before you use it.'
    );
  }

  /** Resolves when all ranks have recovered, if they have to, or are `lost`. */
  async carryOut(
    ranks: Iterable<number>,
    ask: (rank: number) => void,
    lost: () => boolean,
    signal: AbortSignal
  ): Promise<void> {
    if (!this.#needed) {
      return;
    }
    const awaited = new Set(ranks);
    this.#awaited = awaited;
    awaited.forEach(ask);
    await this.#changes.until(() => awaited.size === 0 || lost(), signal);
    this.#awaited = null;
    this.#needed = this.#failed = false;
  }
}
