import type { Pair } from './located.ts';

/** The items of two lists, some of which are ranges, in pairs; and those without a partner. */
export interface MatchedRanges<Item> {
  readonly pairs: readonly Pair<Item>[];
  readonly removed: readonly Item[];
  readonly added: readonly Item[];
  /** Old ranges of which only some members are left. */
  readonly narrowed: readonly Item[];
  /** New ranges that replace some of their members. */
  readonly widened: readonly Item[];
  /** Old items that a range now covers, which was there before. */
  readonly merged: readonly Item[];
  /** New items beside a range that covered them before. */
  readonly split: readonly Item[];
}

/** Two lists, of which some items are ranges. */
export interface Ranges<Item> extends Pair<readonly Item[]> {
  /** The items that match exactly. */
  readonly pairs: readonly Pair<Item>[];
  /** Whether a range of a side covers an item of the other. Each list has narrow ranges before wide ones. */
  readonly covers: (range: Item, item: Item, side: keyof Pair<unknown>) => boolean;
}

/** Matches the items without an exact partner with the ranges of the other side that cover them. */
export function matchRanges<Item>({ before, after, pairs, covers }: Ranges<Item>): MatchedRanges<Item> {
  const removed = before.filter((item) => !pairs.some((pair) => pair.before === item));
  const added = after.filter((item) => !pairs.some((pair) => pair.after === item));
  const held = { before: new Map<Item, Item>(), after: new Map<Item, Item>() };
  for (const item of removed) {
    const range = after.find((one) => covers(one, item, 'after'));
    if (range !== undefined) held.before.set(item, range);
  }
  for (const item of added) {
    const range = before.find((one) => covers(one, item, 'before'));
    if (range !== undefined) held.after.set(item, range);
  }
  const ranges = { before: new Set(held.after.values()), after: new Set(held.before.values()) };
  const uncovered = removed.filter((item) => !held.before.has(item));
  const unheld = added.filter((item) => !held.after.has(item));
  return {
    pairs: [
      ...pairs,
      ...[...held.before].map(([item, range]) => ({ before: item, after: range })),
      ...[...held.after].map(([item, range]) => ({ before: range, after: item })),
    ],
    removed: uncovered.filter((item) => !ranges.before.has(item)),
    narrowed: uncovered.filter((item) => ranges.before.has(item)),
    added: unheld.filter((item) => !ranges.after.has(item)),
    widened: unheld.filter((item) => ranges.after.has(item)),
    merged: [...held.before].flatMap(([item, range]) => (added.includes(range) ? [] : [item])),
    split: [...held.after].flatMap(([item, range]) => (removed.includes(range) ? [] : [item])),
  };
}
