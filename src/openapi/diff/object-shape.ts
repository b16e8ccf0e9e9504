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

function closersOf(atom: Located, { scopes }: Pick<Branch, 'scopes'>): Closer[] {
  const additional = child(atom, 'additionalProperties');
  if (saysSomething(additional)) return [{ names: namesIn([atom]), place: additional }];
  const unevaluated = child(atom, 'unevaluatedProperties');
  const scope = scopes.get(atom) ?? [atom];
  const isEvaluated = scope.some((one) => isObject(one.value) && one.value['additionalProperties'] !== undefined);
  if (!saysSomething(unevaluated) || isEvaluated) return [];
  return [{ names: namesIn(scope), place: unevaluated }];
}

function namesIn(atoms: readonly Located[]): ReadonlySet<string> {
  return new Set(atoms.flatMap((atom) => entriesOf(child(atom, 'properties')).map(([name]) => name)));
}

function saysSomething({ value }: Located): boolean {
  return value !== undefined && value !== true && !(isObject(value) && Object.keys(value).length === 0);
}

/** The strings of a list. */
export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
