/** What a heap holds: it notes its own place, so that it can be removed without a search. */
export interface HeapItem {
  /** Written by the heap alone; -1 outside of one. */
  place: number;
}

/**
 * Keeps the first of many items at hand. Adding and removing take a time that grows with the logarithm of their number.
 */
export class Heap<Item extends HeapItem> {
  readonly #items: Item[] = [];
  readonly #isBefore: (a: Item, b: Item) => boolean;

  constructor(isBefore: (a: Item, b: Item) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The item that is before all others. */
  get first(): Item | undefined {
    return this.#items[0];
  }

  /** A copy, in no order. */
  get all(): Item[] {
    return [...this.#items];
  }

  add(item: Item): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** False if the heap does not hold it. */
  delete(item: Item): boolean {
    const { place } = item;
    if (this.#items[place] !== item) return false;
    item.place = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return true;
    // The last item fills the gap. It may belong above it or below it.
    const parent = this.#items[(place - 1) >> 1];
    if (place > 0 && parent && this.#isBefore(last, parent)) this.#rise(last, place);
    else this.#sink(last, place);
    return true;
  }

  #rise(item: Item, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#items[above];
      if (!parent || !this.#isBefore(item, parent)) break;
      this.#put(parent, at);
      at = above;
    }
    this.#put(item, at);
  }

  #sink(item: Item, from: number): void {
    let at = from;
    for (;;) {
      const left = this.#items[2 * at + 1];
      const right = this.#items[2 * at + 2];
      const child = left && right && this.#isBefore(right, left) ? right : left;
      if (!child || !this.#isBefore(child, item)) break;
      const below = child.place;
      this.#put(child, at);
      at = below;
    }
    this.#put(item, at);
  }

  #put(item: Item, at: number): void {
    this.#items[at] = item;
    item.place = at;
  }
}
