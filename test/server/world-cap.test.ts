import { expect, test } from 'vitest';
import type { ChatMock } from '../../src/node/mock.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { type Call, instantMock, newSession } from '../support/client.ts';
import { ask, controlled } from '../support/control.ts';

const MAX_WORLDS = 100;
/** A server of no sessions that has room for so many worlds. */
const small = { sessions: [], limits: { maxWorlds: MAX_WORLDS } };
const hold = defineScenario({ scenario: 'waits', steps: [{ hold: 'go' }] });

/** Looks into so many new worlds, which makes them. */
function crowd(mock: ChatMock, count: number, name = 'crowd'): void {
  for (let index = 0; index < count; index++) void mock.world(`${name}-${index}`).queued;
}

function inWorld(call: Call, world: string, route = 'GET /api/v1/chat?page_size=1'): Promise<Response> {
  return call(route, { headers: { 'x-test-id': world } });
}

/** A session that only this world has. */
const mark = (call: Call, world: string) =>
  newSession((route, options) => call(route, { ...options, headers: { 'x-test-id': world } }));
const isThere = async (call: Call, world: string, id: string) =>
  (await inWorld(call, world, `GET /api/v1/chat/${id}`)).status === 200;

/** Begins to be busy in a world; returns how it is over. */
type Begin = (mock: ChatMock, call: Call, world: string) => Promise<() => Promise<unknown>>;

const busy = {
  'a stream that is held': async (mock, call, world) => {
    mock.world(world).next(hold);
    const response = await ask(call, 'Wait.', { 'x-test-id': world });
    return async () => {
      mock.world(world).release('go');
      await response.text();
    };
  },
  'an answer that hangs after its headers': async (mock, call, world) => {
    mock.world(world).next({ ends: { after: { byte: 3 }, how: 'hang' } }, { operation: 'listSessions' });
    const response = await inWorld(call, world);
    return async () => response.body?.cancel();
  },
  'an answer that is late': async (mock, call, world) => {
    mock.world(world).clock.set({ mode: 'manual' });
    mock.world(world).next({ delay_ms: 10 }, { operation: 'listSessions' });
    const late = inWorld(call, world);
    return async () => {
      mock.world(world).clock.advance(10);
      await late;
    };
  },
  'a test that waits for a request': async (mock, call, world) => {
    const waiting = mock.world(world).journal.wait({ method: 'DELETE' }, { timeoutMs: 600_000 });
    return async () => {
      await inWorld(call, world, 'DELETE /api/v1/chat/none');
      await waiting;
    };
  },
} as const satisfies Record<string, Begin>;

test('beyond the most worlds the least recently used is dropped, but none in which somebody waits', async () => {
  const { mock, call } = instantMock(small);
  const marks: { readonly world: string; readonly id: string; readonly end: () => Promise<unknown> }[] = [];
  for (const [world, begin] of Object.entries(busy)) {
    const id = await mark(call, world);
    marks.push({ world, id, end: await begin(mock, call, world) });
  }
  const [oldest, newer] = [await mark(call, 'oldest'), await mark(call, 'newer')];
  crowd(mock, MAX_WORLDS - marks.length - 2);
  await inWorld(call, 'one more');
  expect([await isThere(call, 'newer', newer), await isThere(call, 'oldest', oldest)]).toEqual([true, false]);
  crowd(mock, MAX_WORLDS, 'another crowd');
  expect(await isThere(call, 'newer', newer)).toBe(false);
  for (const { world, id, end } of marks) {
    expect([world, await isThere(call, world, id)]).toEqual([world, true]);
    await end();
  }
});

test('a world whose stream is over is idle again', async () => {
  const { mock, call } = instantMock(small);
  const id = await mark(call, 'held');
  for (const begin of Object.values(busy)) await (await begin(mock, call, 'held'))();
  crowd(mock, MAX_WORLDS);
  expect(await isThere(call, 'held', id)).toBe(false);
});

test('if every world is busy, one more is a 503 that says so, over every door, until one is not', async () => {
  const { mock, call, control } = controlled(small);
  const ends: (() => Promise<unknown>)[] = [];
  for (let index = 0; index < MAX_WORLDS; index++)
    ends.push(await busy['a test that waits for a request'](mock, call, `busy-${index}`));
  const headers = { 'x-test-id': 'one-more', origin: 'http://localhost:5173' };
  const refused = await call('GET /api/v1/chat', { headers });
  const detail = expect.stringContaining('there are 100, and in every one somebody waits');
  expect([refused.status, await refused.json()]).toEqual([503, { detail }]);
  expect(refused.headers.get('access-control-allow-origin')).toBe(headers.origin);
  expect((await inWorld(call, 'one-more', 'GET /unknown')).status).toBe(503);
  expect(await control('GET next', undefined, { 'x-test-id': 'one-more' })).toEqual({
    status: 503,
    body: { error: { code: 'worlds_full', message: detail } },
  });
  expect(() => mock.world('one-more').next(hold)).toThrow('there are 100');
  expect((await inWorld(call, 'busy-7')).status).toBe(200);
  expect((await call('GET /api/v1/chat')).status).toBe(200);
  await ends[5]?.();
  expect((await inWorld(call, 'one-more')).status).toBe(200);
});

test('what was queued in a world that was dropped is told by its name, and when it or all are reset', async () => {
  const { mock, control } = controlled(small);
  for (const world of ['a', 'b', 'b', 'c']) mock.world(world).next(hold, { times: 2 });
  crowd(mock, MAX_WORLDS);
  const told = { id: 1, scenario: 'waits', operation: 'streamMessages', match: {}, times: 2, used: 0 };
  const next = (world: string) => control('GET next', undefined, { 'x-test-id': world });
  expect((await next('b')).body).toEqual({ queued: [], lost: [told, { ...told, id: 2 }] });
  expect((await next('crowd-99')).body).toEqual({ queued: [], lost: [] });
  expect(mock.world('a').lost).toMatchObject([told]);
  const reset = await control('POST reset', {}, { 'x-test-id': 'b' });
  expect([reset.body.unused, (await next('b')).body.lost]).toEqual([[told, { ...told, id: 2 }], []]);
  expect(mock.resetAll()).toMatchObject([told, told]);
  expect(mock.resetAll()).toEqual([]);
});

test('resetting a world that nobody has used makes none, and so drops none', async () => {
  const { mock, call } = instantMock(small);
  const id = await mark(call, 'oldest');
  crowd(mock, MAX_WORLDS - 1);
  mock.world('never used').reset();
  expect(await isThere(call, 'oldest', id)).toBe(true);
});

test('a turn whose prompt is still being sent when its world is dropped is whole, in a world of that name', async () => {
  const { mock, call } = instantMock({ limits: small.limits });
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const prompt = body.writable.getWriter();
  const turn = mock.fetch('http://mock/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json', 'x-test-id': 'slow' },
    body: body.readable,
    duplex: 'half',
  } as RequestInit);
  const text = new TextEncoder().encode('{"index_ids":["idx-abc123"],"prompt":"Hello"}');
  await prompt.write(text.subarray(0, 10));
  crowd(mock, MAX_WORLDS);
  await prompt.write(text.subarray(10));
  await prompt.close();
  expect(await (await turn).text()).toContain('"type":"stop"');
  expect((await inWorld(call, 'slow', 'GET /api/v1/chat/ses-never-run')).status).toBe(200);
  expect(mock.world('slow').streams).toHaveLength(1);
});
