/** Above this a line is no progress bar: `\r` then starts it anew instead of overwriting it. */
const OVERWRITE_LIMIT = 1024;

// Carriage return, backspace, erase in line, or the end of a line.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\r\b\n]|\x1b\[[0-2]?K/g;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const NEEDS_CARE = /[\r\b]|\x1b\[[0-2]?K/;

/**
 * Text of one stream as a terminal would leave it: `\r` and `\b` overwrite, erase
 * sequences erase, so that a progress bar takes the room of one line however often it is
 * redrawn. Finished lines are kept in chunks and joined late.
 */
export class StreamText {
  private _chunks: string[] = [];
  private _first = 0;
  private _line = '';
  private _cursor = 0;
  /** The open line has been counted as an item. */
  private _begun = false;
  private _doneBytes = 0;
  private _lineBytes = 0;

  /** UTF-8 bytes kept. */
  get bytes(): number {
    return this._doneBytes + this._lineBytes;
  }

  /** Add text; the number of lines that it began. */
  append(text: string): number {
    if (this._cursor === this._line.length && !NEEDS_CARE.test(text)) {
      return this._appendPlain(text);
    }
    let begun = 0;
    let at = 0;
    CONTROL.lastIndex = 0;
    for (let match = CONTROL.exec(text); match; match = CONTROL.exec(text)) {
      begun += this._write(text.slice(at, match.index));
      at = CONTROL.lastIndex;
      begun += this._control(match[0]);
    }
    return begun + this._write(text.slice(at));
  }

  /** The text as it stands. */
  text(): string {
    if (this._chunks.length - this._first > 1) {
      this._chunks = [this._chunks.slice(this._first).join('')];
      this._first = 0;
    }
    return (this._chunks[this._first] ?? '') + this._line;
  }

  /** Like {@link text}, with what brings a reader's cursor to where ours is. */
  resumable(): string {
    return this._cursor === this._line.length
      ? this.text()
      : `${this.text()}\r${this._line.slice(0, this._cursor)}`;
  }

  /** Drop at least `bytes` from the front, up to whole lines; what was dropped. */
  dropFront(bytes: number): { bytes: number; lines: number } {
    const dropped = { bytes: 0, lines: 0 };
    while (dropped.bytes < bytes && this._first < this._chunks.length) {
      const chunk = this._chunks[this._first];
      const cut = cutAfter(chunk, bytes - dropped.bytes);
      const gone = chunk.slice(0, cut);
      const size = Buffer.byteLength(gone);
      dropped.bytes += size;
      dropped.lines += countNewlines(gone);
      this._doneBytes -= size;
      if (cut === chunk.length) {
        this._chunks[this._first++] = '';
      } else {
        this._chunks[this._first] = chunk.slice(cut);
      }
    }
    if (this._first > 1024 && this._first * 2 > this._chunks.length) {
      this._chunks = this._chunks.slice(this._first);
      this._first = 0;
    }
    if (dropped.bytes < bytes && this._line.length > 0) {
      const gone = this._line.slice(0, bytes - dropped.bytes);
      const size = Buffer.byteLength(gone);
      dropped.bytes += size;
      this._lineBytes -= size;
      this._line = this._line.slice(gone.length);
      this._cursor = Math.max(0, this._cursor - gone.length);
    }
    return dropped;
  }

  private _appendPlain(text: string): number {
    const end = text.lastIndexOf('\n');
    if (end < 0) {
      return this._write(text);
    }
    const done = text.slice(0, end + 1);
    const begun = countNewlines(done) - (this._begun ? 1 : 0);
    this._push(done);
    this._line = text.slice(end + 1);
    this._lineBytes = Buffer.byteLength(this._line);
    this._cursor = this._line.length;
    this._begun = this._line !== '';
    return begun + (this._begun ? 1 : 0);
  }

  private _write(text: string): number {
    if (text === '') {
      return 0;
    }
    const line = this._line;
    if (this._cursor === line.length) {
      this._line = line + text;
      this._cursor = this._line.length;
      this._lineBytes += Buffer.byteLength(text);
    } else if (line.length > OVERWRITE_LIMIT || line.includes('\x1b') || text.includes('\x1b')) {
      // Colours take no room on a terminal: overwriting by position would tear them.
      this._setLine(line.slice(0, this._cursor) + text);
      this._cursor = this._line.length;
    } else {
      const end = this._cursor + text.length;
      this._setLine(line.slice(0, this._cursor) + text + line.slice(end));
      this._cursor = end;
    }
    const begun = this._begun ? 0 : 1;
    this._begun = true;
    return begun;
  }

  private _control(control: string): number {
    switch (control) {
      case '\n': {
        const begun = this._begun ? 0 : 1;
        this._push('\n');
        this._line = '';
        this._lineBytes = 0;
        this._cursor = 0;
        this._begun = false;
        return begun;
      }
      case '\r':
        this._cursor = 0;
        return 0;
      case '\b':
        if (this._line.length <= OVERWRITE_LIMIT) {
          this._cursor = Math.max(0, this._cursor - 1);
        }
        return 0;
      case '\x1b[1K':
      case '\x1b[2K':
        // What follows is nearly always a `\r`: the position within the line is not kept.
        this._setLine(control === '\x1b[1K' ? this._line.slice(this._cursor) : '');
        this._cursor = 0;
        return 0;
      default:
        if (this._cursor < this._line.length) {
          this._setLine(this._line.slice(0, this._cursor));
        }
        return 0;
    }
  }

  private _setLine(line: string): void {
    this._line = line;
    this._lineBytes = Buffer.byteLength(line);
  }

  /** The open line is finished with `end`, which may bring further whole lines. */
  private _push(end: string): void {
    this._chunks.push(this._line + end);
    this._doneBytes += this._lineBytes + Buffer.byteLength(end);
  }
}

export function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count++;
  }
  return count;
}

/** Where to cut `chunk` (which ends in a newline) so that `bytes` are gone, after a line. */
function cutAfter(chunk: string, bytes: number): number {
  // A UTF-16 unit is at least one byte, so this never drops more than a line too much.
  const newline = chunk.indexOf('\n', Math.min(bytes, chunk.length) - 1);
  return newline < 0 ? chunk.length : newline + 1;
}
