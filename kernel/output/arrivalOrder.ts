/** More pairs than this are not recorded: what follows is shown rank by rank. */
const MAX_PAIRS = 100_000;

/** Run-length list of the order in which items of ranks arrived, see `IRunModel.order`. */
export class ArrivalOrder {
  private _pairs: number[] = [];
  /** Items of a rank, from its first, that a `clear_output` has taken away. */
  private _cleared = new Map<number, number>();

  add(rank: number, items: number): void {
    if (items === 0) {
      return;
    }
    const pairs = this._pairs;
    if (pairs[pairs.length - 2] === rank) {
      pairs[pairs.length - 1] += items;
      return;
    }
    if (pairs.length >= 2 * MAX_PAIRS) {
      this._compact();
    }
    if (this._pairs.length < 2 * MAX_PAIRS) {
      this._pairs.push(rank, items);
    }
  }

  /** The first `items` of `rank` are gone. */
  clear(rank: number, items: number): void {
    if (items > 0) {
      this._cleared.set(rank, (this._cleared.get(rank) ?? 0) + items);
    }
    // Animations clear with each frame: drop what they leave as soon as it is cheap.
    if (this._pairs.length <= 64) {
      this._compact();
    }
  }

  list(): number[] {
    this._compact();
    return this._pairs.slice();
  }

  private _compact(): void {
    if (this._cleared.size === 0) {
      return;
    }
    const left: number[] = [];
    for (let i = 0; i < this._pairs.length; i += 2) {
      const rank = this._pairs[i];
      const gone = Math.min(this._cleared.get(rank) ?? 0, this._pairs[i + 1]);
      if (gone > 0) {
        this._cleared.set(rank, (this._cleared.get(rank) ?? 0) - gone);
      }
      const items = this._pairs[i + 1] - gone;
      if (items === 0) {
        continue;
      }
      if (left[left.length - 2] === rank) {
        left[left.length - 1] += items;
      } else {
        left.push(rank, items);
      }
    }
    this._pairs = left;
    this._cleared.clear();
  }
}
