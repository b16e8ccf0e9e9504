import { isObject } from '../json.ts';
import { isEqual } from './equality.ts';
import { child, itemsOf, type Located, type Pair } from './located.ts';
import { follow, referenceOf } from './references.ts';
import { idOf, type Side } from './side.ts';

/** Whether two places hold the same, where a reference counts as what it refers to. */
export function areSameParts(sides: Pair<Side>, pair: Pair<Located>, seen: Set<string> = new Set()): boolean {
  const before = arriveAt(sides.before, pair.before);
  const after = arriveAt(sides.after, pair.after);
  if (!isComposed(before) || !isComposed(after)) return isEqual(before.value, after.value);
  const key = `${idOf(sides.before, before)} ${idOf(sides.after, after)}`;
  if (seen.has(key)) return true; // A part of itself, or compared already.
  seen.add(key);
  const [names, others] = [namesIn(before), namesIn(after)];
  return (
    Array.isArray(before.value) === Array.isArray(after.value) &&
    names.length === others.length &&
    names.every((name) => {
      const inner = { before: child(before, name), after: child(after, name) };
      return inner.after.value !== undefined && areSameParts(sides, inner, seen);
    })
  );
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
