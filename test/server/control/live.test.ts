import { setImmediate } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { newSession } from '../../support/client.ts';
import { ask, controlled } from '../../support/control.ts';

/** Opens the event stream; `next` reads until so many events are here. */
async function watch({ call }: Pick<ReturnType<typeof controlled>, 'call'>, headers: Record<string, string> = {}) {
  const response = await call('GET /__mock/live', { key: null, headers });
  const events: { name: string; value: Record<string, unknown> }[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ name: event ?? '', value: JSON.parse(data) }),
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const next = async (count: number) => {
    while (events.length < count) {
      const { value, done } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
    }
    return events.splice(0, count);
  };
  return { response, reader, next };
}

test('requests and ended streams are told as they happen', async () => {
  const one = controlled();
  const { response, next } = await watch(one);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const id = await newSession(one.call);
  const body = await (
    await one.call(`POST /api/v1/chat/${id}/messages/stream`, { body: { prompt: '/fast', index_ids: ['a'] } })
  ).text();
  const duration_ms = expect.any(Number);
  const path = `/api/v1/chat/${id}/messages/stream`;
  const common = { method: 'POST', world: null, duration_ms };
  const turn = { ...common, path, operation: 'streamMessages', session_id: id, scenario: 'fast', stream: 1 };
  const time = expect.stringMatching(/^\d{4}-.*Z$/);
  const create = { operation: 'createSession', session_id: null, scenario: null, why: null, stream: null };
  const told = await next(4);
  expect(told.filter(({ name }) => name !== 'state')).toEqual([
    {
      name: 'request',
      value: { ...common, ...create, id: 1, time, path: '/api/v1/chat', status: 201 },
    },
    { name: 'request', value: { ...turn, id: 2, time, status: 200, why: 'prompt' } },
    {
      name: 'stream',
      value: {
        ...turn,
        ...{ bytes: Buffer.byteLength(body), events: body.match(/^data:/gm)?.length },
        ...{ end: 'complete', how: 'close' },
      },
    },
  ]);
});

test('with a world it is of that one, without one of all', async () => {
  const one = controlled();
  const [all, a] = [await watch(one), await watch(one, { 'x-test-id': 'a' })];
  await one.call('GET /api/v1/chat');
  await one.call('GET /api/v1/chat', { headers: { 'x-test-id': 'b' } });
  await one.call('GET /api/v1/chat', { headers: { 'x-test-id': 'a' } });
  const worlds = async ({ next }: typeof all, count: number) => (await next(count)).map(({ value }) => value['world']);
  expect([await worlds(all, 3), await worlds(a, 1)]).toEqual([[null, 'b', 'a'], ['a']]);
});

test('a reader that falls behind is told how much it has missed, and then goes on', async () => {
  const one = controlled();
  const { next } = await watch(one);
  for (let count = 0; count < 100; count++) await one.call(`GET /nowhere/${count}`);
  const names: string[] = [];
  const told: Record<string, unknown>[] = [];
  while (!names.includes('missed')) {
    for (const { name, value } of await next(1)) {
      names.push(name);
      told.push(value);
    }
  }
  const missed = Number(told.at(-1)?.['count']);
  expect(names.length - 1 + missed).toBe(100);
  expect(missed).toBeGreaterThan(50);
  await one.call('GET /after');
  expect(await next(1)).toMatchObject([{ name: 'request', value: { path: '/after' } }]);
});

test('who leaves is forgotten', async () => {
  const one = controlled();
  const { reader } = await watch(one);
  await reader.cancel();
  await setImmediate();
  await (await ask(one.call, '/fast')).text();
  const other = await watch(one);
  await one.call('GET /nowhere');
  expect(await other.next(1)).toMatchObject([{ value: { path: '/nowhere' } }]);
});

test('a reset of a world does not end what watches it', async () => {
  const one = controlled();
  const { next } = await watch(one, { 'x-test-id': 'a' });
  const headers = { 'x-test-id': 'a' };
  await one.control('POST reset', {}, headers);
  await one.call('GET /nowhere', { headers });
  expect(await next(1)).toMatchObject([{ value: { path: '/nowhere' } }]);
});

test('a stream that does not run through is told as it begins, is held, paused, and goes on', async () => {
  const one = controlled();
  const { next } = await watch(one);
  await one.control('POST next', {
    scenario: { steps: [{ hold: 'look' }, { text: 'a', deltas: ['a'] }, { hold: 'again' }] },
  });
  const stream = await ask(one.call);
  await one.control('POST streams/1/pause');
  await one.control('POST streams/1/resume');
  await one.control('POST holds/look/release');
  await one.control('POST holds/again/release');
  await stream.text();
  const told = (await next(9)).map(({ name, value: { state, hold, events, status, end } }) =>
    name === 'state' ? [state, hold, events] : [name, status ?? end],
  );
  expect(told).toEqual([
    ['request', 201],
    ['request', 200],
    ['held', 'look', 0],
    ['paused', 'look', 0],
    ['held', 'look', 0],
    ['running', null, 0],
    ['held', 'again', 2],
    ['running', null, 2],
    ['stream', 'complete'],
  ]);
});
