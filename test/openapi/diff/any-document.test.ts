import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editions } from '../../../src/api/editions.ts';
import { buildDocument, diffDocuments, specVersions } from '../../../src/openapi/index.ts';
import { isObject, type Json, type JsonObject } from '../../../src/openapi/json.ts';
import { runs } from '../../support/runs.ts';
import { walk } from '../support/walk.ts';

const documents = editions.flatMap((edition) => specVersions.map((spec) => buildDocument({ edition, spec })));
/** What may stand anywhere in a document that nobody has looked at. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, // JSON, by its name.
  fc.constantFrom<Json>(
    { $ref: '#' },
    { $ref: '#/components/schemas/Event' },
    { $ref: '#/components/schemas/Nobody' },
    { $ref: 7 },
    { allOf: [{ $ref: '#/components/schemas/SessionDetail' }, { required: ['id'] }] },
    { oneOf: [{ $ref: '#/components/schemas/Event' }, { type: 'null' }] },
    { type: ['string', 'null', 7], enum: [null] },
    { anyOf: [] },
    { properties: [], required: 'all', items: [{}], type: {} },
  ),
);

/** A document with something else, or nothing, in one place. */
const broken = fc
  .tuple(fc.constantFrom(...documents), fc.nat(), fc.option(junk, { nil: undefined }))
  .map(([document, index, value]) => {
    const places = walk(document).filter(({ names }) => names.length > 1);
    const { names } = places[index % places.length] ?? { names: [] };
    return { document, broken: replaceAt(document, names, value) as JsonObject };
  });

test('whatever stands in a document, it can be compared, and with itself it is the same', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(broken, ({ document, broken }) => {
      expect(diffDocuments(broken, structuredClone(broken)).changes).toEqual([]);
      const there = diffDocuments(document, broken);
      const back = diffDocuments(broken, document);
      // What is seen one way is seen the other way.
      expect(there.changes.length === 0).toBe(back.changes.length === 0);
    }),
    { seed: 5, numRuns: runs(60) },
  );
});

function replaceAt(
  value: Json | undefined,
  [name, ...rest]: readonly string[],
  replacement: Json | undefined,
): Json | undefined {
  if (name === undefined) return replacement;
  if (Array.isArray(value))
    return value.flatMap((item: Json, index) =>
      String(index) === name ? (replaceAt(item, rest, replacement) ?? []) : [item],
    );
  if (!isObject(value)) return value;
  return { ...value, [name]: replaceAt(value[name], rest, replacement) };
}
