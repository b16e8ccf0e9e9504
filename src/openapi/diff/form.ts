import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Alternative, alternativesOf, type Membership } from './alternatives.ts';
import { isMultiple, isWhole } from './decimals.ts';
import { canonical } from './equality.ts';
import { fingerprint } from './fingerprint.ts';
import { annotations } from './keywords.ts';
import { keepsTo, readLimits } from './limits.ts';
import { child, type Located } from './located.ts';
import type { Schema } from './schemas.ts';
import { allowsAll, isSettled } from './settled-tests.ts';
import type { Side } from './side.ts';

/** The values a schema allows, by type. Schemas that allow the same values have the same form, however they are written. */
export interface Form {
  readonly acceptsNull: boolean;
  /** Without null; `integer` only if no other number is allowed. */
  readonly types: ReadonlySet<string>;
  /** Whether any type is allowed, null included. */
  readonly isUntyped: boolean;
  /** Values allowed one by one, without null, by their canonical text. */
  readonly values: ReadonlyMap<string, ListedValue>;
  /** What else listed values must match, such as a pattern. */
  readonly rules: ReadonlySet<string>;
  /** Types of which any value within limits is allowed. */
  readonly branches: readonly Branch[];
}

/** A value that is allowed by `enum` or `const`, or as a boolean. */
export interface ListedValue {
  readonly value: Json;
  readonly type: string;
  readonly place: Located;
  /** Whether it comes from a member of a union. */
  readonly isMember: boolean;
}

/** Any value of one type within limits. */
export interface Branch {
  readonly key: string;
  readonly type: string;
  /** Whether a number must be whole. */
  readonly isWhole: boolean;
  readonly atoms: readonly Located[];
  readonly members: readonly Membership[];
  readonly scopes: Alternative['scopes'];
  readonly rest: readonly Located[];
  readonly place: Located;
}

const allTypes = ['string', 'number', 'boolean', 'array', 'object', 'null'];

/** Reads the form of a schema, once. */
export function formOf(side: Side, schema: Schema): Form {
  const known = side.memory.forms.get(schema.key);
  if (known) return known;
  const form = readForm(side, schema);
  // A schema that allows anything has no key of its own.
  if (schema.key !== '') side.memory.forms.set(schema.key, form);
  return form;
}

/** Whether a form allows no value at all. */
export function acceptsNothing({ acceptsNull, types }: Form): boolean {
  return !acceptsNull && types.size === 0;
}

function readForm(side: Side, schema: Schema): Form {
  const values = new Map<string, ListedValue>();
  const branches = new Map<string, Branch>();
  const rules = new Set<string>();
  // A value of several members has no text of its own.
  const add = (key: string, value: ListedValue) =>
    values.set(key, values.has(key) ? { ...value, isMember: false } : value);
  let acceptsNull = false;
  let isUntyped = false;
  for (const alternative of alternativesOf(side, schema)) {
    const isMember = alternative.members.length > 0;
    const listed = listedBy(alternative);
    const types = typesBy(alternative);
    if (listed) {
      acceptsNull ||= types.has('null') && listed.has('null');
      for (const [key, value] of listed) if (key !== 'null') add(key, value);
      for (const rule of rulesOf(side, alternative)) rules.add(rule);
      continue;
    }
    acceptsNull ||= types.has('null');
    isUntyped ||= types.size === allTypes.length;
    for (const type of types) {
      const place = alternative.members.at(-1)?.place ?? schema.place;
      if (type === 'null') continue;
      if (type === 'boolean') for (const value of [true, false]) add(String(value), { value, type, place, isMember });
      else {
        const isWhole = type === 'integer';
        const branch = { ...alternative, key: `${type} ${alternative.key}`, isWhole, place };
        branches.set(branch.key, { ...branch, type: isWhole ? 'number' : type });
      }
    }
  }
  const all = [...branches.values()];
  const types = new Set([...all.map(({ type }) => type), ...[...values.values()].map(({ type }) => type)]);
  if (isWholeOnly(all, values)) {
    types.delete('number');
    types.add('integer');
  }
  return { acceptsNull, types, isUntyped, values, rules, branches: all };
}

