/** What fails is tried again at most so often, each time with other items left out. */
export const MOST_TRIES = 60;

/** What is shrunk, and by what. */
export interface Shrinking<Item> {
  readonly items: readonly Item[];
  /** Takes out what makes no sense any more, once others were left out. */
  readonly repair: (items: readonly Item[]) => readonly Item[];
  /** Whether the rest still shows what is looked for. */
  readonly shows: (items: readonly Item[]) => Promise<boolean>;
  readonly mostTries: number;
}

/**
 * Leaves out as many items as possible, in halves, quarters and so on down to single ones. The result shows what is
 * looked for, and does not without any one of its items, unless the tries were not enough.
 */
export async function shrink<Item>({ items, repair, shows, mostTries }: Shrinking<Item>): Promise<readonly Item[]> {
  let smallest = items;
  let tries = 0;
  for (let size = Math.ceil(items.length / 2); size >= 1; ) {
    let isSmaller = false;
    for (let end = smallest.length; end > 0 && tries < mostTries; end -= size) {
      const rest = repair([...smallest.slice(0, Math.max(0, end - size)), ...smallest.slice(end)]);
      if (rest.length === 0 || rest.length === smallest.length) continue;
      tries += 1;
      if (!(await shows(rest))) continue;
      smallest = rest;
      isSmaller = true;
      end = Math.min(end, smallest.length + size); // What came after it has moved.
    }
    if (tries >= mostTries) break;
    if (!isSmaller) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return smallest;
}
