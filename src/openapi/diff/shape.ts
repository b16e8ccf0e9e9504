import { at, isObject, type Json } from '../json.ts';
import { isEqual } from './is-same.ts';
import { type Limits, mergeLimits, readLimits } from './limits.ts';
import { child, entriesOf, follow, itemsOf, type Located, referenceOf, type Side, toPointer } from './located.ts';

/** What a schema says, with its `allOf` taken together and null taken apart. */
export interface Shape {
  /** Null: any. */
  readonly types: ReadonlySet<string> | null;
  readonly acceptsNull: boolean;
  /** Listed values but null; null: any. */
  readonly values: readonly Json[] | null;
  readonly properties: ReadonlyMap<string, Located>;
  readonly required: ReadonlySet<string>;
  /** Schemas of what the keyword names: items, contentSchema, additionalProperties. */
  readonly inner: ReadonlyMap<string, Located>;
  readonly unions: readonly Union[];
  readonly limits: Limits;
  /** It allows everything. */
  readonly isOpen: boolean;
}

/** The members of a union and how they are told apart. */
export interface Union {
  /** The schema that has it. */
  readonly place: Located;
  /** Without null. */
  readonly members: readonly Located[];
}

const unionKeywords = ['anyOf', 'oneOf'] as const;
/** Keywords that hold one schema. */
export const innerKeywords = ['items', 'contentSchema', 'additionalProperties'] as const;
/** They describe and do not restrict. */
const annotations = new Set(
  'title description default example examples deprecated readOnly writeOnly externalDocs xml nullable discriminator $comment $id $schema $anchor $defs definitions'.split(
    ' ',
  ),
);

/** A schema behind its references. */
export interface Unwrapped {
  /** What is meant in the end; null where a reference leads nowhere. */
  readonly schema: Located | null;
  /** A wrapper on the way allows null. */
  readonly allowsNull: boolean;
}

/** Without one of these a schema points nowhere. */
const pointing = ['$ref', 'allOf', ...unionKeywords];

/** Goes through what only points on: references, an `allOf` of one, a union of one and null. */
export function unwrap(side: Side, place: Located): Unwrapped {
  const { value } = place;
  if (!isObject(value) || !pointing.some((keyword) => keyword in value)) return { schema: place, allowsNull: false };
  let here: Located = place;
  let allowsNull = false;
  const seen = new Set<string>();
  for (;;) {
    const pointer = toPointer(here);
    const next = seen.has(pointer) ? null : nextOf(side, here);
    if (!next) return { schema: here, allowsNull };
    seen.add(pointer);
    if (referenceOf(here) !== undefined && !follow(side, here)) return { schema: null, allowsNull };
    allowsNull ||= next.allowsNull;
    here = next.place;
  }
}

/** Where a schema that only points on points to. */
function nextOf(side: Side, here: Located): { readonly place: Located; readonly allowsNull: boolean } | null {
  const { value } = here;
  if (!isObject(value)) return null;
  const rules = Object.keys(value).filter((name) => !annotations.has(name) && !name.startsWith('x-'));
  const allowsNull = value['nullable'] === true;
  if (referenceOf(here) !== undefined)
    return rules.length === 1 || side.hasBareReferences ? { place: follow(side, here) ?? here, allowsNull } : null;
  const [keyword = '', ...others] = rules.filter((name) => !(name === 'type' && value['type'] === 'object'));
  if (others.length > 0) return null;
  const members = itemsOf(child(here, keyword));
  if (keyword === 'allOf' && members.length === 1) return { place: members[0] ?? here, allowsNull };
  if (!unionKeywords.some((union) => union === keyword)) return null;
  const [member, ...more] = members.filter((one) => !isNull(one));
  if (!member || more.length > 0) return null;
  return { place: member, allowsNull: allowsNull || members.length > 1 };
}

/** Reads a schema into the form that is compared. */
export function readShape(side: Side, place: Located): Shape {
  const pointer = toPointer(place);
  const known = side.shapes.get(pointer) ?? takeTogether(side, place);
  side.shapes.set(pointer, known);
  return known;
}

