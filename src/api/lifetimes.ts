import { z } from 'zod';
import { keywords } from './describe.ts';
import { type Edition, existsIn, type Lifetime } from './editions.ts';

/** Which editions a field's schema belongs to; what is not registered belongs to all. */
export const lifetimes = z.registry<Lifetime>();

/** Marks the schema of a field that not every edition has. */
export function during<S extends z.ZodType>(lifetime: Lifetime, schema: S): S {
  const { since, until } = lifetime;
  const marked = schema.openapi(
    keywords({ ...(since && { 'x-since': since }), ...(until && { 'x-until': until }) }),
  ) as S;
  lifetimes.add(marked, lifetime);
  return marked;
}

const cache = new Map<Edition, WeakMap<z.ZodType, z.ZodType>>();

/** The schema as it stands in an edition: the same one where nothing in it depends on editions. */
export function inEdition<S extends z.ZodType>(schema: S, edition: Edition): S {
  const known = cache.get(edition) ?? new WeakMap<z.ZodType, z.ZodType>();
  cache.set(edition, known);
  const before = known.get(schema);
  if (before) return before as S; // The cache holds for each schema a schema of its own type.
  const filtered = filter(schema, edition);
  known.set(schema, filtered);
  return filtered as S; // Filtering keeps the kind of schema and only drops fields.
}

function filter(schema: z.ZodType, edition: Edition): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>;
    const entries = Object.entries(shape)
      .filter(([, field]) => existsIn(lifetimes.get(field) ?? {}, edition))
      .map(([name, field]) => [name, inEdition(field, edition)] as const);
    const same =
      entries.length === Object.keys(shape).length && entries.every(([name, field]) => shape[name] === field);
    return same ? schema : rebuild(schema, { shape: Object.fromEntries(entries) });
  }
  if (schema instanceof z.ZodArray) return replaceInner(schema, 'element', edition);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return replaceInner(schema, 'innerType', edition);
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.ZodType[];
    const filtered = options.map((option) => inEdition(option, edition));
    return filtered.every((option, index) => option === options[index])
      ? schema
      : rebuild(schema, { options: filtered });
  }
  return schema;
}

function replaceInner(schema: z.ZodType, key: 'element' | 'innerType', edition: Edition): z.ZodType {
  const inner = (schema.def as unknown as Record<string, z.ZodType>)[key] as z.ZodType; // Both kinds have just this key.
  const filtered = inEdition(inner, edition);
  return filtered === inner ? schema : rebuild(schema, { [key]: filtered });
}

/** A clone with other parts; its parent link keeps the name and description that were registered for it. */
function rebuild(schema: z.ZodType, parts: object): z.ZodType {
  return schema.clone({ ...schema.def, ...parts }, { parent: true });
}
