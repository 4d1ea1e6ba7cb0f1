/**
 * The number of the next cell. IPython keeps it; we follow it from the replies, so that a
 * cell of ours need not ask before it starts.
 */
export class ExecutionCounter {
  #next = 1;

  get next(): number {
    return this.#next;
  }

  /** IPython has said that this is the next one. */
  set(next: number): void {
    this.#next = next;
  }

  /** Of an execute_reply of the delegate: the number of the cell just over. */
  onReply(executionCount: unknown): void {
    if (typeof executionCount === 'number') {
      this.#next = executionCount + 1;
    }
  }

  /** A cell of ours takes the next number. */
  take(): number {
    return this.#next++;
  }

  /** IPython has started anew. */
  reset(): void {
    this.#next = 1;
  }
}
