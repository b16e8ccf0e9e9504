/** Splitting a block in two costs as much as moving half of it; small blocks cost more of them to search. */
const BLOCK_ITEMS = 512;

/** How the items of a sorted list are compared and found. */
export interface SortedListOptions<Item, Key> {
  /** What an item is sorted by. It must not change while the item is in the list. */
  readonly keyOf: (item: Item) => Key;
  /** Negative if `a` comes before `b`. */
  readonly compare: (a: Key, b: Key) => number;
}

/**
 * Items in the order of their keys, in blocks of a limited size. Adding, deleting and finding an item cost the same
 * among 20 items and among 100,000; one array would move all items after the place.
 */
export class SortedList<Item, Key> {
  /** None is empty. */
  readonly #blocks: Item[][] = [];
  readonly #keyOf: (item: Item) => Key;
  readonly #compare: (a: Key, b: Key) => number;

  /** `items` must be in order. */
  constructor(items: readonly Item[], { keyOf, compare }: SortedListOptions<Item, Key>) {
    this.#keyOf = keyOf;
    this.#compare = compare;
    for (let start = 0; start < items.length; start += BLOCK_ITEMS)
      this.#blocks.push(items.slice(start, start + BLOCK_ITEMS));
  }

  /** Adds an item, after those of an equal key. */
  add(item: Item): void {
    const key = this.#keyOf(item);
    const isAfter = (one: Key) => this.#compare(one, key) > 0;
    const newest = this.#blocks.at(-1);
    if (!newest || !isAfter(this.#keyOf(newest[newest.length - 1] as Item))) {
      if (newest && newest.length < BLOCK_ITEMS) newest.push(item);
      else this.#blocks.push([item]);
      return;
    }
    const at = this.#firstBlock(isAfter);
    const block = this.#blocks[at] ?? [];
    block.splice(this.#firstIndex(block, isAfter), 0, item);
    if (block.length > BLOCK_ITEMS) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_ITEMS / 2));
  }

  /** Deletes this very item, not another one of an equal key. Ignores one that is not in the list. */
  delete(item: Item): void {
    const key = this.#keyOf(item);
    for (let at = this.#firstBlock((last) => this.#compare(last, key) >= 0); at < this.#blocks.length; at++) {
      const block = this.#blocks[at] ?? [];
      const first = this.#firstIndex(block, (one) => this.#compare(one, key) >= 0);
      const index = block.indexOf(item, first);
      if (index !== -1) {
        block.splice(index, 1);
        if (block.length === 0) this.#blocks.splice(at, 1);
        return;
      }
      // Items of an equal key may go on in the next block.
      if (first < block.length && this.#compare(this.#keyOf(block.at(-1) as Item), key) > 0) return;
    }
  }

  /** From the first item, or from the first whose key comes after `after`. */
  *forwards(after: Key | null = null): Generator<Item, void> {
    const isAfter = (key: Key) => after === null || this.#compare(key, after) > 0;
    const start = this.#firstBlock(isAfter);
    for (let at = start; at < this.#blocks.length; at++) {
      const block = this.#blocks[at] ?? [];
      for (let index = at === start ? this.#firstIndex(block, isAfter) : 0; index < block.length; index++)
        yield block[index] as Item;
    }
  }

  /** From the last item, or from the last whose key comes before `before`. */
  *backwards(before: Key | null = null): Generator<Item, void> {
    const isNotBefore = (key: Key) => before !== null && this.#compare(key, before) >= 0;
    const start = Math.min(this.#firstBlock(isNotBefore), this.#blocks.length - 1);
    for (let at = start; at >= 0; at--) {
      const block = this.#blocks[at] ?? [];
      const end = at === start ? this.#firstIndex(block, isNotBefore) : block.length;
      for (let index = end - 1; index >= 0; index--) yield block[index] as Item;
    }
  }

  /** Number of the first block whose last item's key holds, or how many blocks there are. */
  #firstBlock(holds: (key: Key) => boolean): number {
    return bisect(this.#blocks.length, (at) => {
      const block = this.#blocks[at] ?? [];
      return holds(this.#keyOf(block[block.length - 1] as Item)); // No block is empty.
    });
  }

  #firstIndex(block: readonly Item[], holds: (key: Key) => boolean): number {
    return bisect(block.length, (index) => holds(this.#keyOf(block[index] as Item)));
  }
}

/** The first number from 0 to `end` that holds, or `end`; beyond the first, all must hold. */
function bisect(end: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
