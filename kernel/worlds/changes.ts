/** Waits for conditions that something else brings about and tells of. */
export class Changes {
  #waiting: (() => void)[] = [];

  /** Something has changed: whoever waits looks again. */
  notify(): void {
    this.#waiting.splice(0).forEach(resolve => resolve());
  }

  /** Resolves once `done` holds; rejects when the signal aborts before. */
  async until(done: () => boolean, signal: AbortSignal): Promise<void> {
    while (!done()) {
      await this.#next(signal);
    }
  }

  /** As `until`, but gives up after some milliseconds. */
  async within(done: () => boolean, milliseconds: number): Promise<void> {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      await this.until(done, signal);
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }
}
