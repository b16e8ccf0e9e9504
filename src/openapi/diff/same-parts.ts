import { isObject } from '../json.ts';
import { isEqual } from './equality.ts';
import { child, itemsOf, type Located, type Pair } from './located.ts';
import { follow, referenceOf } from './references.ts';
import { idOf, type Side } from './side.ts';

/** Of larger things only the beginning is looked at: many may refer to the same large part. */
const MAX_PARTS = 10_000;

/**
 * Whether two places hold the same, where a reference counts as what it refers to. What has more than 10,000 parts
 * counts as different. References may go round in circles, and deeper than calls can.
 */
export function areSameParts(sides: Pair<Side>, pair: Pair<Located>): boolean {
  const seen = new Set<string>();
  const left = [pair];
  for (let next = left.pop(); next; next = left.pop()) {
    const before = arriveAt(sides.before, next.before);
    const after = arriveAt(sides.after, next.after);
    if (!isComposed(before) || !isComposed(after)) {
      if (isEqual(before.value, after.value)) continue;
      return false;
    }
    const key = `${idOf(sides.before, before)} ${idOf(sides.after, after)}`;
    if (seen.has(key)) continue; // A part of itself, or compared already.
    seen.add(key);
    const names = namesIn(before);
    const isAlike =
      Array.isArray(before.value) === Array.isArray(after.value) && names.length === namesIn(after).length;
    if (!isAlike || seen.size > MAX_PARTS) return false;
    for (const name of names) {
      const inner = { before: child(before, name), after: child(after, name) };
      if (inner.after.value === undefined) return false;
      left.push(inner);
    }
  }
  return true;
}

/** The target of a reference that stands alone; what stands beside one counts. */
function arriveAt(side: Side, place: Located): Located {
  if (referenceOf(place) === undefined) return place;
  const isAlone = side.hasBareReferences || namesIn(place).length === 1;
  return (isAlone ? follow(side, place) : null) ?? place;
}

function isComposed({ value }: Located): boolean {
  return isObject(value) || Array.isArray(value);
}

function namesIn(place: Located): string[] {
  return isObject(place.value) ? Object.keys(place.value) : itemsOf(place).map(({ name }) => name);
}
