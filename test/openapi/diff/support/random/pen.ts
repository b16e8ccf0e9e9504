import { isObject, type Json, type JsonObject } from '../../../../../src/openapi/json.ts';
import { condition } from '../condition.ts';

/** The versions that a document may have. */
export const versions = ['3.0.3', '3.1.0', '3.2.0'] as const;

/** Writes one document: it holds the choices and what was written beside the place itself. */
export interface Pen {
  readonly version: (typeof versions)[number];
  readonly isYaml: boolean;
  readonly choose: <Value>(...options: readonly Value[]) => Value;
  /** The components by kind and name. */
  readonly components: Record<string, Record<string, Json>>;
  /** Schemas that may stand in several places, by their text. */
  readonly shared: Map<string, JsonObject>;
  /** The names of the ways of writing that were used. */
  readonly ways: Set<string>;
  readonly prefix: string;
  /** Whether `unevaluatedProperties` must see what is written, so that it cannot stand below `not`. */
  readonly isSeen?: boolean;
}

/** Whether a document has JSON Schema 2020-12. */
export function isModern({ version }: Pen): boolean {
  return version !== '3.0.3';
}

/** Chooses one of the named ways to write something; null is a way that the version does not have. */
export function choosing<Value>(pen: Pen, ways: Readonly<Record<string, (() => Value) | null>>): Value {
  const open = Object.entries(ways).flatMap(([name, write]) => (write ? [{ name, write }] : []));
  const { name, write } = pen.choose(...open);
  pen.ways.add(name);
  return write();
}

/** Adds a component and returns its name. */
export function addComponent(pen: Pen, kind: string, value: Json): string {
  pen.components[kind] ??= {};
  const all = pen.components[kind];
  const name = `${pen.prefix}${Object.keys(all).length}`;
  all[name] = value;
  return name;
}

/** A reference to a new component. */
export function refer(pen: Pen, kind: string, value: Json): JsonObject {
  return { $ref: `#/components/${kind}/${addComponent(pen, kind, value)}` };
}

/** The keys in this or the other order. */
export function turn(pen: Pen, value: JsonObject): JsonObject {
  return pen.choose(true, false) ? value : Object.fromEntries(Object.entries(value).reverse());
}

/** The items in this or the other order. */
export function turnList<Item>(pen: Pen, items: readonly Item[]): readonly Item[] {
  return pen.choose(true, false) ? items : items.toReversed();
}

/** Puts a schema somewhere else, or in parts, without changing what it means. */
export function wrap(pen: Pen, schema: JsonObject): JsonObject {
  if (Object.keys(schema).length === 0) return schema;
  const modern = isModern(pen);
  return choosing<JsonObject>(pen, {
    inline: () => turn(pen, schema),
    'inline ': () => turn(pen, schema),
    shared: () => {
      const key = JSON.stringify(schema);
      const known = pen.shared.get(key) ?? schema;
      pen.shared.set(key, known);
      return known;
    },
    $ref: () => refer(pen, 'schemas', schema),
    'a chain of $ref': () => refer(pen, 'schemas', refer(pen, 'schemas', schema)),
    'one allOf': () => ({ allOf: [wrap(pen, schema)] }),
    'parts of allOf': () => ({ allOf: split(pen, schema).map((part) => wrap(pen, part)) }),
    'allOf beside keywords':
      'allOf' in schema
        ? null
        : () => {
            const [one, other] = split(pen, schema);
            return { ...one, allOf: [wrap(pen, other)] };
          },
    '$ref beside keywords':
      modern && !('$ref' in schema)
        ? () => {
            const [one, other] = split(pen, schema);
            return turn(pen, { ...one, ...refer(pen, 'schemas', other) });
          }
        : null,
    $anchor: modern
      ? () => {
          const name = `a${Object.keys(pen.components['schemas'] ?? {}).length}`;
          addComponent(pen, 'schemas', { ...schema, $anchor: name });
          return { $ref: `#${name}` };
        }
      : null,
    $defs: modern
      ? () => {
          const $defs = { own: schema, none: { type: 'boolean' } };
          const name = addComponent(pen, 'schemas', { $defs, $ref: '' });
          const holder = `#/components/schemas/${name}/$defs/own`;
          addReference(pen, name, { $defs, $ref: holder });
          return pen.choose({ $ref: holder }, { $ref: `#/components/schemas/${name}` });
        }
      : null,
    'not of not': modern && !pen.isSeen ? () => ({ not: { not: wrap(pen, schema) } }) : null,
    'a condition that always holds': modern ? () => condition(true, { holds: wrap(pen, schema), fails: false }) : null,
    'a condition that never holds': modern ? () => condition(false, { fails: wrap(pen, schema) }) : null,
    'a merge key': pen.isYaml && !('oneOf' in schema || 'anyOf' in schema) ? () => merge(pen, schema) : null,
  });
}

function addReference({ components }: Pen, name: string, value: Json): void {
  Object.assign(components['schemas'] ?? {}, { [name]: value });
}

/** Keywords that mean something together only. */
const together: readonly (readonly string[])[] = [
  ['properties', 'additionalProperties'],
  ['oneOf', 'anyOf', 'discriminator'],
  ['maximum', 'exclusiveMaximum'],
  ['minimum', 'exclusiveMinimum'],
];

/** Divides the keywords of a schema in two parts that must both hold. */
function split(pen: Pen, schema: JsonObject): readonly [JsonObject, JsonObject] {
  const groups = [
    ...together,
    ...('nullable' in schema ? [['nullable', 'type', 'enum', 'allOf', 'oneOf', 'anyOf', 'discriminator']] : []),
  ];
  const sides = new Map<string, 0 | 1>();
  const parts: [Record<string, Json>, Record<string, Json>] = [{}, {}];
  const { additionalProperties, unevaluatedProperties } = schema;
  for (const [name, value] of Object.entries(schema)) {
    if (value === undefined) continue;
    if (unevaluatedProperties !== undefined) {
      parts[0][name] = value;
      continue;
    }
    const group = groups.findLast((names) => names.includes(name));
    const side = sides.get(group?.join() ?? name) ?? pen.choose<0 | 1>(0, 1);
    sides.set(group?.join() ?? name, side);
    if (name === 'properties' && isObject(value) && additionalProperties === undefined && pen.choose(true, false)) {
      for (const [property, one] of Object.entries(value)) {
        const part = parts[pen.choose<0 | 1>(0, 1)];
        part['properties'] = { ...(part['properties'] as JsonObject | undefined), [property]: one ?? null };
      }
    } else parts[side][name] = value;
  }
  return parts;
}

/** Brings in some keywords by a merge key. */
function merge(pen: Pen, schema: JsonObject): JsonObject {
  const [one, other] = split(pen, schema);
  const doubled = Object.keys(one).some((name) => name in other);
  return doubled || Object.keys(one).length === 0 ? schema : { '<<': one, ...other };
}
