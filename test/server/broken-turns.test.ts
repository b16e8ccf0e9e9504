import { expect, test } from 'vitest';
import { buildMock } from '../../src/node/mock.ts';
import type { Step } from '../../src/scenario/schema.ts';
import { newSession } from '../support/client.ts';
import { askIn, controlled } from '../support/control.ts';

/** Turns that no service would send; each must leave a session that can be read, listed and gone on with. */
test.each<[string, Step[]]>([
  ['a stop without usage', [{ event: { type: 'stop' } }]],
  ['a stop with usage that is none', [{ event: { type: 'stop', usage: 'much', is_error: 'no', error: 7 } }]],
  [
    'a stop with counts that are none',
    [{ event: { type: 'stop', usage: { total_input_tokens: 'many', turns: null } } }],
  ],
  ['two stops', [{ stop: {} }, { stop: {} }]],
  ['no type', [{ event: {} }]],
  ['a type that is not a text', [{ event: { type: 7 } }]],
  ['an unknown type', [{ event: { type: 'surprise', content: [1] } }]],
  ['deltas without content', [{ event: { type: 'text_delta' } }, { event: { type: 'thinking_delta', content: 1 } }]],
  ['a tool_result of nothing', [{ event: { type: 'tool_result' } }]],
  ['a user_input in the middle', [{ event: { type: 'user_input', content: 'again' } }]],
  ['events after the stop', [{ stop: {} }, { text: 'More.' }]],
  ['bytes that are not a frame', [{ raw: { base64: 'AP/+gA==' } }, { raw: 'data: {broken\n\n' }]],
])('%s breaks the stream, never the server or the session', async (_, steps) => {
  const errors: unknown[] = [];
  const { call, mock } = controlled({ onError: (error) => errors.push(error) }, buildMock);
  const id = await newSession(call);
  mock.next({ steps });
  const sent = await (await askIn(call, id)).arrayBuffer();
  expect(sent.byteLength).toBe(mock.streams[0]?.bytes);
  expect(mock.streams[0]?.end).toBe('close');
  for (const route of [`GET /api/v1/chat/${id}`, `GET /api/v1/chat/${id}/summary`, 'GET /api/v1/chat']) {
    const answer = await call(route);
    expect([route, answer.status]).toEqual([route, 200]);
    expect(JSON.stringify(await answer.json())).toContain(id);
  }
  const summary = (await (await call(`GET /api/v1/chat/${id}/summary`)).json()) as { job_metadata: object | null };
  if (summary.job_metadata) {
    expect(summary.job_metadata).toEqual({
      total_input_tokens:
        summary.job_metadata && expect.toSatisfy((value) => value === null || typeof value === 'number'),
      total_output_tokens: expect.toSatisfy((value) => value === null || typeof value === 'number'),
      ...{ turns: expect.any(Number), duration_ms: expect.any(Number), is_error: false, error: null },
      export_config_ids: null,
    });
  }
  expect(await (await askIn(call, id, '/fast')).text()).toContain('"type":"stop"');
  expect(errors).toEqual([]);
});

test('on a socket and at a pace too, where nobody is there to catch what is thrown', async () => {
  const { mock, call } = controlled({ speed: 1000 }, buildMock);
  const server = await mock.listen();
  try {
    mock.next({ steps: [{ wait_ms: 100 }, { event: { type: 'stop' } }] });
    const id = await newSession(call);
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    const body = JSON.stringify({ prompt: 'Hm?', index_ids: ['a'] });
    const answer = await fetch(`${server.url}/api/v1/chat/${id}/messages/stream`, { method: 'POST', headers, body });
    expect(await answer.text()).toBe('event: message\ndata: {"type":"stop"}\n\n');
  } finally {
    await server.close();
  }
});

test('what only changes how a turn leaves, or ends, leaves the turn to whoever tells it', async () => {
  const { mock, call } = controlled();
  const told = async () => {
    mock.reset();
    const id = await newSession(call);
    return async () => (await askIn(call, id, '/fast')).text();
  };
  const whole = await (await told())();
  const cutOff = await told();
  mock.next({ ends: { after: { byte: 300 }, how: 'close' } });
  expect(await cutOff()).toBe(whole.slice(0, 300));
  const framed = await told();
  mock.setChaos([{ answer: { wire: { newline: 'crlf' } } }]);
  expect(await framed()).toBe(whole.replaceAll('\n', '\r\n'));
});
