import type { JsonObject } from '../../../../src/openapi/json.ts';
import { documentOf, thingOf } from './judge.ts';

const text = { type: 'string' };
const refer = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const named = (count: number, write: (index: number) => object): Record<string, object> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`S${index}`, write(index)]));
const list = <Item>(count: number, write: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => write(index));
const numbers = (count: number, from = 0): string[] => list(count, (index) => `v${index + from}`);

/** Documents of a size whose comparison once took, or could take, more time than their size explains. */
export const large: Readonly<Record<string, (size: number, edition: 0 | 1) => object>> = {
  'references that repeat on every level': (size, edition) =>
    thingOf(refer('S0'), {
      ...named(size, (index) => ({
        type: 'object',
        properties: { a: refer(`S${index + 1}`), b: refer(`S${index + 1}`), c: { allOf: [refer(`S${index + 1}`)] } },
      })),
      [`S${size}`]: edition ? { type: 'integer' } : text,
    }),
  'a union on every level': (size, edition) =>
    thingOf(refer('S0'), {
      ...named(size, (index) => ({
        oneOf: ['a', 'b'].map((key) => ({ type: 'object', properties: { [key]: refer(`S${index + 1}`) } })),
      })),
      [`S${size}`]: edition ? { type: 'integer' } : text,
    }),
  'a chain of references': (size, edition) =>
    thingOf(refer('S0'), {
      ...named(size, (index) => refer(`S${index + 1}`)),
      [`S${size}`]: edition ? { type: 'integer' } : text,
    }),
  'a chain of properties': (size, edition) =>
    thingOf(refer('S0'), {
      ...named(size, (index) => ({ type: 'object', properties: { next: refer(`S${index + 1}`) } })),
      [`S${size}`]: edition ? { type: 'integer' } : text,
    }),
  'a chain of allOf': (size, edition) =>
    thingOf(refer('S0'), {
      ...named(size, (index) => ({
        allOf: [refer(`S${index + 1}`), { type: 'object', properties: { [`p${index}`]: text } }],
      })),
      [`S${size}`]: { type: 'object', properties: { last: edition ? { type: 'integer' } : text } },
    }),
  'a circle of all schemas': (size, edition) =>
    thingOf(
      refer('S0'),
      named(size, (index) => ({
        type: 'object',
        properties: {
          next: refer(`S${(index + 1) % size}`),
          other: refer(`S${(index * 7) % size}`),
          own: edition && index === 0 ? { type: 'integer' } : text,
        },
      })),
    ),
  'unused schemas in a circle': (size, edition) =>
    thingOf(
      text,
      named(size, (index) => ({
        type: 'object',
        properties: { next: refer(`S${(index + 1) % size}`), own: edition && index === 0 ? { type: 'integer' } : text },
      })),
    ),
  'a list of values': (size, edition) => thingOf({ type: 'string', enum: numbers(size, edition * size) }),
  'a union of values': (size, edition) =>
    thingOf({ oneOf: numbers(size, edition).map((value) => ({ const: value, title: value })) }),
  'members of a union': (size, edition) =>
    thingOf({
      oneOf: list(size, (index) => ({
        type: 'object',
        required: ['kind'],
        properties: { kind: { const: `k${index + edition}` }, own: text },
      })),
    }),
  'members without a tag': (size, edition) =>
    thingOf({
      anyOf: list(size, (index) => ({ type: 'object', required: [`k${index + edition}`] })),
    }),
  'properties of one object': (size, edition) =>
    thingOf({
      type: 'object',
      required: numbers(size),
      properties: Object.fromEntries(numbers(size, edition).map((name) => [name, text])),
    }),
  'items by position': (size, edition) =>
    thingOf({
      type: 'array',
      prefixItems: list(size, (index) => ({ type: 'string', maxLength: index + 1 + edition })),
    }),
  'operations that share a schema': (size, edition) =>
    documentOf({
      paths: Object.fromEntries(
        list(size, (index) => [
          `/p${index}/{id}`,
          {
            get: {
              parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
              responses: { 200: { description: 'ok', content: { 'application/json': { schema: refer('S') } } } },
            },
          },
        ]),
      ),
      components: { schemas: { S: { type: 'object', properties: { a: edition ? { type: 'integer' } : text } } } },
    }),
  'servers of operations': (size, edition) =>
    documentOf({
      servers: list(Math.ceil(size / 10), (index) => ({ url: `https://s${index + edition}.test/v1` })),
      paths: Object.fromEntries(
        list(size, (index) => [`/p${index}`, { get: { responses: { 200: { description: 'ok' } } } }]),
      ),
    }),
  'ways to be let in': (size, edition) =>
    documentOf({
      paths: {
        '/x': {
          get: {
            responses: { 200: { description: 'ok' } },
            security: list(size, (index) => ({ [`k${index}`]: [] })),
          },
        },
      },
      components: {
        securitySchemes: Object.fromEntries(
          list(size, (index) => [`k${index}`, { type: 'apiKey', in: 'header', name: `X-${index + edition}` }]),
        ),
      },
    }),
};
