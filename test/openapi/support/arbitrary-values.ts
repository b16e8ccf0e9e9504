import fc from 'fast-check';
import { isObject, type Json, objectAt, resolve } from '../../../src/openapi/json.ts';

const text = (maxLength = 40) => fc.string({ unit: 'grapheme', maxLength }).map((value) => value.slice(0, maxLength));

/** Values that a schema of a document allows; the keywords are those that our requests have. */
export function valuesOf(document: object, reference: Json | undefined): fc.Arbitrary<unknown> {
  const schema = resolve(document, reference);
  if (!isObject(schema)) throw new TypeError(`No schema: ${JSON.stringify(schema)}`);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...schema['anyOf'].map((one: Json) => valuesOf(document, one)));
  const types = [schema['type']].flat() as string[]; // One name or several.
  return fc.oneof(...types.map((type) => valuesOfType(document, type, schema)));
}

function valuesOfType(
  document: object,
  type: string,
  schema: Readonly<Record<string, unknown>>,
): fc.Arbitrary<unknown> {
  const { maxLength, minItems, maxItems = 12, required = [], format, items } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer();
    case 'string':
      return format === 'uuid' ? fc.uuid() : text(maxLength as number | undefined);
    case 'array':
      return fc.array(valuesOf(document, items as Json), {
        maxLength: maxItems as number,
        ...(minItems !== undefined && { minLength: minItems as number }),
      });
    case 'object': {
      const properties = Object.entries(objectAt(schema, 'properties')).map(
        ([name, property]) => [name, valuesOf(document, property)] as const,
      );
      const known = fc.record(Object.fromEntries(properties), { requiredKeys: required as string[] });
      // Unknown keys are allowed wherever they are not forbidden.
      return fc
        .tuple(fc.option(fc.record({ surprise: fc.jsonValue({ maxDepth: 1 }) }), { nil: {} }), known)
        .map(([surprise, value]) => ({ ...surprise, ...value }));
    }
    default:
      throw new TypeError(`No values are made for the type ${type}.`);
  }
}
