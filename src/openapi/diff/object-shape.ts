import { isObject, type Json } from '../json.ts';
import type { Branch } from './form.ts';
import { child, entriesOf, type Located } from './located.ts';
import { type Schema, toSchema } from './schemas.ts';
import type { Side } from './side.ts';

/** The properties of an object. */
export interface ObjectShape {
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: ReadonlySet<string>;
  /** The schema of all other keys; null if they may have any value. */
  readonly others: Schema | null;
}

/** Patterns that match every key. */
const anyKey: ReadonlySet<string> = new Set(['', '^', '.*', '^.*', '.*$', '^.*$']);

/** A schema for all keys except some. */
interface Closer {
  readonly names: ReadonlySet<string>;
  readonly place: Located;
}

/** Reads the properties of a branch of type `object`, with all of its atoms combined. */
export function readObject(side: Side, branch: Pick<Branch, 'atoms' | 'scopes' | 'place'>): ObjectShape {
  const { atoms } = branch;
  const closers = atoms.flatMap((atom) => closersOf(atom, branch));
  const placesByName = new Map<string, Located[]>();
  for (const atom of atoms)
    for (const [name, place] of entriesOf(child(atom, 'properties')))
      placesByName.set(name, [...(placesByName.get(name) ?? []), place]);
  const required = new Set(atoms.flatMap((atom) => textsOf(child(atom, 'required').value)));
  const properties = new Map<string, Schema>();
  for (const name of new Set([...placesByName.keys(), ...required])) {
    const named = placesByName.get(name) ?? [];
    // An atom with `additionalProperties` restricts the properties of the other atoms, too.
    const closing = closers.filter(({ names }) => !names.has(name)).map(({ place }) => place);
    const [first, ...others] = [...closing, ...named];
    const nowhere = { ...child(branch.place, 'properties', name), value: undefined };
    properties.set(name, toSchema(side, first ?? nowhere, ...others));
  }
  const [first, ...others] = closers.map(({ place }) => place);
  return { properties, required, others: first ? toSchema(side, first, ...others) : null };
}

/** The schemas of a pattern that matches every key. */
function schemasOfAnyKey(atom: Located): Located[] {
  return entriesOf(child(atom, 'patternProperties')).flatMap(([pattern, place]) =>
    anyKey.has(pattern) ? [place] : [],
  );
}

/** The patterns of an atom that match only some keys, with their schemas. */
export function patternsOf(atom: Located): (readonly [string, Located])[] {
  return entriesOf(child(atom, 'patternProperties')).filter(([pattern]) => !anyKey.has(pattern));
}

function closersOf(atom: Located, { scopes }: Pick<Branch, 'scopes'>): Closer[] {
  // Room for no key closes an object as well as `additionalProperties` does.
  if (isEmptyOnly(atom)) return [{ names: new Set(), place: { ...child(atom, 'maxProperties'), value: false } }];
  const ofAnyKey = schemasOfAnyKey(atom);
  // Such a pattern leaves no key to `additionalProperties`.
  if (ofAnyKey.length > 0) return ofAnyKey.filter(saysSomething).map((place) => ({ names: new Set(), place }));
  const additional = child(atom, 'additionalProperties');
  if (saysSomething(additional)) return [{ names: namesIn([atom]), place: additional }];
  const unevaluated = child(atom, 'unevaluatedProperties');
  const scope = scopes.get(atom) ?? [atom];
  const isEvaluated = scope.some(
    (one) =>
      (isObject(one.value) && one.value['additionalProperties'] !== undefined) || schemasOfAnyKey(one).length > 0,
  );
  if (!saysSomething(unevaluated) || isEvaluated) return [];
  return [{ names: namesIn(scope), place: unevaluated }];
}

function namesIn(atoms: readonly Located[]): ReadonlySet<string> {
  return new Set(atoms.flatMap((atom) => entriesOf(child(atom, 'properties')).map(([name]) => name)));
}

function saysSomething({ value }: Located): boolean {
  return value !== undefined && value !== true && !(isObject(value) && Object.keys(value).length === 0);
}

/** Whether a schema leaves an object no room for a key. */
export function isEmptyOnly({ value }: Located): boolean {
  return isObject(value) && typeof value['maxProperties'] === 'number' && value['maxProperties'] <= 0;
}

/** The strings of a list. */
export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
