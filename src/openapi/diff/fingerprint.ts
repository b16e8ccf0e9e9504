import { isObject } from '../json.ts';
import { canonical } from './equality.ts';
import { annotations } from './keywords.ts';
import { entriesOf, itemsOf, type Located } from './located.ts';
import { arrive } from './schemas.ts';
import { idOf, type Side } from './side.ts';

/** The longest chain of references that counts. */
const MAX_HOPS = 4;
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
/** Keywords whose schemas are atoms of their own. */
const resolved = new Set(['$ref', '$dynamicRef', '$recursiveRef', 'allOf', 'anyOf', 'oneOf']);
/** Lists whose order does not matter. */
const sets = new Set(['required', 'enum', 'type', 'allOf', 'anyOf', 'oneOf']);

/** A hash of a schema without its annotations. References count as their targets, up to a few hops. */
export function fingerprint(side: Side, place: Located, hops: number = MAX_HOPS): number {
  const target = arrive(side, place);
  const left = target === place ? hops : hops - 1;
  const { value } = target;
  if (typeof value !== 'object' || value === null) return hash(canonical(value));
  if (left < 0) return OFFSET;
  const key = `${idOf(side, target)} ${left}`;
  const known = side.memory.fingerprints.get(key);
  if (known !== undefined) return known;
  const found = isObject(value) ? ofObject(side, target, left) : ofList(side, target, left);
  side.memory.fingerprints.set(key, found);
  return found;
}

/** A hash of the atoms of a branch, whatever their order. What they refer to, or combine, is an atom of its own. */
export function fingerprintAtoms(side: Side, atoms: readonly Located[]): number {
  return atoms.reduce((sum, atom) => {
    const own = ofObject(side, atom, MAX_HOPS, resolved);
    return own === OFFSET ? sum : (sum + mix(PRIME, own)) >>> 0;
  }, OFFSET);
}

function ofObject(side: Side, place: Located, hops: number, skipped: ReadonlySet<string> = new Set()): number {
  const isNamed = place.name === 'properties' || place.name === '$defs';
  return entriesOf(place)
    .filter(([name]) => !skipped.has(name) && (isNamed || !(annotations.has(name) || name.startsWith('x-'))))
    .map(([name, entry]) => mix(hash(name), sets.has(name) ? ofSet(side, entry, hops) : fingerprint(side, entry, hops)))
    .reduce((sum, one) => (sum + one) >>> 0, OFFSET);
}

function ofList(side: Side, place: Located, hops: number): number {
  return itemsOf(place).reduce((sum, item) => mix(sum, fingerprint(side, item, hops)), OFFSET);
}

function ofSet(side: Side, place: Located, hops: number): number {
  const items = Array.isArray(place.value) ? itemsOf(place) : [place];
  return items.reduce((sum, item) => (sum + mix(PRIME, fingerprint(side, item, hops))) >>> 0, OFFSET);
}

function mix(one: number, other: number): number {
  return Math.imul(one ^ other ^ (other << 13), PRIME) >>> 0;
}

function hash(text: string): number {
  let sum = OFFSET;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), PRIME) >>> 0;
  return sum;
}

/** A hash of several schemas, whatever their order. */
export function fingerprintAll(side: Side, places: readonly Located[]): number {
  return places.reduce((sum, place) => (sum + mix(PRIME, fingerprint(side, place))) >>> 0, OFFSET);
}
