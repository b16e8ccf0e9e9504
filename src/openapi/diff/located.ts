import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Shape } from './shape.ts';

/** A value and the names that lead to it in its document. */
export interface Located {
  readonly names: readonly string[];
  readonly value: Json | undefined;
}

/** One of the two documents, and what had to be left out of the comparison. */
export interface Side {
  readonly document: JsonObject;
  /** In 3.0 a reference ignores what stands beside it. */
  readonly hasBareReferences: boolean;
  readonly notes: Set<string>;
  /** Of the schemas looked at so far, by their pointers: the same one is met again and again. */
  readonly shapes: Map<string, Shape>;
}

/** The old and the new version of one thing. */
export interface Pair<Thing> {
  readonly before: Thing;
  readonly after: Thing;
}

/** What is below a place; its value is undefined where nothing is. */
export function child({ names, value }: Located, ...path: readonly string[]): Located {
  return { names: [...names, ...path], value: path.reduce<Json | undefined>(step, value) };
}

/** Every entry of the object at a place. */
export function entriesOf(place: Located): (readonly [string, Located])[] {
  return isObject(place.value) ? Object.keys(place.value).map((name) => [name, child(place, name)]) : [];
}

/** The items of an array, each with its place. */
export function itemsOf(place: Located): Located[] {
  return Array.isArray(place.value) ? place.value.map((_, index) => child(place, String(index))) : [];
}

/** The `$ref` at a place, if there is one. */
export function referenceOf({ value }: Located): string | undefined {
  const reference = isObject(value) ? value['$ref'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

/** Where references lead in the end; null, and a note, where they lead nowhere. */
export function follow(side: Side, place: Located): Located | null {
  const seen = new Set<string>();
  let here = place;
  for (let reference = referenceOf(here); reference !== undefined; reference = referenceOf(here)) {
    const names = toNames(reference);
    here = names === null ? { names: [], value: undefined } : child({ names: [], value: side.document }, ...names);
    if (here.value === undefined || seen.has(reference)) {
      side.notes.add(`${toPointer(place)}: the reference ${JSON.stringify(reference)} ${explain(names, here)}.`);
      return null;
    }
    seen.add(reference);
  }
  return here;
}

/** As `$ref` writes it. */
export function toPointer({ names }: Pick<Located, 'names'>): string {
  return `#${names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

function step(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] as Json | undefined) : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Null: it leads out of the document, or is no pointer. */
function toNames(reference: string): string[] | null {
  if (reference === '#') return [];
  if (!reference.startsWith('#/')) return null;
  const names = reference.slice(2).split('/');
  return names.map((name) => decode(name).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not encoded by the rules, so taken as it stands.
  }
}

function explain(names: readonly string[] | null, { value }: Located): string {
  if (names === null) return 'leads out of the document: bundle it into one file first';
  return value === undefined ? 'leads nowhere' : 'leads to itself';
}