/** The keywords that restrict listed values in a way that is not evaluated. */
function rulesOf(side: Side, { atoms }: Alternative): string[] {
  return atoms.flatMap((atom) =>
    ['pattern', 'not', 'if', 'then', 'else'].flatMap((keyword) => {
      const place = child(atom, keyword);
      const test = keyword === 'pattern' ? null : keyword === 'not' ? 'not' : 'if';
      return place.value === undefined || (test !== null && isSettled(atom, test))
        ? []
        : [`${keyword} ${fingerprint(side, place)}`];
    }),
  );
}

function isWholeOnly(branches: readonly Branch[], values: ReadonlyMap<string, ListedValue>): boolean {
  const numbers = branches.filter(({ type }) => type === 'number');
  const listed = [...values.values()].filter(({ type }) => type === 'number');
  if (numbers.length + listed.length === 0) return false;
  return numbers.every(({ isWhole }) => isWhole) && listed.every(({ value }) => isWhole(value));
}

/** The types an alternative allows; `integer` for whole numbers only. */
function typesBy({ atoms }: Alternative): ReadonlySet<string> {
  let types: readonly string[] = allTypes;
  for (const { value } of atoms) {
    if (!isObject(value)) continue;
    if (allowsAll(value['not'])) types = [];
    const excluded = typesExcludedBy(value['not']);
    types = types.filter((type) => !excluded.includes(type) && !(type === 'integer' && excluded.includes('number')));
    const own = value['type'] === undefined ? null : texts(value['type']);
    if (own) {
      types = types.flatMap((type) => {
        if (own.includes(type)) return [type];
        if (type === 'number' && own.includes('integer')) return ['integer'];
        return type === 'integer' && own.includes('number') ? [type] : [];
      });
      // An unknown type is kept as it is.
      if (atoms.length === 1)
        types = [...types, ...own.filter((type) => !allTypes.includes(type) && type !== 'integer')];
    }
    const { multipleOf } = value;
    if (typeof multipleOf === 'number' && isMultiple(multipleOf, 1))
      types = types.map((type) => (type === 'number' ? 'integer' : type));
  }
  return new Set(types);
}

/** The types of a `not` that excludes types and nothing else. */
function typesExcludedBy(not: Json | undefined): readonly string[] {
  if (!isObject(not) || not['type'] === undefined) return [];
  return Object.keys(not).every((name) => name === 'type' || annotations.has(name)) ? texts(not['type']) : [];
}

/** The values that are in all lists of an alternative; null without a list. */
function listedBy(alternative: Alternative): ReadonlyMap<string, ListedValue> | null {
  const isMember = alternative.members.length > 0;
  const [first, ...others] = alternative.atoms.flatMap((place) => {
    const listed = isObject(place.value) ? listOf(place.value) : null;
    return listed
      ? [new Map(listed.map((value) => [canonical(value), { value, type: typeOf(value), place, isMember }] as const))]
      : [];
  });
  if (!first) return null;
  // The last list refines the others, so its places are kept.
  const common = others.reduce((all, own) => new Map([...own].filter(([key]) => all.has(key))), first);
  return dropUnfit(alternative, common);
}

/** Drops the values of another type or beyond a limit, unless that drops them all: then the type or limit is the mistake. */
function dropUnfit({ atoms }: Alternative, listed: ReadonlyMap<string, ListedValue>): ReadonlyMap<string, ListedValue> {
  const given = atoms.flatMap(({ value }) =>
    isObject(value) && value['type'] !== undefined ? [texts(value['type'])] : [],
  );
  const types = new Set([...listed.values()].map(({ type }) => type));
  const limits = new Map([...types].map((type) => [type, readLimits({ type, isWhole: false, atoms })]));
  const fits = ({ value, type }: ListedValue) =>
    given.every((types) => types.includes(type) || (types.includes('integer') && isWhole(value))) &&
    keepsTo(limits.get(type) ?? new Map(), value) !== false;
  const fitting = [...listed].filter(([, one]) => fits(one));
  return fitting.some(([key]) => key !== 'null') ? new Map(fitting) : listed;
}

function listOf(value: JsonObject): readonly Json[] | null {
  const lists = [
    ...(value['const'] === undefined ? [] : [[value['const']]]),
    ...(Array.isArray(value['enum']) ? [value['enum'] as readonly Json[]] : []),
  ];
  const [first, second] = lists;
  if (!first || !second) return first ?? null;
  const keys = new Set(second.map((one) => canonical(one)));
  return first.filter((one) => keys.has(canonical(one)));
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

function texts(value: Json): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}
