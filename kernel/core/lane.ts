/**
 * The execute requests of one subshell, in order. A cell for the delegate is passed on at
 * once while no cell of ours stands before it: the delegate then queues it itself, as it
 * would without us. A cell of ours starts when all that was passed on is over, and what comes
 * after it waits. Knows nothing of messages: `Cell` is whatever the caller queues.
 */
export interface ILanePort<Cell> {
  /** Asked when the cell is the next one, as the answer may hang on those before it. */
  isOurs(cell: Cell): boolean;
  /** Pass on to the delegate; call {@link Lane.settle} when it is over. */
  forward(cell: Cell): void;
  /** Carry out one of ours; it never rejects. */
  run(cell: Cell): Promise<void>;
  /** Answer as aborted. */
  abort(cell: Cell): void;
}

export class Lane<Cell> {
  readonly #port: ILanePort<Cell>;
  #queue: Cell[] = [];
  readonly #forwarded = new Set<Cell>();
  #running = false;

  constructor(port: ILanePort<Cell>) {
    this.#port = port;
  }

  get empty(): boolean {
    return !this.#running && this.#queue.length === 0 && this.#forwarded.size === 0;
  }

  push(cell: Cell): void {
    this.#queue.push(cell);
    this.#advance();
  }

  /** A cell passed on to the delegate is over. */
  settle(cell: Cell): void {
    if (this.#forwarded.delete(cell)) {
      this.#advance();
    }
  }

  /** The delegate died: none of those passed on will be settled. */
  forget(): void {
    this.#forwarded.clear();
    this.#advance();
  }

  /** A cell has failed: those that wait here are not to run. */
  abort(): void {
    this.#queue.splice(0).forEach(cell => this.#port.abort(cell));
  }

  #advance(): void {
    while (!this.#running) {
      const next = this.#queue[0];
      if (next === undefined) {
        return;
      }
      const ours = this.#port.isOurs(next);
      if (ours && this.#forwarded.size > 0) {
        return;
      }
      this.#queue.shift();
      if (ours) {
        void this.#run(next);
      } else {
        this.#forwarded.add(next);
        this.#port.forward(next);
      }
    }
  }

  async #run(cell: Cell): Promise<void> {
    this.#running = true;
    await this.#port.run(cell);
    this.#running = false;
    this.#advance();
  }
}
