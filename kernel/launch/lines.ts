/** Cuts a byte stream into lines, of which none may be longer than a limit. */
export class LineReader {
  readonly #limit: number;
  #rest: Buffer = Buffer.alloc(0);

  /** @param limit bytes of a line without its newline. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * The lines that are now complete, without their newlines.
   * @throws RangeError where a line is longer than the limit.
   */
  push(chunk: Buffer): string[] {
    const data = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
    const lines: string[] = [];
    let from = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
      this.#check(end - from);
      lines.push(data.toString('utf8', from, end));
      from = end + 1;
    }
    this.#rest = data.subarray(from);
    this.#check(this.#rest.length);
    return lines;
  }

  #check(length: number): void {
    if (length > this.#limit) {
      throw new RangeError(`a line is longer than ${this.#limit} bytes`);
    }
  }
}
