import { expect, test } from 'vitest';
import { MAX_PROBLEMS } from '../../src/server/fastapi/refusal.ts';
import { instantMock, newSession, readEvents, takeTurn } from '../support/client.ts';

const stream = 'POST /api/v1/chat/ses-never-run/messages/stream';
/** The body, its prompt and the list are values too. */
const mostIds = 10_000 - 3;
const tooMany = { detail: 'Request body holds more than 10000 values' };

const ids = (count: number, one: unknown) => JSON.stringify({ prompt: 'Hi.', index_ids: Array(count).fill(one) });

test('a turn takes as many ids as a body may hold', async () => {
  const { call } = instantMock();
  expect((await call(stream, { body: ids(mostIds, 'idx-abc123') })).status).toBe(200);
});

test.each([
  ['texts', ids(mostIds + 1, '')],
  ['as many as a MiB has room for', ids(340_000, '')],
  ['numbers, which are judged one by one', ids(400_000, 1)],
  ['lists in lists', JSON.stringify(Array(100).fill(Array(100).fill([])))],
  ['members', JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, null])))],
  ['one member again and again', `{${Array(10_000).fill('"a":1').join()}}`],
])('more values are 413: %s', async (_, body) => {
  const { call } = instantMock();
  const answer = await call(stream, { body });
  expect([answer.status, await answer.json()]).toEqual([413, tooMany]);
});

test('what breaks off before the bound is answered as ever', async () => {
  const { call } = instantMock();
  const answer = await call(stream, { body: `[,${',1'.repeat(100_000)}` });
  expect(await answer.json()).toEqual({
    detail: [{ type: 'json_invalid', loc: ['body', 1], msg: 'JSON decode error' }],
  });
});

test('judging stops when the answer is full of problems', async () => {
  const { call } = instantMock({ edition: '2026-09' });
  const answer = await call(`${stream}?page_size=x&project_id=x`, { body: ids(mostIds, 1) });
  const { detail } = (await answer.json()) as { detail: { loc: unknown[] }[] };
  expect(answer.status).toBe(422);
  expect(detail).toHaveLength(MAX_PROBLEMS);
  expect(detail[0]).toMatchObject({ type: 'uuid_parsing', loc: ['query', 'project_id'] });
  expect(detail.at(-1)).toEqual({
    type: 'string_type',
    loc: ['body', 'index_ids', MAX_PROBLEMS - 2],
    msg: 'Input should be a valid string',
    input: 1,
  });
});

test.each([
  ['thousands of ids', Array.from({ length: mostIds }, (_, index) => `idx-${index}`)],
  ['an id of half a MiB', ['x'.repeat(524_288)]],
])('the agent says no more about %s than about a few', async (_, indexIds) => {
  const { call } = instantMock();
  for (const prompt of ['What changed?', '', 'Which files are there?', 'Compare them.', 'Hm?']) {
    const events = await takeTurn(call, await newSession(call), prompt, indexIds);
    expect(JSON.stringify(events).length).toBeLessThan(65_536);
  }
});

test('all of a hundred ids are searched', async () => {
  const { call } = instantMock();
  const hundred = Array.from({ length: 100 }, (_, index) => `idx-${index}`);
  const events = await readEvents(await call(stream, { body: { prompt: 'What changed?', index_ids: hundred } }));
  const calls = events.flatMap((event) => (event.type === 'tool_call' ? [event.arguments['index_ids']] : []));
  expect(calls).toContainEqual(hundred);
});

test.each([
  ['marks without end', `a${'\u0301'.repeat(400_000)}`],
  ['blanks without end', `${' '.repeat(500_000)}a${' '.repeat(500_000)}`],
  ['words without end', 'é '.repeat(300_000)],
])('a title of %s is short', async (_, first_message) => {
  const { call } = instantMock();
  const answer = await call('POST /api/v1/chat/ses-never-run/title', { body: { first_message } });
  const { generated_title } = (await answer.json()) as { generated_title: string };
  expect(generated_title.length).toBeLessThan(2000);
});

test('pages of sessions that are bound to megabytes of ids hold fewer, and each session once', async () => {
  const { call } = instantMock({ sessions: [] });
  const created: string[] = [];
  for (let number = 0; number < 5; number += 1) {
    const id = await newSession(call, { index_ids: [] });
    await takeTurn(call, id, '/on-time', [`${number}`.repeat(900_000)]);
    created.unshift(id);
  }
  const seen: string[][] = [];
  for (let token = ''; ; ) {
    const answer = await call(`GET /api/v1/chat?page_size=50&page_token=${token}`);
    const { items, next_page_token } = (await answer.json()) as {
      items: { session_id: string }[];
      next_page_token?: string;
    };
    seen.push(items.map(({ session_id }) => session_id));
    if (next_page_token === undefined) break;
    token = encodeURIComponent(next_page_token);
  }
  expect(seen.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(seen.flat()).toEqual(created);
});
