import { describe, expect, test, vi } from 'vitest';
import { newSession } from '../../support/client.ts';
import { ask, controlled } from '../../support/control.ts';

const duration_ms = expect.any(Number);

describe('GET journal', () => {
  test('tells each request whole, the newest last', async () => {
    const { call, control } = controlled();
    await call('GET /api/v1/chat?page_size=2', { headers: { 'X-Team': 'blue' } });
    await control('POST next', { scenario: { status: 503 }, operation: 'createSession' });
    await call('POST /api/v1/chat', { body: { index_ids: ['a'] } });
    await call('GET /nowhere');
    const common = { duration_ms, world: null, scenario: null, why: null, query: '', session_id: null, body: null };
    const headers = { authorization: '[redacted]' };
    expect((await control('GET journal')).body).toEqual({
      dropped: 0,
      entries: [
        {
          ...common,
          ...{
            id: 1,
            method: 'GET',
            path: '/api/v1/chat',
            query: 'page_size=2',
            operation: 'listSessions',
            status: 200,
          },
          headers: { ...headers, 'x-team': 'blue' },
        },
        {
          ...common,
          ...{ id: 2, method: 'POST', path: '/api/v1/chat', operation: 'createSession', status: 503 },
          ...{ scenario: 'inline', why: 'queued 1', body: { index_ids: ['a'] } },
          headers: { ...headers, 'content-type': 'application/json' },
        },
        { ...common, id: 3, method: 'GET', path: '/nowhere', operation: null, status: 404, headers },
      ],
    });
  });

  test('says which scenario answered a turn, and why', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: 'fast' });
    await ask(call);
    await ask(call, '/fast');
    await ask(call, 'Anything?', { 'x-mock-scenario': 'fast' });
    await ask(call);
    const { entries } = (await control('GET journal?operation=streamMessages')).body;
    expect(entries.map(({ scenario, why }: Record<string, unknown>) => [scenario, why])).toEqual([
      ['fast', 'queued 1'],
      ['fast', 'prompt'],
      ['fast', 'header'],
      ['agent', 'generated'],
    ]);
  });

  test.each([
    ['operation=getSession', [3, 4]],
    ['status=404', [4, 5]],
    ['status=404&operation=getSession', [4]],
    ['session_id=ses-unknown', [4]],
  ])('?%s', async (query, ids) => {
    const { call, control } = controlled();
    await call('GET /api/v1/chat');
    await call(`GET /api/v1/chat/${await newSession(call)}`);
    await call('GET /api/v1/chat/ses-unknown');
    await call('GET /nowhere');
    const { entries } = (await control(`GET journal?${query}`)).body;
    expect(entries.map(({ id }: { id: number }) => id)).toEqual(ids);
  });

  test('tells no secret, wherever it was put', async () => {
    const { call, control } = controlled();
    const headers = {
      ...{ cookie: 'session=SECRET', 'x-api-key': 'SECRET', 'proxy-authorization': 'Basic SECRET' },
      ...{ 'x-auth-token': 'SECRET', 'x-csrf-token': 'SECRET', 'x-client-secret': 'SECRET', apikey: 'SECRET' },
    };
    await call('GET /api/v1/chat?api_key=SECRET&page_token=seen&access_token=SECRET&password=SECRET', {
      key: 'SECRET',
      headers,
    });
    const { entries } = (await control('GET journal')).body;
    expect(JSON.stringify(entries)).not.toContain('SECRET');
    expect(entries[0]).toMatchObject({
      query: 'api_key=[redacted]&page_token=seen&access_token=[redacted]&password=[redacted]',
      headers: { authorization: '[redacted]', cookie: '[redacted]', 'x-api-key': '[redacted]' },
    });
  });

  test('a body that is not JSON is told as text, a large one not at all', async () => {
    const { call, control } = controlled();
    await call('POST /api/v1/chat', { body: '{"index_ids": [' });
    await call('POST /api/v1/chat', { body: { index_ids: ['x'.repeat(20_000)] } });
    const { entries } = (await control('GET journal')).body;
    expect(entries.map(({ body }: { body: unknown }) => body)).toEqual(['{"index_ids": [', null]);
  });

  test('keeps the newest of very many and says how many it has forgotten', async () => {
    const { call, control } = controlled();
    for (let count = 0; count < 2100; count++) await call('GET /nowhere');
    const { entries, dropped } = (await control('GET journal')).body;
    expect(entries.length).toBeGreaterThanOrEqual(1000);
    expect(entries.length).toBeLessThan(2000);
    expect(dropped + entries.length).toBe(2100);
    expect([entries[0].id, entries.at(-1).id]).toEqual([dropped + 1, 2100]);
  });

  test.each([
    ['status=abc', '"status" must be a status, like 200, not "abc"'],
    ['operation=listSession', '"listSession" is not allowed; did you mean "listSessions"?'],
    ['sesion_id=a', 'unknown key "sesion_id"; did you mean "session_id"?'],
  ])('a filter that can only be a mistake is refused: %s', async (query, words) => {
    const { control } = controlled();
    expect(await control(`GET journal?${query}`)).toEqual({
      status: 400,
      body: { error: { code: 'bad_query', message: expect.stringContaining(words) } },
    });
  });

  test('is of one world; the control API itself is not in it', async () => {
    const { call, control } = controlled();
    await call('GET /api/v1/chat', { headers: { 'x-test-id': 'a' } });
    await control('GET streams');
    expect((await control('GET journal')).body.entries).toEqual([]);
    expect((await control('GET journal', undefined, { 'x-test-id': 'a' })).body.entries).toMatchObject([
      { world: 'a' },
    ]);
  });
});

