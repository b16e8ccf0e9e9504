import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editions } from '../../../src/api/editions.ts';
import { buildDocument, specVersions } from '../../../src/openapi/index.ts';
import { controlled } from '../../support/control.ts';

const versions = editions.flatMap((edition) => specVersions.map((spec) => ({ edition, spec })));

describe.each(versions)('a mock of $edition, asked for $spec', ({ edition, spec }) => {
  const { call } = controlled({ edition });
  const wanted = JSON.parse(JSON.stringify(buildDocument({ edition, spec, server: 'http://mock' }))) as object;

  test.each([
    ['json', 'application/json', (text: string) => JSON.parse(text)],
    ['yaml', 'application/yaml', (text: string) => parse(text)],
  ] as const)('serves its own document as %s', async (format, mediaType, read) => {
    const response = await call(`GET /__mock/openapi.${format}?spec=${spec}`, { key: null });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, mediaType]);
    expect(read(await response.text())).toEqual(wanted);
  });
});

test('without a version it is the newest; of one that is not there, the error says which there are', async () => {
  const { control } = controlled();
  expect((await control('GET openapi.json')).body).toMatchObject({ openapi: '3.2.0' });
  expect(await control('GET openapi.json?spec=3.0')).toEqual({
    status: 400,
    body: { error: { code: 'bad_spec', message: 'There is no document in version "3.0". Versions are: 3.2, 3.1.' } },
  });
});
