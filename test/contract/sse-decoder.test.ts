import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/contract/record/exchange.ts';
import { decodeSse } from '../../src/contract/record/sse-decoder.ts';
import { runs } from '../support/runs.ts';

const encoder = new TextEncoder();

/** The bytes of a text, cut at these offsets. */
function cut(bytes: Uint8Array, offsets: readonly number[] = []): [Uint8Array, Chunk[]] {
  const places = [...new Set([0, ...offsets.filter((at) => at > 0 && at < bytes.length), bytes.length])].sort(
    (a, b) => a - b,
  );
  const chunks = places
    .slice(0, -1)
    .map((offset, index) => ({ atMs: index, offset, sizeBytes: (places[index + 1] ?? 0) - offset }));
  return [bytes, chunks];
}
const events = (text: string, offsets?: readonly number[]) =>
  decodeSse(...cut(encoder.encode(text), offsets)).frames.map(({ name, data, isEnded, offset }) => ({
    name,
    data,
    isEnded,
    offset,
  }));

const cases: readonly (readonly [what: string, text: string, data: readonly (readonly string[])[]])[] = [
  ['LF', 'event: a\ndata: 1\n\ndata: 2\n\n', [['1'], ['2']]],
  ['CRLF', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n', [['1'], ['2']]],
  ['CR', 'event: a\rdata: 1\r\rdata: 2\r\r', [['1'], ['2']]],
  ['comments are not events', ': ping\n\ndata: 1\n\n', [['1']]],
  ['U+2028, U+2029 and U+0085 end no line', 'data: a\u2028b\u2029c\u0085d\n\n', [['a\u2028b\u2029c\u0085d']]],
  ['no space after the colon', 'data:1\n\n', [['1']]],
  ['several data lines', 'data: 1\ndata: 2\n\n', [['1', '2']]],
  ['a field without a colon', 'data\n\n', [['']]],
  ['a byte order mark', '\ufeffdata: 1\n\n', [['1']]],
  ['astral characters', 'data: 😀é\n\n', [['😀é']]],
];

describe('one stream, cut anywhere', () => {
  test.each(cases)('%s', (_, text, data) => {
    const whole = events(text);
    expect(whole.map((one) => one.data)).toEqual(data);
    const size = encoder.encode(text).length;
    for (let at = 1; at < size; at += 1) expect(events(text, [at])).toEqual(whole);
    expect(
      events(
        text,
        Array.from({ length: size }, (_, at) => at),
      ),
    ).toEqual(whole);
  });
});

test('what no empty line has ended is kept, and said to be unfinished', () => {
  expect(events('data: 1\n\ndata: 2\n')).toEqual([
    { name: null, data: ['1'], isEnded: true, offset: 0 },
    { name: null, data: ['2'], isEnded: false, offset: 9 },
  ]);
});

test('a frame arrives with its last byte', () => {
  const frames = decodeSse(...cut(encoder.encode('data: 1\n\ndata: 2\n\n'), [3, 12])).frames;
  expect(frames.map(({ atMs, offset, end }) => [atMs, offset, end])).toEqual([
    [1, 0, 9],
    [2, 9, 18],
  ]);
});

test('bytes that are not UTF-8 are told with their line', () => {
  const [frame] = decodeSse(...cut(Uint8Array.from([...encoder.encode('event: a\ndata: '), 0xc3, 10, 10]))).frames;
  expect(frame?.badByte).toBe(9);
});

test('agrees with eventsource-parser on any text', () => {
  const piece = fc.constantFrom(
    'event: a',
    'data: x',
    'data:y',
    'data',
    ': c',
    'id: 1',
    'retry: 5',
    '',
    '',
    '\n',
    '\r\n',
    '\r',
    'é😀',
  );
  const texts = fc
    .array(fc.tuple(piece, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 30 })
    .map((lines) => `${lines.flat().join('')}\n`);
  fc.assert(
    fc.property(texts, (text) => {
      const wanted: unknown[] = [];
      const parser = createParser({ onEvent: ({ event, data }) => wanted.push([event ?? null, data]) });
      parser.feed(text);
      parser.feed('\n');
      const ours = decodeSse(...cut(encoder.encode(`${text}\n`))).frames.filter(({ data }) => data.length > 0);
      expect(ours.filter(({ isEnded }) => isEnded).map(({ name, data }) => [name || null, data.join('\n')])).toEqual(
        wanted.map((one) => [(one as [string | null])[0] || null, (one as [unknown, string])[1]]),
      );
    }),
    { seed: 1, numRuns: runs(2000) },
  );
});
