import { describe, expect, test } from 'vitest';
import { applyEvent, type ChatEvent, emptyTurn, readEvents, type Turn } from '../../src/client/index.ts';
import { instantMock, newSession } from '../support/client.ts';

const fold = (...events: readonly (ChatEvent | null)[]): Turn => events.reduce(applyEvent, emptyTurn);
const stop: ChatEvent = { type: 'stop', usage: { turns: 1, duration_ms: 2.5 }, is_error: false, error: null };
const call: ChatEvent = { type: 'tool_call', name: 'retrieve', call_id: 'call_1', arguments: { query: 'Q3' } };
const image_attachment = { source_id: 'src-1', attachment_name: 'screenshots/page_7.jpg' };
const result: ChatEvent = { type: 'tool_result', name: 'retrieve', call_id: 'call_1', result: null, image_attachment };
const tool = { type: 'tool', callId: 'call_1', name: 'retrieve', arguments: { query: 'Q3' } } as const;

describe('a text', () => {
  test('grows by its deltas and is replaced by the complete text, so that nothing appears twice', () => {
    const written = fold({ type: 'text_delta', content: 'Rev' }, { type: 'text_delta', content: 'enue' });
    expect(written.parts).toEqual([{ type: 'text', content: 'Revenue', isComplete: false }]);
    const complete = applyEvent(written, { type: 'text', content: 'Revenue.' });
    expect(complete.parts).toEqual([{ type: 'text', content: 'Revenue.', isComplete: true }]);
    expect(applyEvent(complete, { type: 'text_delta', content: 'It' }).parts).toHaveLength(2);
  });

  test('needs no deltas', () => {
    expect(fold({ type: 'text', content: 'One.' }, { type: 'text', content: 'Two.' }).parts).toEqual([
      { type: 'text', content: 'One.', isComplete: true },
      { type: 'text', content: 'Two.', isComplete: true },
    ]);
  });

  test('and a thought are written apart, in the order in which they began', () => {
    const events: ChatEvent[] = [
      { type: 'thinking_delta', content: 'I ' },
      { type: 'text_delta', content: 'Re' },
      { type: 'thinking_delta', content: 'look.' },
      { type: 'thinking', content: 'I look.' },
      { type: 'text', content: 'Revenue.' },
    ];
    expect(fold(...events).parts).toEqual([
      { type: 'thinking', content: 'I look.', isComplete: true },
      { type: 'text', content: 'Revenue.', isComplete: true },
    ]);
  });
});

describe('a tool call', () => {
  test('waits for the result of its call_id, which may be null', () => {
    const waiting = { ...tool, result: undefined, image: null, isComplete: false };
    expect(fold(call).parts).toEqual([waiting]);
    expect(fold(call, { ...call, call_id: 'call_2' }, result).parts).toEqual([
      { ...tool, result: null, image: image_attachment, isComplete: true },
      { ...waiting, callId: 'call_2' },
    ]);
  });

  test('may arrive after its result, and twice', () => {
    const complete = { ...tool, result: null, image: image_attachment, isComplete: true };
    expect(fold(result, call, call).parts).toEqual([complete]);
    expect(fold(call, result, result).parts).toEqual([complete]);
  });

  test('may have the id __proto__', () => {
    expect(fold({ ...call, call_id: '__proto__' }, { ...result, call_id: '__proto__' }).parts).toMatchObject([
      { callId: '__proto__', isComplete: true },
    ]);
  });
});

describe('a turn is', () => {
  test('running until its stop', () => {
    expect([emptyTurn.status, fold(call).status]).toEqual(['running', 'running']);
  });

  test('done, with its usage and the indexes it skipped', () => {
    expect(fold({ ...stop, skipped_index_ids: ['a'] })).toEqual({
      status: 'done',
      parts: [],
      error: null,
      usage: { turns: 1, duration_ms: 2.5 },
      skippedIndexIds: ['a'],
    });
  });

  test('failed, with the reason', () => {
    expect(fold({ ...stop, is_error: true, error: 'Overloaded.' })).toMatchObject({
      status: 'failed',
      error: 'Overloaded.',
    });
  });

  test('incomplete if the stream ends before its stop, and done if it ends after it', () => {
    expect([fold(call, null).status, fold(call, stop, null).status]).toEqual(['incomplete', 'done']);
  });

  test('over for good', () => {
    const over = fold(stop);
    expect(applyEvent(over, { ...stop, is_error: true })).toBe(over);
    expect(applyEvent(over, { type: 'text_delta', content: 'More.' })).toBe(over);
  });

  test('not changed by an event of an unknown type, or by the prompt', () => {
    const running = fold(call);
    expect(applyEvent(running, { type: 'surprise' } as unknown as ChatEvent)).toBe(running);
    expect(applyEvent(running, { type: 'user_input', content: 'Hi' })).toBe(running);
  });

  test('never changed in place', () => {
    const before = fold(call, { type: 'text_delta', content: 'Re' });
    const copy = structuredClone(before);
    applyEvent(applyEvent(before, result), { type: 'text', content: 'Revenue.' });
    expect(before).toEqual(copy);
  });
});

test('of a scripted turn it holds what history holds', async () => {
  const { call } = instantMock();
  const id = await newSession(call);
  const options = { body: { prompt: 'What were the main findings in Q3?', index_ids: ['idx-abc123'] } };
  const response = await call(`POST /api/v1/chat/${id}/messages/stream`, options);
  let turn = emptyTurn;
  for await (const event of readEvents(response.body)) turn = applyEvent(turn, event);
  const { events } = (await (await call(`GET /api/v1/chat/${id}`)).json()) as { events: ChatEvent[] };
  expect(turn.status).toBe('done');
  expect(turn.parts.length).toBeGreaterThan(2);
  expect(turn).toEqual(fold(...events));
});