function takeTogether(side: Side, place: Located): Shape {
  const parts = collectParts(side, place);
  const unions = parts.flatMap(readUnions);
  const properties = new Map<string, Located>();
  const inner = new Map<string, Located>();
  for (const part of parts) {
    for (const [name, schema] of entriesOf(child(part, 'properties'))) add(properties, name, schema);
    for (const name of innerKeywords) {
      const schema = child(part, name);
      if (schema.value !== undefined && schema.value !== true && !isEmpty(schema.value)) add(inner, name, schema);
    }
  }
  const required = parts.flatMap(({ value }) => texts(at(value, 'required')));
  const types = intersect(parts.map(typesOf));
  const values = intersectValues(parts.map(valuesOf));
  const limits = mergeLimits(parts.map(({ value }) => readLimits(value)));
  const isOpen = !types && !values && [properties, inner, limits].every(({ size }) => size === 0);
  return {
    ...{ types, values, properties, inner, unions, limits },
    acceptsNull: parts.every((part) => acceptsNull(side, part)),
    required: new Set(required),
    isOpen: isOpen && unions.length === 0 && required.length === 0,
  };
}

/** The schema itself and all that its `allOf`, or a reference with something beside it, adds. */
function collectParts(side: Side, place: Located, seen: Set<string> = new Set()): Located[] {
  if (seen.has(toPointer(place))) return [];
  seen.add(toPointer(place));
  const added = itemsOf(child(place, 'allOf'));
  if (referenceOf(place) !== undefined) {
    const target = follow(side, place);
    if (target) added.push(target);
  }
  const targets = added.map((one) => unwrap(side, one).schema).filter((one) => one !== null);
  return [place, ...targets.flatMap((target) => collectParts(side, target, seen))];
}

function readUnions(place: Located): Union[] {
  return unionKeywords
    .map((keyword) => itemsOf(child(place, keyword)))
    .filter((members) => members.length > 0)
    .map((members) => ({ place, members: members.filter((member) => !isNull(member)) }));
}

function acceptsNull(side: Side, { names, value }: Located): boolean {
  if (!isObject(value)) return value !== false;
  if (value['nullable'] === true) return true;
  if (value['type'] !== undefined && !texts(value['type']).includes('null')) return false;
  const listed = listedValues(value);
  if (listed && !listed.includes(null)) return false;
  return readUnions({ names, value }).every(({ place, members }) => {
    const hasNull = unionKeywords.some((keyword) => itemsOf(child(place, keyword)).some(isNull));
    return hasNull || members.some((member) => unwrappedAcceptsNull(side, member));
  });
}

function unwrappedAcceptsNull(side: Side, member: Located): boolean {
  const { schema, allowsNull } = unwrap(side, member);
  return allowsNull || schema === null || (isObject(schema.value) && texts(schema.value['type']).includes('null'));
}

function isNull({ value }: Located): boolean {
  if (!isObject(value)) return false;
  const listed = listedValues(value);
  return value['type'] === 'null' || (listed !== null && listed.length > 0 && listed.every((one) => one === null));
}

function typesOf({ value }: Located): ReadonlySet<string> | null {
  if (value === false) return new Set();
  const types = isObject(value) ? value['type'] : undefined;
  return types === undefined ? null : new Set(texts(types).filter((type) => type !== 'null'));
}

function valuesOf({ value }: Located): readonly Json[] | null {
  return (isObject(value) ? listedValues(value) : null)?.filter((one) => one !== null) ?? null;
}

function listedValues(value: Readonly<Record<string, Json | undefined>>): readonly Json[] | null {
  if (value['const'] !== undefined) return [value['const']];
  return Array.isArray(value['enum']) ? (value['enum'] as readonly Json[]) : null;
}

function intersect(all: readonly (ReadonlySet<string> | null)[]): ReadonlySet<string> | null {
  const [first, ...others] = all.filter((types) => types !== null);
  if (!first) return null;
  const allows = (types: ReadonlySet<string>, type: string) =>
    types.has(type) || (type === 'integer' && types.has('number'));
  const common = [first, ...others].flatMap((types) => [...types]);
  return new Set(common.filter((type) => [first, ...others].every((types) => allows(types, type))));
}

function intersectValues(all: readonly (readonly Json[] | null)[]): readonly Json[] | null {
  const [first, ...others] = all.filter((values) => values !== null);
  return first?.filter((value) => others.every((values) => values.some((one) => isEqual(one, value)))) ?? null;
}

/** Said twice, both must hold. */
function add(schemas: Map<string, Located>, name: string, schema: Located): void {
  const known = schemas.get(name);
  const both = known && {
    names: [...known.names, 'allOf', 'both'],
    value: { allOf: [known.value ?? true, schema.value ?? true] },
  };
  schemas.set(name, both ?? schema);
}

function isEmpty(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function texts(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}
