import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readDocument } from '../../src/runtime/document.ts';

/** The value of a text, or its problems as `line:column message`. */
function read(text: string): unknown {
  const result = readDocument({ file: 'a.yaml', text, schema: z.unknown() });
  if ('value' in result) return result.value;
  return result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('merge keys', () => {
  test.each([
    ['an alias', 'a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }', { a: { x: 1, y: 2 }, b: { x: 1, y: 3 } }],
    ['after the keys it merges into', 'b: { y: 3, <<: { x: 1, y: 2 } }', { b: { x: 1, y: 3 } }],
    ['a list, the first wins', 'b: { <<: [{ x: 1 }, { x: 2, y: 2 }] }', { b: { x: 1, y: 2 } }],
    ['two in one map', 'b:\n  <<: { x: 1 }\n  <<: { y: 2 }', { b: { x: 1, y: 2 } }],
    ['one in what is merged', 'a: &a { <<: { x: 1 }, y: 2 }\nb: { <<: *a }', { a: { x: 1, y: 2 }, b: { x: 1, y: 2 } }],
    ['in quotes it is a name', '"<<": 1', { '<<': 1 }],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each(['1', '[1]', 'a', '[{}, a]'])('<<: %s is an error', (value) => {
    expect(read(`b:\n  <<: ${value}`)).toEqual([
      '2:3 "<<" merges maps: give it one, an alias of one, or a list of them',
    ]);
  });
});

describe('aliases', () => {
  test('many of a small value are read', () => {
    const text = `a: &a { x: 1 }\nb:\n${'  - *a\n'.repeat(5_000)}`;
    expect(read(text)).toEqual({ a: { x: 1 }, b: Array(5_000).fill({ x: 1 }) });
  });

  test('those that stand for too many values are refused where it happens', () => {
    const rows = [...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`)}]`);
    expect(read(`a: &a [x, x, x, x, x, x, x, x, x, x]\n${rows.join('\n')}`)).toEqual([
      '6:29 with this alias, aliases repeat more than 1000000 values; write fewer of them',
    ]);
  });

  test('an anchor may be set again, and an alias gives the last one before it', () => {
    expect(read('[&a 1, *a, &a 2, *a]')).toEqual([1, 1, 2, 2]);
  });
});

describe('depth', () => {
  const deep = 'is nested too deeply; at most 256 levels are read';
  test.each([
    ['lists', `${'['.repeat(256)}${']'.repeat(256)}`, `${'['.repeat(258)}${']'.repeat(258)}`],
    ['blocks', `${'- '.repeat(256)}x`, `${'- '.repeat(257)}x`],
  ])('%s of 256 levels are read, and deeper ones refused', (_, good, bad) => {
    expect(read(good)).toEqual(expect.arrayContaining([expect.anything()]));
    expect(read(bad)).toEqual([expect.stringContaining(deep)]);
  });

  test('more than the parser itself can take is refused, too', () => {
    expect(read('{"a":'.repeat(6000))).toContainEqual(expect.stringContaining(deep));
  });

  test('the levels of what aliases repeat count', () => {
    const rows = Array.from({ length: 30 }, (_, index) => `- &a${index} [[[[[[[[[[*a${index - 1}]]]]]]]]]]`);
    const text = rows.join('\n').replace('*a-1', 'x');
    expect(read(text)).toEqual(['26:18 is nested too deeply with what it repeats; at most 256 levels are read']);
  });
});

test('a key that stands twice is told beside other problems', () => {
  expect(read('a: 1\nb: !x 2\na: 3')).toEqual(['2:4 Unresolved tag: !x', '3:1 Map keys must be unique']);
});

test('__proto__ is a key as any other', () => {
  const value = read('__proto__: { x: 1 }') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
});
