import { describe, expect, test } from 'vitest';
import { ask, controlled } from '../../support/control.ts';

const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe('GET traffic', () => {
  test('lists requests and streams of all worlds, one line each, oldest first', async () => {
    const { call, control } = controlled();
    await call('GET /api/v1/chat', { headers: { 'x-test-id': 'a' } });
    await (await ask(call, '/fast', { 'x-test-id': 'b' })).text();
    await call('GET /nowhere');
    const { body } = await control('GET traffic');
    expect(body.requests.map(({ world, path, id }: Record<string, unknown>) => [world, id, path])).toEqual([
      ['a', 1, '/api/v1/chat'],
      ['b', 1, '/api/v1/chat'],
      ['b', 2, expect.stringContaining('/messages/stream')],
      [null, 1, '/nowhere'],
    ]);
    expect(body.requests[2]).toEqual({
      ...{ id: 2, method: 'POST', path: expect.any(String), operation: 'streamMessages', status: 200, world: 'b' },
      ...{
        duration_ms: expect.any(Number),
        session_id: expect.stringMatching(/^ses-/),
        scenario: 'fast',
        why: 'prompt',
      },
      ...{ time: anyTime, stream: 1 },
    });
    expect(body.streams).toEqual([
      expect.objectContaining({
        stream: 1,
        world: 'b',
        scenario: 'fast',
        state: 'over',
        end: 'close',
        time: anyTime,
        duration_ms: expect.any(Number),
      }),
    ]);
    expect(body.dropped).toBe(0);
  });

  test('of one world, and of the newest only', async () => {
    const { call, control } = controlled();
    for (const world of ['a', 'b', 'a', 'a']) await call('GET /nowhere', { headers: { 'x-test-id': world } });
    const own = (await control('GET traffic', undefined, { 'x-test-id': 'a' })).body;
    expect(own.requests.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);
    const newest = (await control('GET traffic?limit=1')).body;
    expect([newest.requests.length, newest.dropped]).toEqual([1, 3]);
    expect((await control('GET traffic?limit=0')).body.error.code).toBe('bad_query');
  });

  test('holds no secret', async () => {
    const { call, control } = controlled({ apiKeys: ['llx-very-secret'] });
    await call('GET /api/v1/chat?api_key=llx-very-secret', { key: 'llx-very-secret' });
    await call('GET /llx-very-secret', { key: 'llx-very-secret' });
    expect(JSON.stringify((await control('GET traffic')).body)).not.toContain('llx-very-secret');
  });
});

test('GET worlds lists the default world, then those used last', async () => {
  const { call, control } = controlled();
  await call('GET /nowhere', { headers: { 'x-test-id': 'a' } });
  await (await ask(call, '/fast', { 'x-test-id': 'b' })).text();
  await control('POST next', { scenario: 'fast' });
  expect((await control('GET worlds')).body).toEqual({
    worlds: [
      { world: null, requests: 0, streams: 0, open: 0, queued: 1 },
      { world: 'b', requests: 2, streams: 1, open: 0, queued: 0 },
      { world: 'a', requests: 1, streams: 0, open: 0, queued: 0 },
    ],
    total: 3,
  });
});

describe('GET journal/{id}', () => {
  test('has the answer: its headers and its body', async () => {
    const { call, control } = controlled();
    await call('POST /api/v1/chat/ses-never-run/messages/stream', { body: { prompt: 7 } });
    const { body } = await control('GET journal/1');
    expect(body).toMatchObject({
      ...{ id: 1, status: 422, body: { prompt: 7 }, time: anyTime, stream: null },
      answer: {
        headers: { 'content-type': 'application/json' },
        body: { detail: expect.arrayContaining([expect.objectContaining({ loc: ['body', 'prompt'] })]) },
      },
    });
  });

  test('of a stream there is no body, but its number', async () => {
    const { call, control } = controlled();
    await (await ask(call, '/fast')).text();
    expect((await control('GET journal/2')).body).toMatchObject({ stream: 1, answer: { body: null } });
  });

  test('secrets in an answer are hidden', async () => {
    const { call, control } = controlled({ apiKeys: ['llx-very-secret'] });
    await control('POST next', {
      operation: 'listSessions',
      scenario: { status: 401, headers: { 'set-cookie': 'a=b' }, body: { api_key: 'x', detail: 'llx-very-secret' } },
    });
    await call('GET /api/v1/chat', { key: 'llx-very-secret' });
    const { answer } = (await control('GET journal/1')).body;
    expect(answer.headers['set-cookie']).toBe('[redacted]');
    expect(answer.body).toEqual({ api_key: '[redacted]', detail: '[redacted]' });
  });

  test('says field by field why each queued answer is not for it', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: 'fast', match: { body: { prompt: 'Hello' }, session_id: 'ses-never-run' } });
    await control('POST next', { scenario: 'fast', operation: 'listSessions' });
    await call('POST /api/v1/chat/ses-never-run/messages/stream', { body: { prompt: 'Hullo', index_ids: [] } });
    expect((await control('GET journal/1')).body.queued).toEqual([
      { id: 1, scenario: 'fast', mismatches: [{ at: 'body.prompt', expected: 'Hello', actual: 'Hullo' }] },
      {
        id: 2,
        scenario: 'fast',
        mismatches: [{ at: 'operation', expected: 'listSessions', actual: 'streamMessages' }],
      },
    ]);
  });

  test('an answer that is forgotten is null', async () => {
    const { call, control } = controlled();
    const body = 'x'.repeat(900_000);
    await control('POST next', { operation: 'listSessions', scenario: { status: 200, body }, times: 6 });
    for (let count = 0; count < 6; count++) await call('GET /api/v1/chat');
    expect((await control('GET journal/1')).body.answer).toBeNull();
    expect((await control('GET journal/6')).body.answer.body).toBe(body);
  });
});

describe('POST next/check', () => {
  test('says of a good answer that it is, and queues nothing', async () => {
    const { control } = controlled();
    expect(await control('POST next/check', { scenario: { steps: [{ text: 'Hi.' }] } })).toEqual({
      status: 200,
      body: { status: 'ok' },
    });
    expect((await control('GET next')).body.queued).toEqual([]);
  });

  test.each([
    [{ scenario: { steps: [{ txet: 'Hi.' }] } }, 'did you mean "text"'],
    [{ scenario: 'fsat' }, 'did you mean "fast"'],
    [{ scenario: { status: 42 } }, 'status'],
    [{ scenario: 'fast', times: 0 }, 'times'],
  ])('says what is wrong with %j', async (body, message) => {
    const { control } = controlled();
    const checked = await control('POST next/check', body);
    expect(checked.body.error.message).toContain(message);
    expect(checked).toEqual(await control('POST next', body));
  });
});
