/** JSON as it stands in a document that nobody has typed. A bigint is a whole number that a number cannot hold. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
/** A JSON object of unknown content. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Returns whether a value is a JSON object: not null and not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at this path of keys; undefined if one is missing. */
export function at(value: unknown, ...names: readonly string[]): Json | undefined {
  let here: unknown = value;
  for (const name of names) here = isObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
  return here as Json | undefined; // What is inside of JSON is JSON.
}

/** The object at this path of keys; an empty one if there is none. */
export function objectAt(value: unknown, ...names: readonly string[]): JsonObject {
  const found = at(value, ...names);
  return isObject(found) ? found : {};
}

/** Resolves a `$ref` within the document, through chains of references; returns other objects unchanged. */
export function resolve(document: unknown, value: Json | undefined): Json | undefined {
  let here = value;
  for (let hops = 0; hops < 32 && isObject(here) && typeof here['$ref'] === 'string'; hops++)
    here = at(document, ...pointerNames(here['$ref']));
  return here;
}

function pointerNames(reference: string): string[] {
  if (!reference.startsWith('#/')) return [];
  const names = reference.slice(2).split('/');
  return names.map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
}
