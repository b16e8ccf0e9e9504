import { expect, test } from 'vitest';
import { editions } from '../../src/api/editions.ts';
import { inEdition } from '../../src/api/lifetimes.ts';
import { ChatSessionSummary, SessionDetail, SessionList } from '../../src/api/sessions.ts';
import { instantMock, newSession, takeTurn } from '../support/client.ts';

const project = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test('a created session is the same in all four views', async () => {
  const { call } = instantMock({ sessions: [] });
  const created = (await (await call('POST /api/v1/chat', { body: { index_ids: ['idx-abc123'] } })).json()) as Record<
    string,
    unknown
  >;
  expect(created).toEqual({
    session_id: expect.stringMatching(/^ses-[0-9a-z]{20}$/),
    generated_title: null,
    last_updated_at: '2026-04-22T12:34:41.342245',
    job_metadata: null,
    index_ids: ['idx-abc123'],
  });
  const path = `/api/v1/chat/${created['session_id']}`;
  expect(await (await call(`GET ${path}`)).json()).toEqual({ ...created, events: [] });
  expect(await (await call(`GET ${path}/summary`)).json()).toEqual(created);
  expect(await (await call('GET /api/v1/chat')).json()).toEqual({ items: [created] });
});

test('the first turn titles the session; stream, detail, summary and list agree on usage', async () => {
  const { call } = instantMock({ sessions: [] });
  const id = await newSession(call);
  const events = await takeTurn(call, id, 'What were the main findings in the third quarter of the year?');
  const stop = events.at(-1);
  const detail = (await (await call(`GET /api/v1/chat/${id}`)).json()) as {
    events: unknown[];
    generated_title: string;
    job_metadata: object;
  };
  expect(detail.generated_title).toBe('What were the main findings in the third quarter o...');
  expect(stop).toMatchObject({ type: 'stop', is_error: false, error: null });
  expect(detail.job_metadata).toEqual({
    ...(stop?.type === 'stop' && stop.usage),
    is_error: false,
    error: null,
    export_config_ids: null,
  });
  const { events: history, ...summary } = detail;
  expect(await (await call(`GET /api/v1/chat/${id}/summary`)).json()).toEqual(summary);
  expect(await (await call('GET /api/v1/chat')).json()).toEqual({ items: [summary] });
  const complete = events.filter(({ type }) => type !== 'text_delta' && type !== 'thinking_delta');
  expect(history).toEqual([
    { type: 'user_input', content: 'What were the main findings in the third quarter of the year?' },
    ...complete,
  ]);
});

test.each([1, 2, 77])(
  'seed %i: what a listing says of the built-in sessions is what their history ended with',
  async (seed) => {
    const { call } = instantMock({ seed, edition: '2026-09' });
    const { items } = SessionList.parse(await (await call('GET /api/v1/chat?page_size=100')).json());
    expect(items.length).toBeGreaterThan(10);
    for (const { session_id, job_metadata } of items) {
      const { events } = SessionDetail.parse(
        await (await call(`GET /api/v1/chat/${encodeURIComponent(session_id)}`)).json(),
      );
      const stop = events.findLast((event) => event.type === 'stop');
      const end = stop && { ...stop.usage, is_error: stop.is_error, error: stop.error, export_config_ids: null };
      expect(job_metadata, session_id).toEqual(end ?? null);
    }
  },
);

test('a second turn appends, and usage grows', async () => {
  const { call } = instantMock();
  const id = await newSession(call);
  const first = await takeTurn(call, id, 'How did churn develop?');
  const second = await takeTurn(call, id, 'And before that?');
  const [one, two] = [first, second].map((events) => events.at(-1));
  if (one?.type !== 'stop' || two?.type !== 'stop') throw new Error('A turn ended without a stop.');
  expect(two.usage.turns).toBe(2);
  expect(two.usage.total_input_tokens).toBeGreaterThan(one.usage.total_input_tokens ?? 0);
  expect(two.usage.total_output_tokens).toBeGreaterThan(one.usage.total_output_tokens ?? 0);
  const detail = (await (await call(`GET /api/v1/chat/${id}`)).json()) as { events: { type: string }[] };
  expect(detail.events.filter(({ type }) => type === 'user_input')).toHaveLength(2);
  expect(detail.events.filter(({ type }) => type === 'stop')).toHaveLength(2);
});

