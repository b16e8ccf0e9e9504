/** What a bag holds: it knows its own place, so that it can be removed without a search. */
export interface BagItem {
  /** Written by the bag alone; -1 outside of one. */
  place: number;
}

/** Holds items in no order. Adding and removing take the same time however many there are. */
export class Bag<Item extends BagItem> {
  protected readonly items: Item[] = [];

  get size(): number {
    return this.items.length;
  }

  /** A copy, in no order. */
  get all(): Item[] {
    return [...this.items];
  }

  add(item: Item): void {
    this.items.push(item);
    this.settle(item, this.items.length - 1);
  }

  /** False if the bag does not hold it. */
  delete(item: Item): boolean {
    const { place } = item;
    if (this.items[place] !== item) return false;
    item.place = -1;
    const last = this.items.pop();
    // The last item fills the gap.
    if (last !== undefined && last !== item) this.settle(last, place);
    return true;
  }

  /** Puts an item at a place that is free for it. */
  protected settle(item: Item, at: number): void {
    this.items[at] = item;
    item.place = at;
  }
}
