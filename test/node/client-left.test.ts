import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';
import type { ChatMock } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';

const mock = createChatMock({ clock: 'manual' });
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

const text = (content: string) => ({ event: { type: 'text', content } });
const pace = { first_ms: 0 };

/** Every way to wait in mid-turn, after one event; what is done once the event is there. */
type Act = (world: World) => unknown;
const none: Act = () => {};
const waits: readonly (readonly [what: string, answer: InlineScenario, act?: Act])[] = [
  ['a hang after an event', { steps: [text('a'), text('b')], pace, ends: { after: { event: 1 }, how: 'hang' } }],
  ['a hang after bytes', { steps: [text('a'), text('b')], pace, ends: { after: { byte: 60 }, how: 'hang' } }],
  ['a hang after some time', { steps: [text('a'), { wait_ms: 9 }], pace, ends: { after: { ms: 0 }, how: 'hang' } }],
  ['a hold', { steps: [text('a'), { hold: 'here' }], pace }],
  ['a wait', { steps: [text('a'), { wait_ms: 50 }], pace }],
  ['a tool that takes its time', { steps: [{ tool: 'read', takes_ms: 50 }], pace }],
  ['a long silence with heartbeats', { steps: [text('a'), { wait_ms: 60_000 }], pace, wire: { ping_ms: 20_000 } }],
  ['a pause', { steps: [text('a'), { wait_ms: 50 }], pace }, pause],
  ['a pause at a hold', { steps: [text('a'), { hold: 'here' }], pace }, pause],
];
type World = ReturnType<ChatMock['world']>;

const leave: Readonly<Record<string, (ask: Ask) => Promise<() => unknown>>> = {
  'aborts a fetch on a socket': async (ask) => {
    const stop = new AbortController();
    const response = await ask(fetch, server.url, stop.signal);
    await response.body?.getReader().read();
    return () => stop.abort();
  },
  'cancels a body on a socket': async (ask) => {
    const reader = (await ask(fetch, server.url)).body?.getReader();
    await reader?.read();
    return () => reader?.cancel();
  },
  'aborts mock.fetch': async (ask) => {
    const stop = new AbortController();
    const response = await ask(mock.fetch, 'http://mock', stop.signal);
    await response.body?.getReader().read();
    return () => stop.abort();
  },
  'cancels a body of mock.fetch': async (ask) => {
    const reader = (await ask(mock.fetch, 'http://mock')).body?.getReader();
    await reader?.read();
    return () => reader?.cancel();
  },
};
type Ask = (door: ChatMock['fetch'], base: string, signal?: AbortSignal) => Promise<Response>;

describe.each(Object.entries(leave))('a client that %s', (way, begin) => {
  test.each(waits.map(([what, answer, act = none]) => ({ what, answer, act })))(
    'during $what is recorded as one that left',
    async ({ what, answer, act }) => {
      const name = `${way} ${what}`;
      const world = mock.world(name);
      world.next(answer);
      const body = JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] });
      const headers = { authorization: 'Bearer x', 'content-type': 'application/json', 'x-test-id': name };
      const path = '/api/v1/chat/ses-never-run/messages/stream';
      const go = await begin((door, base, signal) =>
        door(`${base}${path}`, { method: 'POST', headers, body, ...(signal && { signal }) }),
      );
      act(world);
      void go();
      const [record] = await world.waitForStream({ state: 'over' });
      expect(record).toMatchObject({ end: 'client_left', events: 1 });
      expect([world.clock.waiting, world.holds]).toEqual([0, []]);
      // The session is free: what is asked next is answered.
      world.next({ status: 299 });
      const next = await mock.fetch(`http://mock${path}`, { method: 'POST', headers, body });
      expect(next.status).toBe(299);
    },
  );
});

function pause({ streams }: World): void {
  streams[0]?.performing?.pause();
}
