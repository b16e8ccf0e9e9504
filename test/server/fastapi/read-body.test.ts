import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editions } from '../../../src/api/editions.ts';
import { encodeValue } from '../../../src/server/fastapi/encode-value.ts';
import { isPlainJson } from '../../../src/server/fastapi/is-plain-json.ts';
import { parsePythonJson } from '../../../src/server/fastapi/parse-python-json.ts';
import { type BodyReading, isJsonMediaType, readBody } from '../../../src/server/fastapi/read-body.ts';
import { runs } from '../../support/runs.ts';
import { readCases } from './read-cases.ts';

interface PythonJsonCase {
  readonly base64: string;
  readonly value?: string;
  readonly error?: string;
  readonly offset?: number;
}

const { cases } = readCases<{ cases: readonly PythonJsonCase[] }>('python-json-cases.json');
const { contentTypes } = readCases<{ contentTypes: readonly { contentType: string; isJson: boolean }[] }>(
  'fastapi-cases.json',
);
const unreadable = { kind: 'refused', status: 400, body: '{"detail":"There was an error parsing the body"}' };

test.each(cases.filter(({ base64 }) => base64 !== ''))('$base64 is read as json.loads reads it', (one) => {
  const reading = read(Buffer.from(one.base64, 'base64'));
  if (one.value !== undefined) expect(reading.kind === 'value' && encodeValue(reading.value)).toBe(one.value);
  else if (one.error === undefined) expect(reading).toEqual(unreadable);
  else expect(reading).toEqual({ kind: 'refused', status: 422, body: jsonInvalid(one.error, one.offset) });
});

test.each(contentTypes)('whether "$contentType" is JSON is $isJson', ({ contentType, isJson }) => {
  expect(isJsonMediaType(contentType)).toBe(isJson);
});

test('no bytes make no body, whatever they are declared as', () => {
  expect(read(new Uint8Array())).toEqual({ kind: 'none' });
  expect(read(new Uint8Array(), null)).toEqual({ kind: 'none' });
});

test('what is not declared as JSON is text, lossy where it is not UTF-8', () => {
  expect(read('{"a":1}', 'text/plain')).toEqual({ kind: 'value', value: '{"a":1}' });
  expect(read('{"a":1}', null)).toEqual({ kind: 'value', value: '{"a":1}' });
  expect(read(Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x61), '')).toEqual({ kind: 'value', value: '\ufeff\ufffda' });
});

test('the first edition tells neither input nor ctx', () => {
  expect(readBody({ contentType: 'application/json', bytes: Buffer.from('{'), edition: '2026-05' })).toEqual({
    kind: 'refused',
    status: 422,
    body: '{"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error"}]}',
  });
});

test.each([
  ['a mebibyte of open brackets', '['.repeat(1 << 20)],
  ['a mebibyte of open objects', '{"a":'.repeat(1 << 18)],
  ['nesting beyond the limit', '['.repeat(991) + ']'.repeat(991)],
  ['an integer of 4301 digits', `[${'1'.repeat(4301)}]`],
  ['one that a later key hides', `{"a":-${'1'.repeat(4301)},"a":1}`],
])('%s cannot be read', (_, text) => {
  expect(read(text)).toEqual(unreadable);
});

test.each([
  ['nesting up to the limit', '['.repeat(990) + ']'.repeat(990)],
  ['an integer of 4300 digits', `-${'1'.repeat(4300)}`],
  ['a whole float of more', `${'1'.repeat(300)}.0`],
])('%s is read', (_, text) => {
  expect(read(text).kind).toBe('value');
});

test('a key that is the name of a prototype is only a key', () => {
  const reading = read('{"__proto__":{"polluted":true}}');
  expect(reading.kind === 'value' && encodeValue(reading.value)).toBe('{"__proto__":{"polluted":true}}');
  expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined(); // Any key may be asked for.
});

test('never throws, whatever the bytes and the content type', () => {
  const contentType = fc.oneof(fc.constant('application/json'), fc.constant(null), fc.string());
  const bytes = fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map(Buffer.from), jsonBytes());
  fc.assert(
    fc.property(contentType, bytes, fc.constantFrom(...editions), (type, content, edition) => {
      readBody({ contentType: type, bytes: content, edition });
    }),
    { numRuns: runs(3000) },
  );
});

test('where JSON.parse is trusted, it gives what the decoder like Python gives', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      fc.pre(isPlainJson(text));
      const parsing = parsePythonJson(text);
      let parsed: unknown;
      try {
        parsed = JSON.parse(text);
      } catch {
        parsed = undefined;
      }
      if (parsed !== undefined)
        expect(parsing.kind === 'value' && encodeValue(parsing.value)).toBe(encodeValue(parsed));
    }),
    { numRuns: runs(2000) },
  );
});

function read(content: string | Uint8Array, contentType: string | null = 'application/json'): BodyReading {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return readBody({ contentType, bytes, edition: '2026-08' });
}

function jsonInvalid(error: string, offset = 0): string {
  const problem = { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx: { error } };
  return JSON.stringify({ detail: [problem] });
}

function jsonBytes(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[]",:\\u0-.eNI\u0000é'))
    .map(([json, at, character]) => Buffer.from(json.slice(0, at % 40) + character + json.slice(at % 40)));
}
