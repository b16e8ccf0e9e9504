import { expect, test } from 'vitest';
import { type LimitName, limitRows } from '../../src/runtime/limits.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { type Call, instantMock, newSession, takeTurn } from '../support/client.ts';
import { ask, askIn, controlled } from '../support/control.ts';

const hold = defineScenario({ scenario: 'waits', steps: [{ hold: 'go' }, { text: 'Done.' }] });

/** The status of an answer, and what it says. */
async function told(answer: Promise<Response> | Response): Promise<readonly [number, string]> {
  const response = await answer;
  return [response.status, await response.text()];
}

const create = (call: Call, body: unknown = {}, world?: string) =>
  call('POST /api/v1/chat', { body, ...(world !== undefined && { headers: { 'x-test-id': world } }) });

test('a flood of new sessions ends in 429 with the flag, and what was there still answers', async () => {
  const { call } = instantMock({ limits: { maxSessions: 3 } });
  const ids = [await newSession(call), await newSession(call), await newSession(call)];
  const [status, body] = await told(create(call));
  expect([status, JSON.parse(body)]).toEqual([
    429,
    {
      detail:
        'Failed to create a session: this world has 3 that requests have made. Delete some, reset the world, or start with a larger --max-sessions.',
    },
  ]);
  expect((await call(`GET /api/v1/chat/${ids[0]}`)).status).toBe(200);
  // Another world has room of its own, and so has this one after a deletion.
  expect((await create(call, {}, 'other')).status).toBe(201);
  await call(`DELETE /api/v1/chat/${ids[1]}`);
  expect((await create(call)).status).toBe(201);
  expect((await create(call)).status).toBe(429);
});

test('a refusal stands in the journal with its operation', async () => {
  const { mock, call } = instantMock({ limits: { maxSessions: 1 } });
  await newSession(call);
  await create(call);
  expect(mock.journal.entries.at(-1)).toMatchObject({ operation: 'createSession', status: 429 });
});

test('a lenient server limits the sessions that it makes of unknown ids', async () => {
  const { call } = instantMock({ lenient: true, limits: { maxSessions: 1 } });
  expect((await call('GET /api/v1/chat/one')).status).toBe(200);
  const [status, body] = await told(call('GET /api/v1/chat/two'));
  expect([status, body]).toEqual([429, expect.stringContaining('--max-sessions')]);
});

test('events of finished turns are bounded in each world; a deletion makes room', async () => {
  const { call } = instantMock({ limits: { maxEvents: 3 } });
  const id = await newSession(call);
  await takeTurn(call, id, 'One.');
  const [status, body] = await told(askIn(call, id));
  expect([status, body]).toEqual([429, expect.stringContaining('--max-events')]);
  await call(`DELETE /api/v1/chat/${id}`);
  expect((await ask(call)).status).toBe(200);
});

test('what sessions hold is bounded over all worlds: prompts, large answers, index ids and queued answers', async () => {
  const big = 'x'.repeat(30_000);
  const fill: Record<string, (call: Call, world: string) => Promise<unknown>> = {
    'index ids': (call, world) => create(call, { index_ids: [big] }, world),
    prompts: async (call, world) => {
      for (let turn = 0; turn < 15; turn++) await (await ask(call, big.slice(0, 1000), { 'x-test-id': world })).text();
    },
  };
  for (const [what, one] of Object.entries(fill)) {
    const { mock, call } = instantMock({ limits: { maxStoredBytes: 150_000 } });
    for (const world of ['a', 'b', 'c']) await one(call, world);
    const [status, body] = await told(create(call));
    expect([what, status, body]).toEqual([what, 429, expect.stringContaining('--max-stored-bytes')]);
    mock.world('a').reset();
    expect((await create(call)).status).toBe(201);
  }
});

test('a large answer that many turns share counts once', async () => {
  const { mock, call } = instantMock({ limits: { maxStoredBytes: 1_500_000 } });
  const answer = defineScenario({ scenario: 'large', steps: [{ huge: 1_000_000 }] });
  mock.next(answer, { times: 5 });
  const id = await newSession(call);
  for (let turn = 0; turn < 5; turn++) {
    const response = await askIn(call, id);
    expect(response.status).toBe(200);
    await response.text();
  }
  mock.next(defineScenario({ scenario: 'other', steps: [{ huge: 900_000 }] }));
  await (await askIn(call, id)).text();
  expect((await askIn(call, id)).status).toBe(429);
  await call(`DELETE /api/v1/chat/${id}`);
  expect((await ask(call)).status).toBe(200);
});