describe('POST journal/verify', () => {
  async function three() {
    const { call, control } = controlled();
    const body = { index_ids: ['a'], title: 'x' };
    await call('POST /api/v1/chat', { body, headers: { 'x-team': 'blue' } });
    await call('POST /api/v1/chat');
    await call('GET /api/v1/chat');
    return control;
  }
  const create = { operation: 'createSession' };

  test.each<[string, object, number, number]>([
    ['at least one is asked for', { match: create }, 200, 2],
    ['none is one too few', { match: { operation: 'getSession' } }, 422, 0],
    ['so many exactly', { match: create, count: 2 }, 200, 2],
    ['not so many', { match: create, count: 1 }, 422, 2],
    ['none', { match: { operation: 'getSession' }, count: 0 }, 200, 0],
    ['at least', { match: create, count: { at_least: 3 } }, 422, 2],
    ['at most', { match: create, count: { at_most: 1 } }, 422, 2],
    ['between', { match: create, count: { at_least: 1, at_most: 2 } }, 200, 2],
    ['a class of status', { match: { status: { regex: '^2' } }, count: 3 }, 200, 3],
    ['another class of status', { match: { status: { regex: '^[45]' } }, count: 0 }, 200, 0],
    ['of all', {}, 200, 3],
  ])('%s: %j is %i', async (_, body, status, matched) => {
    const answer = await (await three())('POST journal/verify', body);
    expect([answer.status, answer.body.matched]).toEqual([status, matched]);
  });

  test.each<[string, readonly object[], number, number]>([
    ['all in their order', [create, create, { operation: 'listSessions' }], 200, 3],
    ['others between', [{ headers: { 'x-team': 'blue' } }, { operation: 'listSessions' }], 200, 2],
    ['another order', [{ operation: 'listSessions' }, create], 422, 1],
    ['one request is not two', [{ operation: 'listSessions' }, {}], 422, 1],
    ['the first never came', [{ operation: 'getSession' }, create], 422, 0],
  ])('a sequence, %s: %j is %i', async (_, sequence, status, matched) => {
    const answer = await (await three())('POST journal/verify', { sequence });
    expect([answer.status, answer.body.matched]).toEqual([status, matched]);
  });

  test('the misses of a sequence are those of its first match that was not met, among what came after', async () => {
    const control = await three();
    const { body } = await control('POST journal/verify', { sequence: [create, { operation: 'getSession' }] });
    expect(body.nearest.map(({ entry }: { entry: { id: number } }) => entry.id)).toEqual([3, 2]);
  });

  test('a sequence is of requests as they came, not as they were answered', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { delay_ms: 60_000, status: 503 }, operation: 'listSessions' });
    await control('PUT clock', { mode: 'manual' });
    const listed = call('GET /api/v1/chat');
    await call('POST /api/v1/chat');
    await control('POST clock/advance', { ms: 60_000 });
    await listed;
    const sequence = [{ operation: 'listSessions' }, create];
    expect((await control('POST journal/verify', { sequence })).status).toBe(200);
  });

  describe('within a window', () => {
    /** A refusal at 0 ms, then a request at each of these times. */
    async function retried(...timesMs: readonly number[]) {
      const { call, control } = controlled();
      await control('PUT clock', { mode: 'manual' });
      await control('POST next', { scenario: { status: 429 }, operation: 'listSessions' });
      await call('GET /api/v1/chat');
      let nowMs = 0;
      for (const ms of timesMs) {
        await control('POST clock/advance', { ms: ms - nowMs });
        nowMs = ms;
        await call('GET /api/v1/chat');
      }
      return control;
    }
    const after = { status: 429 };

    test.each<[string, readonly number[], object, number]>([
      ['a client that waits never asks within it', [2000], { within: { ms: 2000, after }, count: 0 }, 200],
      ['a client that does not wait', [1999, 2500], { within: { ms: 2000, after }, count: 0 }, 422],
      ['so many', [500, 1999, 2500], { within: { ms: 2000, after }, count: 2 }, 200],
      ['what opens a window is not in it', [], { within: { ms: 2000, after }, count: 0 }, 200],
      ['of what matches', [500], { match: { status: 503 }, within: { ms: 2000, after }, count: 0 }, 200],
      ['the last milliseconds', [500, 900], { within: { ms: 401 }, count: 2 }, 200],
      ['and no earlier', [500, 900], { within: { ms: 400 }, count: 1 }, 200],
    ])('%s', async (_, timesMs, body, status) => {
      expect((await (await retried(...timesMs))('POST journal/verify', body)).status).toBe(status);
    });
  });

  test.each([
    [{ sequence: [] }, '$.sequence'],
    [{ sequence: [{}], count: 1 }, 'a sequence stands alone'],
    [{ sequence: [{ path: { regex: '(' } }] }, '$.sequence[0].path'],
    [{ within: { ms: 0 } }, '$.within.ms'],
    [{ within: { ms: 1, after: { path: { regex: '(' } } } }, '$.within.after.path'],
  ])('%j is refused', async (body, reason) => {
    const answer = await controlled().control('POST journal/verify', body);
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(reason)]);
  });

  test('tells of the nearest misses field by field what was expected and what there was', async () => {
    const control = await three();
    const match = { method: 'POST', headers: { 'x-team': 'red' }, body: { index_ids: ['b'], none: null } };
    const { status, body } = await control('POST journal/verify', { match });
    expect([status, body.matched]).toEqual([422, 0]);
    expect(
      body.nearest.map(({ entry, mismatches }: { entry: { id: number }; mismatches: unknown }) => [
        entry.id,
        mismatches,
      ]),
    ).toEqual([
      [
        2,
        [
          { at: 'headers.x-team', expected: 'red', actual: null },
          { at: 'body', expected: { index_ids: ['b'], none: null }, actual: null },
        ],
      ],
      [
        1,
        [
          { at: 'headers.x-team', expected: 'red', actual: 'blue' },
          { at: 'body.index_ids[0]', expected: 'b', actual: 'a' },
        ],
      ],
      [
        3,
        [
          { at: 'method', expected: 'POST', actual: 'GET' },
          { at: 'headers.x-team', expected: 'red', actual: null },
          { at: 'body', expected: { index_ids: ['b'], none: null }, actual: null },
        ],
      ],
    ]);
  });
});

