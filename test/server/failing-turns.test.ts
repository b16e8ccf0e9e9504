import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Listening } from '../../src/node/listen.ts';
import { buildMock, type ChatMock } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import type { Activity } from '../../src/world/activity.ts';

// This mock takes scenarios without looking: so what is refused elsewhere gets as far as the delivery.
const errors: unknown[] = [];
const activities: Activity[] = [];
let watch = (_: Activity) => {};
const mock = buildMock({
  speed: 'instant',
  onError: (error) => errors.push(error),
  onActivity: (activity) => {
    activities.push(activity);
    watch(activity);
  },
});
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

type Fetch = ChatMock['fetch'];
const doors: Readonly<Record<string, Fetch>> = {
  'on a socket': (input, init) => fetch(String(input).replace('http://mock', server.url), init),
  'without one': mock.fetch,
};
const steps = [{ text: 'Hello.' }];
const boom = () => {
  throw new Error('boom');
};

/** Ways to fail, with what the client gets: a status, and whether the body is whole. */
const failures: readonly (readonly [what: string, answer: InlineScenario, status: number])[] = [
  ['a header that cannot be sent', { steps, headers: { 'x-a': 'b\nc' } }, 500],
  ['the compiling of the turn', { steps, wire: broken({}, 'split') }, 500],
  ['the headers of the answer', broken({ steps }, 'headers'), 500],
  ['a template, in mid-stream', { steps: [...steps, { text: '{{no.such}}' }] }, 200],
  ['a step, before the first byte', { steps: [{ raw: { base64: '*' } }] }, 200],
];

describe.each(Object.entries(doors))('%s', (door, ask) => {
  const call = (world: string, path: string, body?: object, method = 'POST') =>
    ask(`http://mock/api/v1/chat${path}`, {
      method,
      headers: { authorization: 'Bearer any', 'content-type': 'application/json', 'x-test-id': world },
      ...(body && { body: JSON.stringify(body) }),
    });
  const turn = (world: string, id: string) =>
    call(world, `/${id}/messages/stream`, { prompt: 'Go', index_ids: ['idx-abc123'] });
  const create = async (world: string) =>
    ((await (await call(world, '', {})).json()) as { session_id: string }).session_id;

  test.each(failures)('%s fails: the turn is over, and the session takes the next', async (what, answer, status) => {
    const world = `${what} ${door}`;
    errors.length = 0;
    activities.length = 0;
    const id = await create(world);
    mock.world(world).next(answer);
    const response = await turn(world, id);
    expect(response.status).toBe(status);
    if (status === 500) expect(await response.json()).toEqual({ detail: 'Internal Server Error' });
    else await expect(response.text()).rejects.toThrow('terminated');
    expect(errors).toHaveLength(1);
    expect(mock.world(world).streams.map(({ state, end }) => ({ state, end }))).toEqual([
      { state: 'over', end: 'failed' },
    ]);
    expect(activities.filter(({ kind }) => kind === 'stream')).toMatchObject([{ end: 'cut', how: 'failed' }]);
    // One entry each for the session and the turn, with the status that was sent.
    expect(mock.world(world).journal.entries.map((entry) => entry.status)).toEqual([201, status]);
    expect(await (await turn(world, id)).text()).toContain('"type":"stop"');
    expect((await call(world, `/${id}`, undefined, 'GET')).status).toBe(200);
  });

  test('a watcher fails: nobody but onError notices', async () => {
    const world = `watched ${door}`;
    const id = await create(world);
    errors.length = 0;
    watch = boom;
    mock.world(world).next({ steps: [{ hold: 'here' }, ...steps] });
    const response = await turn(world, id);
    mock.world(world).release('here');
    const text = await response.text();
    watch = () => {};
    expect(text).toContain('"type":"stop"');
    // The request, the stream that begins held, goes on, and is over.
    expect(errors.map((error) => (error as Error).message)).toEqual(['boom', 'boom', 'boom', 'boom']);
    expect(mock.world(world).streams).toMatchObject([{ end: 'close' }]);
  });
});

/** The same, with a key that throws when it is read: it stands for whatever fails there. */
function broken<Value extends object>(value: Value, key: string): Value {
  return Object.defineProperty(value, key, { get: boom });
}
