import { describe, expect, test } from 'vitest';
import { hexDump, visibleText } from '../../src/inspector/hex-dump.ts';
import { toJsonLines } from '../../src/inspector/json-lines.ts';
import { isAt, readMistakes } from '../../src/inspector/mistakes.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('bytes', () => {
  test('as text show what cannot be seen', () => {
    expect(visibleText(bytes('a\nb\r\nc\rd\n'))).toBe('a␊\nb␍␊\nc␍\nd␊\n');
    expect(visibleText(bytes('\u0000\u0007\t\u007f\u202e\ufeffé😀'))).toBe('␀␇␉\\u007f\\u202e\\ufeffé😀');
    expect(visibleText(new Uint8Array([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
  });

  test('as a dump have their offsets in the body', () => {
    expect(hexDump(bytes('data: {"é"}\n\n12345'), 250)).toEqual([
      { offset: '0000fa', hex: '64 61 74 61 3a 20 7b 22 c3 a9 22 7d 0a 0a 31 32', text: 'data: {"··"}··12' },
      { offset: '00010a', hex: '33 34 35'.padEnd(47), text: '345' },
    ]);
  });
});

describe('JSON in lines', () => {
  const shown = (value: unknown) => toJsonLines(value).map(({ depth, name, text }) => '  '.repeat(depth) + name + text);

  test.each([{ a: [1, 'x', null, true, {}, []], 'b"': { c: -1.5e10 } }, [], 'text', null, [[[['deep']]]]])(
    'is what JSON.stringify writes: %j',
    (value) => {
      expect(shown(value).join('\n')).toBe(JSON.stringify(value, null, 2));
    },
  );

  test('is cut where nobody reads on, and says so', () => {
    expect(shown('x'.repeat(1_000_000))[0]).toMatch(/^"x{20000}" … 980,000 more characters$/);
    const many = shown(Array.from({ length: 100_000 }, () => 1));
    expect(many).toHaveLength(3001);
    expect(many.at(-1)).toContain('the rest is not shown');
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(shown(deep)).toContain(`${'  '.repeat(60)}[ … ]`);
  });
});

describe('the mistakes of a 422', () => {
  const answer = (loc: unknown, msg = 'Input should be a valid string') => ({ detail: [{ loc, msg, type: 'x' }] });

  test('are read with their places', () => {
    expect(readMistakes(answer(['body', 'index_ids', 3]))).toEqual([
      { loc: ['body', 'index_ids', 3], place: 'body.index_ids[3]', message: 'Input should be a valid string' },
    ]);
  });

  test.each([null, 'x', {}, { detail: 'Not Found' }, { detail: [1, null, {}, { loc: 'body' }] }])(
    'are none in %j',
    (body) => {
      expect(readMistakes(body)).toEqual([]);
    },
  );

  test('belong to a line of the body; what is missing belongs to what lacks it', () => {
    const [wrong] = readMistakes(answer(['body', 'index_ids', 1]));
    const [missing] = readMistakes(answer(['body', 'a', 'b'], 'Field required'));
    const [query] = readMistakes(answer(['query', 'page_size']));
    expect([wrong && isAt(wrong, ['index_ids', 1]), wrong && isAt(wrong, ['index_ids'])]).toEqual([true, false]);
    expect([missing && isAt(missing, ['a']), missing && isAt(missing, ['a', 'b'])]).toEqual([true, false]);
    expect(query && isAt(query, ['page_size'])).toBe(false);
  });
});
