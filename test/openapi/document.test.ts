import { readFileSync } from 'node:fs';
import { zodToOpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editions } from '../../src/api/editions.ts';
import { buildDocument, documentFileName, specVersions, writeDocument } from '../../src/openapi/index.ts';
import { at, isObject, type Json, objectAt, resolve } from '../../src/openapi/json.ts';
import * as models from '../../src/schemas.ts';
import { createOracle, isOpenApi } from './support/oracle.ts';
import { isInExample, walk } from './support/walk.ts';

const versions = editions.flatMap((edition) => specVersions.map((spec) => ({ edition, spec })));

describe.each(versions)('edition $edition in $spec', ({ edition, spec }) => {
  const document = buildDocument({ edition, spec });
  const text = JSON.stringify(document);
  const places = walk(document);
  const structure = places.filter((place) => !isInExample(place));
  const oracle = createOracle(document, spec);
  const schemas = Object.entries(objectAt(document, 'components', 'schemas'));
  const operations = structure.filter(({ names }) => names.length === 3 && names[0] === 'paths');

  test('is valid by two validators, and the same when built and written again', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(text));
    expect([valid, errors]).toEqual([true, undefined]);
    expect(await isOpenApi(document, spec)).toBe(true);
    expect(await writeDocument(buildDocument({ edition, spec }), 'json')).toBe(await writeDocument(document, 'json'));
    expect(parse(await writeDocument(document, 'yaml'), { version: '1.1' })).toEqual(JSON.parse(text));
    const file = new URL(`../../openapi/${documentFileName(edition, spec)}`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(await writeDocument(document, 'yaml'));
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

  test('describes every operation, parameter, field, response and header', () => {
    for (const { value } of operations) {
      expect(
        Object.keys(value)
          .filter((name) => !name.startsWith('x-'))
          .slice(0, 5),
      ).toEqual(['operationId', 'summary', 'description', 'tags', 'security']);
      const parameters = (value['parameters'] as Json[]).map((parameter) => resolve(document, parameter));
      expect(parameters.map((parameter) => at(parameter, 'description')).every(Boolean)).toBe(true);
      expect(Object.keys(objectAt(value, 'responses'))).toEqual(expect.arrayContaining(['401', '403', '422', '429']));
    }
    const fields = structure.filter(({ names }) => ['properties', 'headers', 'responses'].includes(names.at(-2) ?? ''));
    const bare = fields.filter(({ value }) => !value['description'] && !value['$ref'] && !value['anyOf']);
    expect(bare.map(({ names }) => names.join('.'))).toEqual([]);
    expect(schemas.filter(([, schema]) => !at(schema, 'description')).map(([name]) => name)).toEqual([]);
    const secured = operations.map(({ value }) => value['security']);
    expect(secured.every((one) => JSON.stringify(one) === '[{"HTTPBearer":[]},{"SessionCookie":[]}]')).toBe(true);
  });

  test('has an example for every schema and body, and each is valid by its schema', async () => {
    for (const [name, schema] of schemas) {
      const examples = at(schema, 'examples') as Json[] | undefined;
      expect([name, examples?.length ?? 0]).not.toEqual([name, 0]);
      for (const example of examples ?? [])
        expect([name, example, await oracle.accepts(['components', 'schemas', name], example)]).toEqual([
          name,
          example,
          true,
        ]);
    }
    const fields = structure.filter(
      ({ names, value }) => names.includes('schemas') && Array.isArray(value['examples']),
    );
    for (const { names, value } of fields) {
      for (const example of value['examples'] as Json[])
        expect([names, await oracle.accepts(names, example)]).toEqual([names, true]);
    }
    const bodies = structure
      .filter(({ value }) => 'schema' in value || 'itemSchema' in value)
      .filter(({ names }) => names.includes('content'));
    for (const { names, value } of bodies) {
      const examples = Object.values(objectAt(value, 'examples'));
      expect([names, examples.length]).not.toEqual([names, 0]);
      for (const example of examples) {
        const items = at(example, 'dataValue');
        if (!Array.isArray(items)) {
          expect([names, await oracle.accepts([...names, 'schema'], at(example, 'value'))]).toEqual([names, true]);
          continue;
        }
        for (const item of items)
          expect([item, await oracle.accepts([...names, 'itemSchema'], item)]).toEqual([item, true]);
        const wire = items.map((item: Json) => `event: ${at(item, 'event')}\ndata: ${at(item, 'data')}\n\n`).join('');
        expect(at(example, 'serializedValue')).toBe(wire);
      }
    }
  });

  test('has no component that nothing refers to', () => {
    const components = Object.entries(objectAt(document, 'components')).filter(([kind]) => kind !== 'securitySchemes');
    const references = components.flatMap(([kind, all]) =>
      Object.keys(objectAt(all)).map((name) => `#/components/${kind}/${name}`),
    );
    expect(references.filter((reference) => !text.includes(`"$ref":"${reference}"`))).toEqual([]);
    expect(references.length).toBeGreaterThan(30);
  });

  test('what may be null accepts null', async () => {
    const nullable = structure.filter(({ value }) => {
      const options = [value['type'], ...((value['anyOf'] ?? []) as Json[]).map((option) => at(option, 'type'))].flat();
      return options.includes('null');
    });
    const inSchemas = nullable.filter(({ value }) => value['type'] !== 'null');
    expect(inSchemas.length).toBeGreaterThan(15);
    for (const { names } of inSchemas) expect([names, await oracle.accepts(names, null)]).toEqual([names, true]);
    expect(structure.filter(({ value }) => 'nullable' in value || 'allOf' in value)).toEqual([]);
  });

  test('has each discriminator once, with one name for each member of its union', () => {
    const unions = structure.filter(({ value }) => isObject(value['discriminator']));
    expect(unions.map(({ names }) => names.at(-1))).toEqual(spec === '3.2' ? ['Event', 'Frame'] : ['Event']);
    for (const { value } of unions) {
      const mapping = objectAt(value, 'discriminator', 'mapping');
      const members = (value['oneOf'] as Json[]).map((member) => at(member, '$ref'));
      expect(Object.values(mapping)).toEqual(members);
      const property = String(at(value, 'discriminator', 'propertyName'));
      const tags = members.map((member) =>
        at(resolve(document, { $ref: String(member) }), 'properties', property, 'const'),
      );
      expect(tags).toEqual(Object.keys(mapping));
    }
  });

  test('the stream is told to machines in 3.2 and to readers in both', () => {
    const [stream] = operations.filter(({ value }) => value['operationId'] === 'streamMessages');
    const response = objectAt(stream?.value, 'responses', '200');
    expect(String(response['description'])).toContain('`event: delta` carries `text_delta` and `thinking_delta`');
    const content = objectAt(response, 'content', 'text/event-stream');
    if (spec === '3.1') {
      expect(at(content, 'schema', 'type')).toBe('string');
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
