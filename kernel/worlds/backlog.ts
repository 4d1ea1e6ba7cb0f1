import type { StreamName } from '../../src/protocol/index.js';

/** Characters of one rank's text that are kept while nobody listens. */
const LIMIT = 256 * 1024;

interface IPiece {
  stream: StreamName;
  text: string;
  epoch: number;
}

/** Text that came while nobody listened: the latest, up to a limit. */
export class Backlog {
  #pieces: IPiece[] = [];
  #length = 0;

  add(stream: StreamName, text: string, epoch: number): void {
    const kept = text.slice(-LIMIT);
    this.#pieces.push({ stream, text: kept, epoch });
    this.#length += kept.length;
    while (this.#length > LIMIT && this.#pieces.length > 1) {
      this.#length -= this.#pieces.shift()?.text.length ?? 0;
    }
  }

  /** Take all of it. */
  take(): IPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    return pieces;
  }
}
