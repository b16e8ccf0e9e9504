import { describe, expect, test } from 'vitest';
import { editions } from '../../src/api/editions.ts';
import { buildDocument, specVersions } from '../../src/openapi/index.ts';
import type { Json, JsonObject } from '../../src/openapi/json.ts';
import { createOracle } from './support/oracle.ts';

/** What a validator that knows the document alone lets through, and what it does not. */
describe.each(editions)('edition %s', (edition) => {
  const oracles = specVersions.map((spec) => createOracle(buildDocument({ edition, spec }), spec));
  const usage = { total_input_tokens: 1, total_output_tokens: null };
  const stop = { type: 'stop', usage, is_error: false, error: null };
  const result = { type: 'tool_result', name: 'a', call_id: 'b', result: null };
  const call = { type: 'tool_call', arguments: {}, name: 'a', call_id: 'b' };
  const access = edition === '2026-09' ? { shared_access: 'query' } : {};
  const summary = { session_id: 'a', last_updated_at: 'b', ...access };
  const good: readonly (readonly [schema: string, value: JsonObject])[] = [
    ['Event', { type: 'text', content: '', surprise: 1 }],
    ['Event', stop],
    ['Event', result],
    ['Event', call],
    ['ChatSessionSummary', summary],
    ['SessionDetail', { ...summary, events: [stop] }],
    ['SessionList', { items: [summary], next_page_token: null }],
    ['HTTPValidationError', { detail: [{ loc: ['body', 0], msg: 'a', type: 'b' }] }],
    ['HTTPError', { detail: 'a' }],
  ];
  const without = (value: JsonObject, name: string) =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as JsonObject;
  const bad: readonly (readonly [what: string, schema: string, value: Json])[] = [
    ['an unknown type', 'Event', { type: 'texts', content: 'a' }],
    ['a content that is null', 'Event', { type: 'text_delta', content: null }],
    ['a content that is a number', 'Event', { type: 'thinking', content: 1 }],
    ['no content', 'Event', { type: 'user_input' }],
    ['no type where others look the same', 'Event', { content: 'a' }],
    ['a list', 'Event', [stop]],
    ['null', 'Event', null],
    ...['usage', 'is_error', 'error'].map((name) => [`a stop without ${name}`, 'Event', without(stop, name)] as const),
    ['a stop with an error that is a number', 'Event', { ...stop, error: 1 }],
    ['a stop with half tokens', 'Event', { ...stop, usage: { total_input_tokens: 1.5 } }],
    ['a stop whose turns are null', 'Event', { ...stop, usage: { turns: null } }],
    ['a result that is missing', 'Event', without(result, 'result')],
    ['a result of no call', 'Event', without(result, 'call_id')],
    ['an image without its file', 'Event', { ...result, image_attachment: { attachment_name: 'a' } }],
    ['arguments that are a text', 'Event', { ...call, arguments: '{}' }],
    ['a session without an id', 'ChatSessionSummary', without(summary, 'session_id')],
    ['a date that is null', 'ChatSessionSummary', { ...summary, last_updated_at: null }],
    ['index ids that are numbers', 'ChatSessionSummary', { ...summary, index_ids: [1] }],
    ['metadata whose is_error is null', 'ChatSessionSummary', { ...summary, job_metadata: { is_error: null } }],
    ['a history that is missing', 'SessionDetail', summary],
    ['a history with no event in it', 'SessionDetail', { ...summary, events: [{}] }],
    ['a list without items', 'SessionList', { next_page_token: null }],
    ['a list with a broken item', 'SessionList', { items: [without(summary, 'last_updated_at')] }],
    ['a token that is a number', 'SessionList', { items: [], next_page_token: 1 }],
    ['an error in words where a list is due', 'HTTPValidationError', { detail: 'a' }],
    ['a place that is null', 'HTTPValidationError', { detail: [{ loc: [null], msg: 'a', type: 'b' }] }],
    ['an error without words', 'HTTPError', {}],
    ...(edition === '2026-09'
      ? ([
          ['a share link that is missing', 'ChatSessionSummary', without(summary, 'shared_access')],
          ['a share link that is null', 'ChatSessionSummary', { ...summary, shared_access: null }],
          ['an unknown kind of share link', 'SessionDetail', { ...summary, shared_access: 'write', events: [] }],
          ['skipped ids that are null', 'Event', { ...stop, skipped_index_ids: null }],
        ] as const)
      : []),
  ];
  const accepted = (schema: string, value: Json) =>
    Promise.all(oracles.map((oracle) => oracle.accepts(['components', 'schemas', schema], value)));

  test.each(good)('accepts %s %j', async (schema, value) => {
    expect(await accepted(schema, value)).toEqual([true, true]);
  });
  test.each(bad)('refuses %s', async (_, schema, value) => {
    expect(await accepted(schema, value)).toEqual([false, false]);
  });

  const [oracle] = oracles; // 3.2, which alone describes frames.
  test.each([
    ['a piece as a complete event', { event: 'message', data: '{"type":"text_delta","content":"a"}' }],
    ['a complete event as a piece', { event: 'delta', data: JSON.stringify(stop) }],
  ])('refuses %s', async (_, { event, data }) => {
    const frame = event === 'delta' ? 'DeltaFrame' : 'MessageFrame';
    const names = ['components', 'schemas', frame, 'properties', 'data', 'contentSchema'];
    expect(await oracle?.accepts(names, JSON.parse(data))).toBe(false);
  });
  test.each([
    ['an unknown name', { event: 'ping', data: '{}' }],
    ['no name', { data: '{}' }],
    ['data that is not a text', { event: 'delta', data: {} }],
    ['no data', { event: 'delta' }],
  ])('refuses a frame with %s', async (_, frame) => {
    expect(await oracle?.accepts(['components', 'schemas', 'Frame'], frame)).toBe(false);
  });
});
