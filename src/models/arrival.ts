import type { IRunModel, RankOutput, StreamName } from '../protocol/index.js';
import { hasEnded } from './delta.js';
import { SameErrors, type ISameError } from './sameErrors.js';

/** One thing that a rank put out, as the `All` tab lists it. */
export type ArrivalItem =
  | { kind: 'line'; rank: number; name: StreamName; text: string }
  | {
      kind: 'output';
      rank: number;
      output: RankOutput;
      /** Of an error that stands above already, as another rank has raised it. */
      same?: ISameError;
    };

interface ICursor {
  outputs: readonly RankOutput[];
  /** The output to be read next, and how much of its text has been read. */
  index: number;
  offset: number;
  /** Index in the items of the rank's line that still lacks its newline; -1: none. */
  open: number;
}

/**
 * Reads the outputs of all ranks in the order in which they arrived. Each call of
 * {@link ArrivalReader.read} goes on where the last one stopped, so that following a
 * run costs the length of its text, not more.
 */
export class ArrivalReader {
  /** What has been read so far. */
  get items(): readonly ArrivalItem[] {
    return this._items;
  }

  /**
   * Read what is new. A line that lacked its newline grows in place.
   *
   * @param generation - Changes where outputs were taken away or replaced: then all is
   * read anew.
   */
  read(run: IRunModel, generation: number): void {
    if (generation !== this._generation || this._leftovers) {
      this._reset(generation);
    }
    for (const model of run.ranks) {
      const cursor = this._cursors.get(model.rank);
      if (cursor) {
        cursor.outputs = model.outputs;
        this._growOpenLine(cursor);
      } else {
        this._cursors.set(model.rank, { outputs: model.outputs, index: 0, offset: 0, open: -1 });
      }
    }
    this._followOrder(run.order);
    if (hasEnded(run)) {
      for (const model of run.ranks) {
        while (this._take(model.rank)) {
          this._leftovers = true;
        }
      }
    }
  }

  private _reset(generation: number): void {
    this._generation = generation;
    this._items = [];
    this._cursors.clear();
    this._errors.clear();
    this._pair = 0;
    this._taken = 0;
    this._leftovers = false;
  }

  private _followOrder(order: readonly number[]): void {
    for (; this._pair + 1 < order.length; this._pair += 2, this._taken = 0) {
      const rank = order[this._pair] ?? 0;
      const count = order[this._pair + 1] ?? 0;
      while (this._taken < count && this._take(rank)) {
        this._taken += 1;
      }
      if (this._pair + 3 >= order.length) {
        // The last pair may yet grow.
        return;
      }
    }
  }

  private _growOpenLine(cursor: ICursor): void {
    const output = cursor.outputs[cursor.index];
    const item = this._items[cursor.open];
    if (
      item?.kind !== 'line' ||
      output?.output_type !== 'stream' ||
      cursor.offset >= output.text.length
    ) {
      return;
    }
    const end = endOfLine(output.text, cursor.offset);
    item.text += output.text.slice(cursor.offset, end);
    cursor.offset = end;
    if (item.text.endsWith('\n')) {
      cursor.open = -1;
    }
  }

  private _take(rank: number): boolean {
    const cursor = this._cursors.get(rank);
    if (!cursor) {
      return false;
    }
    for (;;) {
      const output = cursor.outputs[cursor.index];
      if (!output) {
        return false;
      }
      if (output.output_type !== 'stream') {
        const same = this._errors.read(rank, output);
        this._items.push({ kind: 'output', rank, output, ...(same && { same }) });
        next(cursor);
        return true;
      }
      if (cursor.offset < output.text.length) {
        const end = endOfLine(output.text, cursor.offset);
        const text = output.text.slice(cursor.offset, end);
        cursor.offset = end;
        cursor.open = text.endsWith('\n') ? -1 : this._items.length;
        this._items.push({ kind: 'line', rank, name: output.name, text });
        return true;
      }
      if (cursor.index + 1 >= cursor.outputs.length) {
        return false;
      }
      next(cursor);
    }
  }

  private _items: ArrivalItem[] = [];
  private _cursors = new Map<number, ICursor>();
  private _errors = new SameErrors();
  private _generation = -1;
  /** Where in the order reading goes on: the pair, and how many of its items are taken. */
  private _pair = 0;
  private _taken = 0;
  /** Items were read that the order does not tell of; it may tell of them later. */
  private _leftovers = false;
}

function next(cursor: ICursor): void {
  cursor.index += 1;
  cursor.offset = 0;
  cursor.open = -1;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline + 1;
}
