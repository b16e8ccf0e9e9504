import { at, isObject } from '../json.ts';
import { annotations } from './keywords.ts';
import { child, itemsOf, type Located } from './located.ts';
import { follow, referenceOf } from './references.ts';
import { settledSchemas } from './settled-tests.ts';
import { idOf, type Side } from './side.ts';

/** A schema made of parts that must all match. A schema without parts allows anything. */
export interface Schema {
  /** The same for the same parts, in any place. */
  readonly key: string;
  readonly parts: readonly Located[];
  /** Where changes are reported. */
  readonly place: Located;
}

/** The keywords of unions. They count alike. */
export const unionKeywords = ['anyOf', 'oneOf'] as const;
const MAX_DESCRIBING = 50;

/** Combines the schemas at all of these places. */
export function toSchema(side: Side, ...places: readonly [Located, ...Located[]]): Schema {
  const parts = new Map<string, Located>();
  for (const place of places) {
    const part = arrive(side, place);
    if (part.value === undefined || part.value === true || isEmpty(part)) continue;
    parts.set(idOf(side, part), part);
  }
  const found = [...parts.values()];
  // The last part refines the others.
  return { key: [...parts.keys()].sort().join(' '), parts: found, place: found.at(-1) ?? arrive(side, places[0]) };
}

/** Follows a reference without siblings, so that changes are reported at its target. */
export function arrive(side: Side, place: Located): Located {
  if (!isBareReference(side, place)) return place;
  return follow(side, place) ?? place;
}

/** The places whose annotations describe a schema: its parts, references, `allOf`, settled tests, and a union with null. */
export function describingPlaces(side: Side, { parts }: Schema): Located[] {
  const found = new Map<string, Located>();
  const visit = (place: Located) => {
    const id = idOf(side, place);
    if (found.has(id) || found.size > MAX_DESCRIBING || !isObject(place.value)) return;
    found.set(id, place);
    const target = referenceOf(place) === undefined ? null : follow(side, place);
    if (target) visit(target);
    const settled = settledSchemas(place).map(({ schema }) => schema);
    for (const member of [...itemsOf(child(place, 'allOf')), ...settled]) visit(arrive(side, member));
    for (const keyword of unionKeywords) {
      const members = itemsOf(child(place, keyword)).filter((member) => !isNull(member));
      if (members.length === 1 && members[0]) visit(arrive(side, members[0]));
    }
  };
  for (const part of parts) visit(part);
  return [...found.values()];
}

/** Whether a schema allows null only. */
function isNull({ value }: Located): boolean {
  if (!isObject(value)) return false;
  const listed = value['const'] === undefined ? value['enum'] : [value['const']];
  if (Array.isArray(listed)) return listed.length > 0 && listed.every((one) => one === null);
  return value['type'] === 'null' || (Array.isArray(value['type']) && value['type'].join() === 'null');
}

/** Whether a place has only this keyword and annotations. */
export function isWrapper({ value }: Located, keyword: string): boolean {
  return (
    isObject(value) &&
    Object.keys(value).every(
      (name) =>
        name === keyword ||
        annotations.has(name) ||
        name.startsWith('x-') ||
        (name === 'type' && at(value, 'type') === 'object'),
    )
  );
}

function isBareReference(side: Side, place: Located): boolean {
  return (
    referenceOf(place) !== undefined &&
    isObject(place.value) &&
    (side.hasBareReferences || Object.keys(place.value).length === 1)
  );
}

function isEmpty({ value }: Located): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