describe('POST journal/wait', () => {
  test('answers when enough requests match, with them', async () => {
    const { call, control } = controlled();
    const waiting = control('POST journal/wait', { match: { operation: 'createSession' }, count: 2 });
    let isOver = false;
    void waiting.then(() => {
      isOver = true;
    });
    await newSession(call);
    await call('GET /api/v1/chat');
    expect(isOver).toBe(false);
    await newSession(call);
    const { status, body } = await waiting;
    expect([status, body.entries.map(({ id }: { id: number }) => id)]).toEqual([200, [1, 3]]);
  });

  test('answers at once for what has come already', async () => {
    const { call, control } = controlled();
    await newSession(call);
    expect(await control('POST journal/wait', { timeout_ms: 0 })).toMatchObject({
      status: 200,
      body: { entries: [{ id: 1 }] },
    });
    expect(await control('POST journal/wait', { count: 0, match: { status: 500 } })).toEqual({
      status: 200,
      body: { entries: [] },
    });
  });

  test.each([0, 10])('gives up after %i ms, and says what came near', async (timeout_ms) => {
    const { call, control } = controlled();
    await call('GET /api/v1/chat/ses-unknown');
    const match = { operation: 'getSession', status: 200 };
    expect(await control('POST journal/wait', { match, count: 2, timeout_ms })).toEqual({
      status: 408,
      body: {
        error: {
          code: 'timeout',
          message: `Failed to see 2 such requests within ${timeout_ms} ms: 0 came. Nearest:\n  GET /api/v1/chat/ses-unknown: status is 404, not 200`,
        },
      },
    });
    expect((await control('POST journal/wait', { count: 5, timeout_ms })).body.error.message).toBe(
      `Failed to see 5 such requests within ${timeout_ms} ms: 1 came. No other request came.`,
    );
  });
});

