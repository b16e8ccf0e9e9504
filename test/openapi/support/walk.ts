import { isObject, type Json, type JsonObject } from '../../../src/openapi/json.ts';

export interface Place {
  readonly names: readonly string[];
  readonly value: JsonObject;
}

/** Every object of a document with the names that lead to it. */
export function walk(value: Json | undefined, names: readonly string[] = []): Place[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => walk(item, [...names, String(index)]));
  if (!isObject(value)) return [];
  return [{ names, value }, ...Object.entries(value).flatMap(([name, inner]) => walk(inner, [...names, name]))];
}

/** Data, not description: what is below is not part of the document's own structure. */
export function isInExample({ names }: Place): boolean {
  return names.some((name) => ['example', 'examples', 'default'].includes(name));
}