test('queued answers are bounded by count and by bytes', async () => {
  const { control } = controlled({ limits: { maxQueued: 2, maxStoredBytes: 100_000 } });
  const queue = (text: string) => control('POST next', { scenario: { steps: [{ text }] } });
  expect((await queue('x'.repeat(60_000))).status).toBe(201);
  expect(await queue('One more.')).toMatchObject({ status: 429, body: { error: { code: 'storage_full' } } });
  await control('POST reset', {});
  for (const text of ['One.', 'Two.']) expect((await queue(text)).status).toBe(201);
  const { status, body } = await queue('Three.');
  expect([status, body.error]).toEqual([
    429,
    { code: 'queue_full', message: expect.stringMatching(/2 wait already.*--max-queued\.$/) },
  ]);
});

test('streams under way are bounded over all worlds: turns, hanging answers and GET live', async () => {
  const { mock, call, control } = controlled({ limits: { maxStreams: 3 } });
  mock.next(hold);
  const turn = await ask(call);
  mock.world('b').next({ ends: { after: { byte: 3 }, how: 'hang' } }, { operation: 'listSessions' });
  const hanging = await call('GET /api/v1/chat', { headers: { 'x-test-id': 'b' } });
  const live = await call('GET /__mock/live');
  const [status, body] = await told(ask(call));
  expect([status, body]).toEqual([503, expect.stringContaining('--max-streams')]);
  expect(await control('GET live')).toMatchObject({ status: 503, body: { error: { code: 'streams_full' } } });
  // The rest of the API answers.
  expect((await call('GET /api/v1/chat')).status).toBe(200);
  await live.body?.cancel();
  await hanging.body?.cancel();
  mock.release('go');
  await turn.text();
  for (let count = 0; count < 5; count++) expect((await told(ask(call)))[0]).toBe(200);
});

test('streams that wait at holds are bounded in each world', async () => {
  const { mock, call } = instantMock({ limits: { maxHolds: 2 } });
  mock.next(hold, { times: 3 });
  const waiting = [await ask(call), await ask(call)];
  const [status, body] = await told(ask(call));
  expect([status, body]).toEqual([429, expect.stringContaining('--max-holds')]);
  mock.release('go');
  await Promise.all(waiting.map((response) => response.text()));
  expect((await ask(call)).status).toBe(200);
});

test('worlds are bounded, and the flag is named', async () => {
  const { mock, call } = instantMock({ limits: { maxWorlds: 1 } });
  mock.world('a').next(hold);
  const held = await ask(call, 'Go.', { 'x-test-id': 'a' });
  const [status, body] = await told(create(call, {}, 'b'));
  expect([status, body]).toEqual([503, expect.stringContaining('--max-worlds')]);
  mock.world('a').release();
  await held.text();
  expect((await create(call, {}, 'b')).status).toBe(201);
});

test('journals are bounded by count, by bytes, and over all worlds', async () => {
  const { mock, call } = instantMock({ limits: { maxJournalEntries: 2, maxJournalBytes: 8192, maxRecordBytes: 4096 } });
  for (let count = 0; count < 4; count++) await call('GET /nowhere');
  expect([mock.journal.entries.length, mock.journal.dropped]).toEqual([2, 2]);
  for (const world of ['a', 'b', 'c', 'd']) await call(`GET /${'x'.repeat(1000)}`, { headers: { 'x-test-id': world } });
  // The least recently used worlds have forgotten theirs.
  expect(['a', 'd'].map((world) => mock.world(world).journal.dropped)).toEqual([1, 0]);
});

test('records of finished streams are bounded by count', async () => {
  const { mock, call } = instantMock({ limits: { maxStreamRecords: 1 } });
  for (let count = 0; count < 3; count++) await (await ask(call)).text();
  expect(mock.streams.map(({ id }) => id)).toEqual([2, 3].slice(-mock.streams.length));
  expect(mock.streams.length).toBeLessThan(3);
});

test('a bound that is none is refused with what it may be', () => {
  expect(() => instantMock({ limits: { maxSessions: 0 } })).toThrow('limits.maxSessions');
  expect(() => instantMock({ limits: { maxSesions: 1 } as never })).toThrow('limits');
});

test('every bound has a default between its ends', () => {
  const names = Object.keys(limitRows) as LimitName[];
  const outside = names.filter((name) => {
    const { default: fallback, min, max } = limitRows[name];
    return fallback < min || fallback > max;
  });
  expect(outside).toEqual([]);
});