test('of many who wait for a request, one reads its body', async () => {
  const { mock, call } = controlled();
  const body = JSON.stringify({ index_ids: ['idx-1'], note: 'x'.repeat(1000) });
  await call('POST /api/v1/chat', { body: { note: 'seen before' } });
  const waits = Array.from({ length: 20 }, () => mock.journal.wait({ body: { index_ids: ['idx-1'] } }, { count: 2 }));
  const parse = vi.spyOn(JSON, 'parse');
  await call('POST /api/v1/chat', { body });
  await call('POST /api/v1/chat', { body: { note: 'another' } });
  const read = parse.mock.calls.map(([text]) => text);
  parse.mockRestore();
  expect(read.filter((text) => text === body).length).toBeLessThanOrEqual(2); // Once for the answer.
  expect(read.filter((text) => text.includes('seen before'))).toEqual([]);
  await call('POST /api/v1/chat', { body });
  expect((await Promise.all(waits)).map((found) => found.map(({ id }) => id))).toEqual(Array(20).fill([2, 4]));
});

test('a body is read when a match first asks for it, not for each answer that waits', async () => {
  const { mock, call } = controlled();
  for (const prompt of ['a', 'b', 'c'])
    mock.next({ status: 503 }, { operation: 'createSession', match: { body: { prompt } } });
  const parse = vi.spyOn(JSON, 'parse');
  await call('POST /api/v1/chat', { body: { prompt: 'c' } });
  const read = parse.mock.calls.filter(([text]) => text === '{"prompt":"c"}').length;
  parse.mockRestore();
  expect([read, mock.journal.entries[0]?.status]).toEqual([1, 503]);
});
