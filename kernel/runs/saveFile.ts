import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  writeSync
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Delta, StreamName } from '../../src/protocol/index.js';
import { outputText, withoutAnsi } from '../output/index.js';
import { refuseWaitingFile } from './waitingFile.js';

/** Bytes held back before they are written. */
const BUFFER = 256 * 1024;
/** A line without an end is written in pieces of this length. */
const LINE_LIMIT = 1024 * 1024;

/**
 * The file of `--save`: every line of every rank, `[r] ` before it, in the order of arrival.
 * Writes block, so that a slow disk slows the ranks down instead of filling memory.
 */
export class SaveFile {
  readonly path: string;
  private _fd: number | null;
  private _pieces: string[] = [];
  private _size = 0;
  private _open = new Map<string, string>();
  /** Of spawned processes. */
  private _labels = new Map<number, string>();
  /** Called once, when no more can be written. */
  onError: (error: Error) => void = () => undefined;

  /**
   * What the file holds stays until {@link begin}: there may be no run.
   * @throws Error where the file can not be written.
   */
  constructor(path: string, cwd: string) {
    this.path = resolve(
      cwd,
      path.replace(/^~(?=\/|$)/, () => homedir())
    );
    refuseWaitingFile(this.path, path);
    if (statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Error(`${path} is a folder: name a file in it.`);
    }
    mkdirSync(dirname(this.path), { recursive: true });
    this._fd = openSync(this.path, 'a');
  }

  /** The run begins: what the file held before goes. */
  begin(): void {
    if (this._fd !== null && fstatSync(this._fd).isFile()) {
      ftruncateSync(this._fd);
    }
  }

  /** What a rank puts out: text as it is, other outputs as their text. */
  output(delta: Delta): void {
    if (delta.op === 'stream') {
      this._text(delta.rank, delta.name, delta.text);
    } else if (delta.op === 'rank' && delta.label !== undefined) {
      this._labels.set(delta.rank, delta.label);
    } else if (delta.op === 'output' && delta.output.output_type !== 'stream') {
      const text = withoutAnsi(outputText(delta.output));
      this._text(delta.rank, 'stdout', text.endsWith('\n') || text === '' ? text : `${text}\n`);
    }
  }

  flush(): void {
    if (this._fd === null || this._size === 0) {
      return;
    }
    const data = Buffer.from(this._pieces.join(''));
    this._pieces = [];
    this._size = 0;
    try {
      for (let at = 0; at < data.length;) {
        at += writeSync(this._fd, data, at);
      }
    } catch (error) {
      this._close();
      this.onError(error as Error);
    }
  }

  /** Write what is left, lines without an end too. */
  close(): void {
    for (const [key, rest] of this._open) {
      if (rest !== '') {
        this._put(`[${key.split(' ')[0]}] ${rest}\n`);
      }
    }
    this._open.clear();
    this.flush();
    this._close();
  }

  private _text(rank: number, stream: StreamName, text: string): void {
    const name = this._labels.get(rank) ?? String(rank);
    const key = `${name} ${stream}`;
    const begun = (this._open.get(key) ?? '') + text;
    const end = begun.lastIndexOf('\n');
    if (end >= 0) {
      const lines = begun.slice(0, end).split('\n');
      this._put(lines.map(line => `[${name}] ${line}\n`).join(''));
    }
    const rest = begun.slice(end + 1);
    if (rest.length > LINE_LIMIT) {
      this._put(`[${name}] ${rest}\n`);
    }
    this._open.set(key, rest.length > LINE_LIMIT ? '' : rest);
  }

  private _put(text: string): void {
    if (this._fd !== null) {
      this._pieces.push(text);
      this._size += text.length;
      if (this._size > BUFFER) {
        this.flush();
      }
    }
  }

  private _close(): void {
    if (this._fd !== null) {
      closeSync(this._fd);
      this._fd = null;
    }
  }
}
