import fc from 'fast-check';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { type ChatEvent, readEvents } from '../../src/client/index.ts';
import { anyEnds, anySplit, framedScript } from '../support/arbitrary-scenarios.ts';
import { instantMock, newSession } from '../support/client.ts';
import { bytesOf, compile, decode, piecesOf } from '../support/compiled.ts';

const bodyOf = (...pieces: readonly (string | Uint8Array)[]) => {
  const rest = pieces.map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = rest.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
};
async function readAll(body: ReadableStream<Uint8Array> | null): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

test('reads every event, whatever the steps, the line ends, the split and the end', async () => {
  await fc.assert(
    fc.asyncProperty(framedScript, anySplit, fc.option(anyEnds, { nil: undefined }), async (script, split, ends) => {
      const actions = compile({ ...script, ...(ends && { ends }), wire: { ...script.wire, split } });
      const bytes = bytesOf(actions);
      // A cut may leave the first half of the last CRLF, which ends a line as well.
      const whole = bytes.at(-1) === 13 && script.wire.newline === 'crlf' ? Uint8Array.of(...bytes, 10) : bytes;
      const known = decode(whole, script.wire.newline).map(({ event }) => event);
      expect(await readAll(bodyOf(...piecesOf(actions)))).toEqual(known);
    }),
  );
});

const event = { type: 'text', content: 'Grüße 😀\u2028.' } as const;
const data = `data: ${JSON.stringify(event)}`;

test.each([
  ['LF', `${data}\n\n`],
  ['CRLF', `${data}\r\n\r\n`],
  ['CR', `${data}\r\r`],
  ['mixed line ends', `event: message\r${data}\r\n\n`],
  ['a byte order mark', `\uFEFF${data}\n\n`],
  ['comments, ids, retries and unknown fields', `: ping\n\nid: 7\nretry: 5\nnonsense\nother: 1\n${data}\n\n`],
  ['no space after the colon', `${data.replace(': ', ':')}\n\n`],
  ['several lines of data', `data: {"type":"text",\ndata: "content":${JSON.stringify(event.content)}}\n\n`],
  ['empty data before it', `data\n\ndata:\n\n${data}\n\n`],
  ['a frame that never ends after it', `${data}\n\n${data}\n`],
])('reads a stream with %s, also byte by byte', async (_, text) => {
  const bytes = new TextEncoder().encode(text);
  expect(await readAll(bodyOf(bytes))).toEqual([event]);
  expect(await readAll(bodyOf(...[...bytes].map((byte) => Uint8Array.of(byte))))).toEqual([event]);
});

describe('an event arrives', () => {
  test.each(['\n\n', '\r\n\r\n', '\r\r'])('with the last byte of its frame, which ends in %j', async (end) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode(`${data}${end}`));
    const events = readEvents(readable);
    expect(await events.next()).toEqual({ done: false, value: event });
    void writer.write(new TextEncoder().encode(`${data}${end}`));
    expect(await events.next()).toEqual({ done: false, value: event });
    void writer.close();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

test('without a body there are no events', async () => {
  expect(await readAll(null)).toEqual([]);
});

test.each(['{broken', '[DONE]', 'null', '5', '[]'])('data such as %s is an error that quotes it', async (bad) => {
  await expect(readAll(bodyOf(`data: ${bad}\n\n`))).rejects.toThrow(
    new SyntaxError(`Failed to read an event: its data is not a JSON object: ${bad}`),
  );
});

test('onUnreadable takes such errors, and the other events are read', async () => {
  const { mock, call } = instantMock();
  const id = await newSession(call);
  mock.next('broken-json');
  const options = { body: { prompt: 'Hi', index_ids: ['a'] } };
  const response = await call(`POST /api/v1/chat/${id}/messages/stream`, options);
  const errors: SyntaxError[] = [];
  const types = new Set<string>();
  for await (const event of readEvents(response.body, { onUnreadable: (error) => errors.push(error) }))
    types.add(event.type);
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/not a JSON object: \{"type":"text_delta"/),
  ]);
  expect([...types]).toEqual(['text_delta', 'text', 'stop']);
});

test('a lost connection rejects with the error of the body, after the events before it', async () => {
  const { mock, call } = instantMock();
  const id = await newSession(call);
  mock.next({ steps: [{ text: 'One.' }], ends: { after: { event: 2 }, how: 'truncate' } });
  const options = { body: { prompt: 'Hi', index_ids: ['a'] } };
  const response = await call(`POST /api/v1/chat/${id}/messages/stream`, options);
  const events: ChatEvent[] = [];
  const reading = (async () => {
    for await (const event of readEvents(response.body)) events.push(event);
  })();
  await expect(reading).rejects.toThrow('terminated');
  expect(events).toHaveLength(2);
});

test('leaving the loop cancels the body', async () => {
  const cancel = vi.fn();
  const body = new ReadableStream({ start: (own) => own.enqueue(new TextEncoder().encode(`${data}\n\n`)), cancel });
  for await (const event of readEvents(body)) {
    expect(event.type).toBe('text');
    break;
  }
  expect(cancel).toHaveBeenCalledOnce();
});

test('events are typed by their type', () => {
  expectTypeOf<Extract<ChatEvent, { type: 'tool_call' }>['call_id']>().toBeString();
  expectTypeOf<ChatEvent['type']>().toEqualTypeOf<
    'text_delta' | 'thinking_delta' | 'text' | 'thinking' | 'user_input' | 'tool_call' | 'tool_result' | 'stop'
  >();
});
