/** A queue whose `shift` costs the same however long it is. */
export class Fifo<T> {
  private list: T[] = [];
  private head = 0;

  get length(): number {
    return this.list.length - this.head;
  }

  get first(): T | undefined {
    return this.list[this.head];
  }

  push(item: T): void {
    this.list.push(item);
  }

  shift(): T | undefined {
    const item = this.list[this.head];
    if (item !== undefined) {
      this.head += 1;
      if (this.head > 64 && this.head * 2 > this.list.length) {
        this.list = this.list.slice(this.head);
        this.head = 0;
      }
    }
    return item;
  }

  /** Put `item` in front of the first one for which `isLater` holds, else at the end. */
  insert(item: T, isLater: (other: T) => boolean): void {
    const rest = this.items();
    const at = rest.findIndex(isLater);
    rest.splice(at < 0 ? rest.length : at, 0, item);
    this.list = rest;
    this.head = 0;
  }

  /** Take out the first item for which `test` holds; false: there is none. */
  remove(test: (item: T) => boolean): boolean {
    const rest = this.items();
    const at = rest.findIndex(test);
    if (at >= 0) {
      rest.splice(at, 1);
      this.list = rest;
      this.head = 0;
    }
    return at >= 0;
  }

  items(): T[] {
    return this.list.slice(this.head);
  }
}
