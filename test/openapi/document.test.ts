import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { editions } from '../../src/api/editions.ts';
import { buildDocument, writeDocument } from '../../src/openapi/index.ts';
import * as schemas from '../../src/schemas.ts';

describe.each(editions)('edition %s', (edition) => {
  const document = buildDocument({ edition, spec: '3.1' });
  const text = JSON.stringify(document);

  test('is valid OpenAPI 3.1, and the file in openapi/ is current', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(text));
    expect([valid, errors]).toEqual([true, undefined]);
    const file = readFileSync(new URL(`../../openapi/chat-${edition}.3.1.yaml`, import.meta.url), 'utf8');
    expect(file.slice(file.indexOf('\n') + 1)).toBe(await writeDocument(document, 'yaml'));
  });

  test('has the operations and fields of its edition', () => {
    const ids = Object.values(document.paths ?? {}).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.includes('generateSessionTitle')).toBe(edition === '2026-05');
    expect(text.includes('"shared_access"')).toBe(edition === '2026-09');
    expect(text.includes('"skipped_index_ids"')).toBe(edition === '2026-09');
    const { ValidationError } = (document.components?.schemas ?? {}) as Record<string, { properties: object }>;
    expect(Object.keys(ValidationError?.properties ?? {})).toEqual([
      'loc',
      'msg',
      'type',
      ...(edition === '2026-05' ? [] : ['input', 'ctx']),
    ]);
  });

  test('has no component that nothing refers to, and the union maps all eight events', () => {
    const names = Object.keys(document.components?.schemas ?? {});
    // The stream's description points to Event by name.
    expect(names.filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([]);
    const event = document.components?.schemas?.['Event'] as { discriminator: { mapping: object } };
    expect(Object.keys(event.discriminator.mapping).sort()).toEqual([
      'stop',
      'text',
      'text_delta',
      'thinking',
      'thinking_delta',
      'tool_call',
      'tool_result',
      'user_input',
    ]);
  });

  test('examples are valid by their own models', () => {
    const described = document.components?.schemas as Record<string, { examples?: unknown[] }>;
    const models = Object.entries(schemas).flatMap(([name, schema]) =>
      'safeParse' in schema ? [[name, schema] as const] : [],
    );
    let checked = 0;
    for (const [component, { examples = [] }] of Object.entries(described)) {
      const name = component
        .replace(/^Event(\w+)Event$/, '$1')
        .replace('EventStopEventUsage', 'Usage')
        .replace('PresignedURL', 'Attachment');
      const model = models.find(([known]) => known === name)?.[1];
      for (const example of examples) {
        expect([
          component,
          model?.safeParse(example).error?.issues.filter(({ path }) => path.at(-1) !== 'shared_access') ?? [],
        ]).toEqual([component, []]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(15);
  });
});
