import { isObject, type Json } from '../json.ts';
import { child, follow, type Located, type Pair, referenceOf, type Side, toPointer } from './located.ts';

/** Whether two values are alike, whatever the order of their keys. */
export function isEqual(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item: Json, index) => isEqual(item, other[index] as Json));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  );
}

/**
 * Whether two places mean the same: alike, where a reference and what it stands for are one. `met`: pairs that need not
 * be looked at again, since all that is seen must be alike: one that was not has ended it.
 */
export function isSame(sides: Pair<Side>, places: Pair<Located>, met: Set<string> = new Set()): boolean {
  if (referenceOf(places.before) !== undefined || referenceOf(places.after) !== undefined) {
    const key = `${nameOf(places.before)} ${nameOf(places.after)}`;
    if (met.has(key)) return true;
    met.add(key);
  }
  const before = follow(sides.before, places.before);
  const after = follow(sides.after, places.after);
  if (!before || !after) return isEqual(places.before.value, places.after.value);
  const names = new Set([...keysOf(before), ...keysOf(after)]);
  if (names.size === 0) return isEqual(before.value, after.value);
  if (Array.isArray(before.value) !== Array.isArray(after.value)) return false;
  return [...names].every((name) => {
    const pair = { before: child(before, name), after: child(after, name) };
    return pair.before.value !== undefined && pair.after.value !== undefined && isSame(sides, pair, met);
  });
}

function nameOf(place: Located): string {
  return referenceOf(place) ?? toPointer(place);
}

function keysOf({ value }: Located): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
