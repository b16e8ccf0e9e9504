import { zodToOpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editions } from '../../src/api/editions.ts';
import { buildDocument, specVersions, writeDocument } from '../../src/openapi/index.ts';
import { at, type Json, objectAt, resolve } from '../../src/openapi/json.ts';
import * as models from '../../src/schemas.ts';
import { thinned } from '../support/runs.ts';
import { gates, structureOf } from './support/gates.ts';

/** The inner loop takes the first edition in 3.1. */
const versions = thinned(
  editions.flatMap((edition) => specVersions.map((spec) => ({ edition, spec }))),
  6,
);

describe.each(versions)('edition $edition in $spec', ({ edition, spec }) => {
  const document = buildDocument({ edition, spec });
  const text = JSON.stringify(document);
  const structure = structureOf(document);
  const operations = structure.filter(({ names }) => names.length === 3 && names[0] === 'paths');

  test.each(Object.entries(gates))('%s', async (_, gate) => {
    expect(await gate(document, spec)).toEqual([]);
  });

  test('is the same when built and written again', async () => {
    expect(await writeDocument(buildDocument({ edition, spec }), 'json')).toBe(await writeDocument(document, 'json'));
    expect(parse(await writeDocument(document, 'yaml'), { version: '1.1' })).toEqual(JSON.parse(text));
  });

  test('has the operations and fields of its edition, and says since when and until when', () => {
    const ids = operations.map(({ value }) => value['operationId']);
    expect(ids.includes('generateSessionTitle')).toBe(edition === '2026-05');
    const extensions = structure.flatMap(({ names, value }) =>
      ['x-since', 'x-until'].flatMap((name) => (name in value ? [`${names.at(-1)} ${name} ${value[name]}`] : [])),
    );
    expect(extensions).toEqual([
      ...(edition === '2026-05' ? ['post x-until 2026-08'] : []),
      ...(edition === '2026-09'
        ? [
            'require_all_indexes x-since 2026-09',
            'shared_access x-since 2026-09',
            'skipped_index_ids x-since 2026-09',
            'shared_access x-since 2026-09',
            'shared_access x-since 2026-09',
          ]
        : []),
      ...(edition === '2026-05' ? [] : ['input x-since 2026-08', 'ctx x-since 2026-08']),
    ]);
  });

  test('each operation says in this order what it is, who may call it, and the errors that all have', () => {
    for (const { value } of operations) {
      const words = Object.keys(value).filter((name) => !name.startsWith('x-'));
      expect(words.slice(0, 5)).toEqual(['operationId', 'summary', 'description', 'tags', 'security']);
      expect(Object.keys(objectAt(value, 'responses'))).toEqual(expect.arrayContaining(['401', '403', '422', '429']));
      expect(value['security']).toEqual([{ HTTPBearer: [] }, { SessionCookie: [] }]);
    }
    expect(operations).toHaveLength(edition === '2026-05' ? 10 : 9);
  });

  test('the stream is told to machines in 3.2 and to readers in both', () => {
    const [stream] = operations.filter(({ value }) => value['operationId'] === 'streamMessages');
    const response = objectAt(stream?.value, 'responses', '200');
    expect(String(response['description'])).toContain('`event: delta` carries `text_delta` and `thinking_delta`');
    const content = objectAt(response, 'content', 'text/event-stream');
    // What generators of clients take for the type of an event.
    expect(content['schema']).toEqual({ $ref: '#/components/schemas/Event' });
    if (spec === '3.1') {
      expect(content['itemSchema']).toBeUndefined();
      return;
    }
    expect(content['itemSchema']).toEqual({ $ref: '#/components/schemas/Frame' });
    const eventsOf = (frame: string) => {
      const references = at(
        document,
        'components',
        'schemas',
        frame,
        'properties',
        'data',
        'contentSchema',
        'oneOf',
      ) as Json[];
      return references.map((reference) => at(resolve(document, reference), 'properties', 'type', 'const'));
    };
    expect(eventsOf('DeltaFrame')).toEqual(['thinking_delta', 'text_delta']);
    expect(eventsOf('MessageFrame')).toEqual(['thinking', 'text', 'user_input', 'tool_call', 'tool_result', 'stop']);
  });
});

test('examples are valid by the models that the documents are made of', () => {
  const schemas = objectAt(buildDocument({ edition: '2026-09' }), 'components', 'schemas');
  const checked = Object.values(models).flatMap((model) => {
    if (!('safeParse' in model)) return [];
    const name = zodToOpenAPIRegistry.get(model)?._internal?.refId ?? '';
    return ((at(schemas, name, 'examples') ?? []) as Json[]).map((example) => {
      expect([name, model.safeParse(example).error?.issues ?? []]).toEqual([name, []]);
      return name;
    });
  });
  expect(new Set(checked).size).toBe(Object.keys(schemas).length - ['Frame', 'DeltaFrame', 'MessageFrame'].length);
});
