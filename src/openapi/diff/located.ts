import { isObject, type Json } from '../json.ts';

/** One file of a document. */
export interface Root {
  /** The file's name in pointers: '' for the document itself. */
  readonly name: string;
  /** The absolute address that references are resolved against. */
  readonly url: string;
  readonly value: Json | undefined;
}

/** A value and its place in a file. */
export interface Located {
  readonly root: Root;
  /** The place that contains it; null for a whole file. */
  readonly parent: Located | null;
  /** Its key or index in the parent. */
  readonly name: string;
  readonly value: Json | undefined;
}

/** Two things that are compared. */
export interface Pair<Thing> {
  readonly before: Thing;
  readonly after: Thing;
}

/** The place of a whole file. */
export function rootOf(root: Root): Located {
  return { root, parent: null, name: '', value: root.value };
}

/** The place below another one; its value is undefined if nothing is there. */
export function child(place: Located, ...path: readonly string[]): Located {
  return path.reduce<Located>(
    (parent, name) => ({ root: parent.root, parent, name, value: step(parent.value, name) }),
    place,
  );
}

/** Every entry of the object at a place. */
export function entriesOf(place: Located): (readonly [string, Located])[] {
  return isObject(place.value) ? Object.keys(place.value).map((name) => [name, child(place, name)]) : [];
}

/** Every item of the array at a place. */
export function itemsOf(place: Located): Located[] {
  return Array.isArray(place.value) ? place.value.map((_, index) => child(place, String(index))) : [];
}

/** The names that lead to a place in its file. */
export function namesOf(place: Located): string[] {
  const names: string[] = [];
  for (let here: Located | null = place; here?.parent; here = here.parent) names.push(here.name);
  return names.reverse();
}

/** A place as `$ref` writes it. */
export function toPointer(place: Located): string {
  const names = namesOf(place).map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return `${place.root.name}#${names.join('')}`;
}

function step(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] as Json | undefined) : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
