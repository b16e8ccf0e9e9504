import { describe, expect, test } from 'vitest';
import { parseOpenApi } from '../../../src/openapi/diff/index.ts';
import { diffDocuments } from '../../../src/openapi/index.ts';

const write = {
  JSON: (schema: string) =>
    `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/x":{"get":{"responses":{"200":{"description":"ok","content":{"a/a":{"schema":${schema}}}}}}}}}`,
  YAML: (schema: string) => `# YAML\n${write.JSON(schema)}`,
};

function read(text: string) {
  const parsed = parseOpenApi({ file: 'x', text });
  return 'value' in parsed ? parsed.value : parsed.problems.map(({ line, message }) => `${line}: ${message}`);
}

describe.each(Object.entries(write))('in %s', (_, of) => {
  const judge = (before: string, after: string) => {
    const { changes } = diffDocuments(read(of(before)), read(of(after)));
    return changes.map(({ kind, before: was, after: is }) => [kind, was, is]);
  };

  test('whole numbers beyond 2^53 keep all digits', () => {
    const bound = (maximum: string) => `{"type":"integer","maximum":${maximum}}`;
    expect(judge(bound('9223372036854775807'), bound('9223372036854775807'))).toEqual([]);
    expect(judge(bound('9223372036854775807'), bound('9223372036854775806'))).toEqual([
      ['limit-tightened', '9223372036854775807', '9223372036854775806'],
    ]);
    expect(judge(bound('9007199254740993'), '{"type":"integer","exclusiveMaximum":9007199254740994}')).toEqual([]);
    expect(judge(bound('9007199254740991'), '{"type":"integer","exclusiveMaximum":9007199254740992}')).toEqual([]);
    expect(judge(bound('1e20'), bound('100000000000000000000'))).toEqual([]);
    expect(judge(bound('1.5'), bound('1'))).toEqual([]);
  });

  test('so do listed values, constants and defaults', () => {
    expect(judge('{"enum":[9007199254740993]}', '{"type":"integer","const":9007199254740993}')).toEqual([]);
    expect(judge('{"enum":[9007199254740993]}', '{"enum":[9007199254740992]}')).toEqual([
      ['value-added', undefined, '9007199254740992'],
      ['value-removed', '9007199254740993', undefined],
    ]);
    expect(judge('{"type":"integer"}', '{"type":"integer","enum":[9007199254740993]}')).toEqual([
      ['values-listed', undefined, ['9007199254740993']],
    ]);
    expect(
      judge('{"type":"integer","default":9007199254740993}', '{"type":"integer","default":9007199254740992}'),
    ).toEqual([['default-changed', '9007199254740993', '9007199254740992']]);
  });

  test('a text of digits stays a text', () => {
    expect(judge('{"const":"9007199254740993"}', '{"const":"9007199254740993"}')).toEqual([]);
    expect(judge('{"const":"9007199254740993"}', '{"const":9007199254740993}')).toEqual([
      ['type-changed', ['string'], ['integer']],
    ]);
  });

  test('a key that stands twice in an object is an error, not the last one', () => {
    expect(read(of('{"type":"string","type":"integer"}'))).toEqual([
      expect.stringMatching(/^\d: Map keys must be unique/),
    ]);
    expect(read(of('{"properties":{"a:b":{"const":"x:y"},"a":{"const":"\\":"}}}'))).toMatchObject({ openapi: '3.1.0' });
  });
});
