import { expect, test } from 'vitest';
import { type ChoiceRow, type Choices, choiceRows } from '../../src/api/choices.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { type Call, instantMock, newSession, takeTurn } from '../support/client.ts';

const short = defineScenario({
  scenario: 'short',
  steps: [{ think: 'Hm.' }, { tool: 't', result: 1 }, { text: 'Yes.' }],
});
const failing = defineScenario({
  scenario: 'failing',
  steps: [{ event: { type: 'text_delta', content: 'a' } }, { fail: 'no' }],
});
const pausing = defineScenario({ scenario: 'pausing', steps: [{ text: 'a' }, { wait_ms: 60_000 }, { text: 'b' }] });
const stuck = defineScenario({
  scenario: 'stuck',
  pace: { first_ms: 0, tokens_per_second: 1000, jitter: 0 },
  steps: [{ text: 'a' }, { wait_ms: 3_000_000 }],
});
const scenarios = [short, failing, pausing, stuck];
const project = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

type Probe = (call: Call) => Promise<unknown>;

const stream = (call: Call, id: string, prompt = '/short', index_ids = ['a']) =>
  call(`POST /api/v1/chat/${id}/messages/stream`, { body: { prompt, index_ids } });
const streamed =
  (prompt: string): Probe =>
  async (call) =>
    (await stream(call, await newSession(call), prompt)).text();
const streamHeader =
  (name: string): Probe =>
  async (call) =>
    (await stream(call, await newSession(call))).headers.get(name);
const answered =
  (route: string, options?: Parameters<Call>[1]): Probe =>
  async (call) => {
    const response = await call(route, options);
    return [response.status, [...response.headers], await response.text()];
  };
const history =
  (prompt: string): Probe =>
  async (call) => {
    const id = await newSession(call);
    await takeTurn(call, id, prompt);
    return (await call(`GET /api/v1/chat/${id}`)).text();
  };
const titled: Probe = async (call) => {
  const id = await newSession(call);
  await takeTurn(call, id, `${'A long question '.repeat(5)}?`);
  return ((await (await call(`GET /api/v1/chat/${id}/summary`)).json()) as { generated_title: unknown })
    .generated_title;
};
const listed =
  (query: string): Probe =>
  async (call) => {
    const [first] = [await newSession(call), await newSession(call), await newSession(call)];
    await takeTurn(call, first, '/short');
    const response = await call(`GET /api/v1/chat${query}`);
    return [response.status, await response.text()];
  };
/** Begins a turn that never ends, does something, and lets it go. */
const during =
  (act: (call: Call, id: string, leave: () => Promise<void>) => Promise<unknown>): Probe =>
  async (call) => {
    const id = await newSession(call);
    const response = await stream(call, id, '/stuck');
    const reader = response.body?.getReader();
    await reader?.read();
    const seen = await act(call, id, async () => reader?.cancel());
    await reader?.cancel();
    return seen;
  };
const locked: Probe = async (call) => {
  const id = await newSession(call, { index_ids: ['a'] });
  await takeTurn(call, id, '/short', ['a']);
  const response = await stream(call, id, '/short', ['b']);
  return [response.status, response.headers.get('x-should-retry')];
};
const origin = { headers: { origin: 'http://localhost:3000' } };

/** What shows each setting: a row without a probe does not compile. */
const probes: Record<keyof Choices, readonly [other: unknown, probe: Probe, options?: object]> = {
  thinking: ['none', streamed('Hello?')],
  tools: ['none', streamed('Hello?')],
  tool_names: [['search', 'find', 'grep', 'cat'], streamed('Hello?')],
  echo_user_input: [true, streamed('/short')],
  deltas_in_history: ['always', history('/short')],
  on_client_abort: [
    'finish',
    during(async (call, id, leave) => {
      await leave();
      return (await call(`GET /api/v1/chat/${id}`)).text();
    }),
  ],
  sse_newline: ['crlf', streamed('/short')],
  sse_ids: [true, streamed('/short')],
  sse_resume: [true, streamed('/short')],
  sse_retry_ms: [100, streamed('/short')],
  sse_ping_ms: [0, streamed('/pausing')],
  sse_ping_text: ['still here', streamed('/pausing')],
  stream_connection: ['close', streamHeader('connection')],
  stream_content_type: ['text/event-stream', streamHeader('content-type')],
  stream_cache_control: [null, streamHeader('cache-control')],
  stream_accel_buffering: [null, streamHeader('x-accel-buffering')],
  stream_compression: ['none', streamHeader('content-encoding')],
  optional_keys: ['omitted', listed('')],
  last_page_token: ['null', listed('')],
  page_size_default: [2, listed('')],
  page_size_max: [2, listed('?page_size=3')],
  page_size_not_positive: ['reject', listed('?page_size=0')],
  bad_page_token: ['first_page', listed('?page_token=x')],
  bad_page_token_detail: ['No', listed('?page_token=x')],
  list_order: ['created_asc', listed('')],
  title_from_prompt: ['never', titled],
  title_length: [10, titled],
  title_suffix: ['…', titled],
  timestamps: ['utc_milliseconds', listed('')],
  touched_by_title: [
    false,
    async (call) => {
      const id = await newSession(call);
      return (await call(`POST /api/v1/chat/${id}/title`, { body: { first_message: 'x' } })).text();
    },
  ],
  unknown_session_detail: ['Gone', answered('GET /api/v1/chat/x')],
  second_delete: [204, answered('DELETE /api/v1/chat/x')],
  locked_index_ids: ['ignore', locked],
  second_turn_while_running: ['allow', during(async (call, id) => (await stream(call, id)).status)],
  conflict_should_retry: [null, locked],
  auth_missing_status: [403, answered('GET /api/v1/chat', { key: null })],
  auth_missing_detail: ['Key?', answered('GET /api/v1/chat', { key: null })],
  auth_wrong_status: [403, answered('GET /api/v1/chat'), { apiKeys: ['another'] }],
  auth_wrong_detail: ['Wrong', answered('GET /api/v1/chat'), { apiKeys: ['another'] }],
  www_authenticate: [null, answered('GET /api/v1/chat', { key: null })],
  cookie_login: [false, answered('GET /api/v1/chat', { key: null, headers: { cookie: 'session=a' } })],
  shared_access_default: ['query', listed(''), { edition: '2026-09' }],
  trailing_slash: ['not_found', answered('GET /api/v1/chats/x/'.replace('chats', 'chat'))],
  allow_header: ['all_methods', answered('PUT /api/v1/chat')],
  project_isolation: [
    false,
    async (call) => (await call(`GET /api/v1/chat/${await newSession(call, {}, `?project_id=${project}`)}`)).status,
  ],
  cors: ['none', answered('GET /api/v1/chat', origin)],
  unreachable_index: [
    'fail',
    async (call) => (await stream(call, await newSession(call), 'Hello?', ['idx-offline'])).text(),
  ],
};

test.each(Object.entries(probes))('%s is obeyed', async (name, [other, probe, options = {}]) => {
  const mock = (choices: Partial<Choices>) =>
    instantMock({
      scenarios,
      sessions: [],
      ...(/^(?:on_client|second_turn)/.test(name) && { speed: 1 }),
      ...options,
      choices,
    }).call;
  const [usual, again, changed] = [await probe(mock({})), await probe(mock({})), await probe(mock({ [name]: other }))];
  expect(again).toEqual(usual);
  const { allowed } = choiceRows[name as keyof Choices] as ChoiceRow<unknown>;
  if (Array.isArray(allowed) && allowed.length === 1) expect(changed).toEqual(usual);
  else expect(changed).not.toEqual(usual);
});