test('a deleted session is gone everywhere, and nothing else is', async () => {
  const { call } = instantMock({ sessions: [] });
  const [gone, kept] = [await newSession(call), await newSession(call)];
  const deleted = await call(`DELETE /api/v1/chat/${gone}`);
  expect([deleted.status, await deleted.text()]).toEqual([204, '']);
  const routes = [`GET /api/v1/chat/${gone}`, `GET /api/v1/chat/${gone}/summary`, `DELETE /api/v1/chat/${gone}`];
  for (const route of routes) {
    const response = await call(route);
    expect([response.status, await response.json()]).toEqual([404, { detail: 'Session not found' }]);
  }
  const { items } = (await (await call('GET /api/v1/chat')).json()) as { items: { session_id: string }[] };
  expect(items.map(({ session_id }) => session_id)).toEqual([kept]);
});

test('a title is made of the first message, without cutting a character in two', async () => {
  const { call } = instantMock();
  const id = await newSession(call);
  const title = async (first_message: string) =>
    (
      (await (await call(`POST /api/v1/chat/${id}/title`, { body: { first_message } })).json()) as {
        generated_title: string;
      }
    ).generated_title;
  expect(await title('Short?')).toBe('Short?...');
  expect(await title(`${'a'.repeat(49)}👩‍👩‍👧‍👦 family`)).toBe(`${'a'.repeat(49)}👩‍👩‍👧‍👦...`);
});

test('sessions belong to their project, however its id is written', async () => {
  const { call } = instantMock({ sessions: [] });
  const id = await newSession(call, {}, `?project_id=${project}`);
  const seen = async (query: string) => (await call(`GET /api/v1/chat/${id}${query}`)).status;
  const spellings = [
    project,
    project.toUpperCase(),
    project.replaceAll('-', ''),
    `{${project}}`,
    `urn:uuid:${project}`,
  ];
  expect(await Promise.all(spellings.map((spelling) => seen(`?project_id=${encodeURIComponent(spelling)}`)))).toEqual([
    200, 200, 200, 200, 200,
  ]);
  expect(await Promise.all(['', '?project_id=', `?project_id=${project.replace('6', '7')}`].map(seen))).toEqual([
    404, 404, 404,
  ]);
  expect(await (await call('GET /api/v1/chat?project_id=&organization_id=')).json()).toEqual({ items: [] });
});

test.each(['ses/with slash + 100%', 'émoji 😀', '%2F', 'a?b#c&d', '..', 'ses%252F', ' '])(
  'an id may be anything: %j',
  async (session_id) => {
    const { call } = instantMock({ sessions: [{ session_id, last_updated_at: '2026-04-01T00:00:00.000000' }] });
    // A bare `..` would be taken for a step up the path, percent-encoded or not, by every client.
    if (session_id === '..') return;
    const path = `/api/v1/chat/${encodeURIComponent(session_id)}`;
    expect(await (await call(`GET ${path}/summary`)).json()).toMatchObject({ session_id });
    expect((await takeTurn(call, session_id, 'Hello')).at(-1)).toMatchObject({ type: 'stop' });
    expect((await call(`DELETE ${path}`)).status).toBe(204);
  },
);

test.each(editions)('edition %s: answers are those of its model, and /title is there or not', async (edition) => {
  const { call } = instantMock({ edition, generatedSessions: 30 });
  const id = await newSession(call);
  await takeTurn(call, id, 'What is new?');
  const strict = (schema: typeof SessionList | typeof SessionDetail | typeof ChatSessionSummary) =>
    inEdition(schema, edition);
  const list = (await (await call('GET /api/v1/chat?page_size=1000')).json()) as { items: { session_id: string }[] };
  strict(SessionList).parse(list);
  for (const { session_id } of list.items) {
    const detail = await (await call(`GET /api/v1/chat/${encodeURIComponent(session_id)}`)).json();
    strict(SessionDetail).parse(detail);
    expect('shared_access' in (detail as object)).toBe(edition === '2026-09');
  }
  strict(ChatSessionSummary).parse(await (await call(`GET /api/v1/chat/${id}/summary`)).json());
  expect((await call(`POST /api/v1/chat/${id}/title`, { body: { first_message: 'x' } })).status).toBe(
    edition === '2026-05' ? 200 : 404,
  );
});
