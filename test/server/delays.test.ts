import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';
import { question } from '../support/clients.ts';
import { exchange } from '../support/raw-client.ts';

const mock = createChatMock({ clock: 'manual' });
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

const stream = '/api/v1/chat/ses-never-run/messages/stream';
const doors = {
  'on a socket': async (path: string, world: string, signal: AbortSignal) => {
    const asked = path === stream ? { path, body: question } : { path, method: 'GET' };
    const { status } = await exchange(server, { ...asked, headers: { 'x-test-id': world }, signal });
    return status;
  },
  'without one': async (path: string, world: string, signal: AbortSignal) => {
    const headers = { 'x-test-id': world, authorization: 'Bearer test', 'content-type': 'application/json' };
    const asked = path === stream ? { method: 'POST', body: JSON.stringify(question) } : {};
    return mock.fetch(new Request(`http://mock${path}`, { ...asked, headers, signal })).then(
      ({ status }) => status,
      () => null,
    );
  },
};

/** The client goes away as soon as the world waits for its clock. */
async function leaveWaiting(ask: (typeof doors)[keyof typeof doors], path: string, world: string) {
  const { clock, journal } = mock.world(world);
  const leave = new AbortController();
  const asking = ask(path, world, leave.signal);
  while (mock.world(world).clock.waiting === 0) await new Promise(setImmediate);
  leave.abort();
  const left = journal.wait({ path }, { timeoutMs: 30_000 });
  expect(await asking).toBe(null);
  expect((await left).map(({ status }) => status)).toEqual([null]);
  expect(clock.mode).toBe('manual');
  expect(mock.world(world).clock.waiting).toBe(0);
}

describe.each(Object.entries(doors))('a client that leaves before its late headers, %s,', (door, ask) => {
  test('ends its turn at once: nothing was sent, and the session is free', async () => {
    const world = `left ${door}`;
    mock.world(world).next({ delay_ms: 60_000, steps: [{ text: 'Late.' }] });
    await leaveWaiting(ask, stream, world);
    expect(mock.world(world).streams.map(({ end, events, bytes }) => ({ end, events, bytes }))).toEqual([
      { end: 'client_left', events: 0, bytes: 0 },
    ]);
    mock.world(world).next({ status: 299 });
    expect(await ask(stream, world, new AbortController().signal)).toBe(299);
  });

  test('is waited for no longer, whatever the operation, and whether a scenario or chaos is late', async () => {
    const world = `other ${door}`;
    mock.world(world).next({ delay_ms: 60_000, status: 503 }, { operation: 'listSessions' });
    await leaveWaiting(ask, '/api/v1/chat', world);
    mock.world(world).setChaos([{ latency_ms: 60_000 }]);
    await leaveWaiting(ask, '/api/v1/chat/ses-never-run', world);
  });

  test('and one that stays gets its answer when its world is reset, or the server closes', async () => {
    const world = `reset ${door}`;
    mock.world(world).next({ delay_ms: 60_000, steps: [{ text: 'Late.' }, { hold: 'for ever' }] });
    const asking = ask(stream, world, new AbortController().signal);
    while (mock.world(world).clock.waiting === 0) await new Promise(setImmediate);
    mock.world(world).reset();
    expect(await asking).toBe(200);
  });
});
