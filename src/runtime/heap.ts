import { Bag, type BagItem } from './bag.ts';

/**
 * Keeps the first of many items at hand. Adding and removing take a time that grows with the logarithm of their number.
 */
export class Heap<Item extends BagItem> extends Bag<Item> {
  readonly #isBefore: (a: Item, b: Item) => boolean;

  constructor(isBefore: (a: Item, b: Item) => boolean) {
    super();
    this.#isBefore = isBefore;
  }

  /** The item that is before all others. */
  get first(): Item | undefined {
    return this.items[0];
  }

  /** The item may belong above the place or below it. */
  protected override settle(item: Item, at: number): void {
    const parent = this.items[(at - 1) >> 1];
    if (at > 0 && parent && this.#isBefore(item, parent)) this.#rise(item, at);
    else this.#sink(item, at);
  }

  #rise(item: Item, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.items[above];
      if (!parent || !this.#isBefore(item, parent)) break;
      super.settle(parent, at);
      at = above;
    }
    super.settle(item, at);
  }

  #sink(item: Item, from: number): void {
    let at = from;
    for (;;) {
      const left = this.items[2 * at + 1];
      const right = this.items[2 * at + 2];
      const child = left && right && this.#isBefore(right, left) ? right : left;
      if (!child || !this.#isBefore(child, item)) break;
      const below = child.place;
      super.settle(child, at);
      at = below;
    }
    super.settle(item, at);
  }
}
