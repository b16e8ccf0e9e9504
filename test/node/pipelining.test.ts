import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';

const mock = createChatMock({ clock: 'manual' });
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

const sessions = ['ses-never-run', 'ses-q3-review'];
const request = (world: string, method: string, path: string, body = '') =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\nx-test-id: ${world}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const turn = (world: string, id: string, prompt = 'Go') =>
  request(world, 'POST', `/api/v1/chat/${id}/messages/stream`, JSON.stringify({ prompt, index_ids: ['idx-abc123'] }));

async function open(text: string) {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(text);
  await once(socket, 'data');
  return socket;
}

test.each([
  ['short', 'Go'],
  ['longer than what is read ahead', 'x'.repeat(900)],
])('a pipelined turn (%s) of a client that has left is not begun', async (name, prompt) => {
  const world = `left ${name}`;
  const { journal } = mock.world(world);
  mock.world(world).next({ steps: [{ hold: 'here' }, { text: 'Hello.' }], pace: { first_ms: 0 } });
  const [first, second] = sessions as [string, string];
  const socket = await open(turn(world, first) + turn(world, second, prompt));
  const before = await (await mock.fetch(`http://mock/api/v1/chat/${second}`, asking(world))).text();
  socket.destroy();
  await mock.world(world).waitForStream({ end: 'client_left' });
  await journal.wait({ operation: 'streamMessages', session_id: second });
  expect(journal.entries.map(({ sessionId, status }) => [sessionId, status])).toEqual([
    [first, 200],
    [second, 200],
    [second, null],
  ]);
  expect(mock.world(world).streams.map(({ sessionId }) => sessionId)).toEqual([first]);
  expect(await (await mock.fetch(`http://mock/api/v1/chat/${second}`, asking(world))).text()).toBe(before);
});

test('a pipelined turn of a client that stays begins when the answer before it is whole', async () => {
  const world = 'stays';
  mock.world(world).next({ steps: [{ hold: 'here' }, { text: 'Hello.' }], pace: { first_ms: 0 } }, { times: 2 });
  const [first] = sessions as [string];
  // Of the same session: at the same time the second would be a conflict.
  const socket = await open(turn(world, first) + turn(world, first));
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  for (const count of [1, 2]) {
    await mock.world(world).waitForStream({ state: 'held' });
    expect(mock.world(world).streams).toHaveLength(count);
    mock.world(world).release('here');
    mock.world(world).clock.advance(10_000);
    await mock.world(world).waitForStream({ end: 'close' }, { count });
  }
  while ((text.match(/"type":"stop"/g)?.length ?? 0) < 2) await once(socket, 'data');
  expect(text).not.toContain('409');
  socket.destroy();
});

test('a pipelined answer that hangs ends with its client', async () => {
  const world = 'hangs';
  const { journal } = mock.world(world);
  mock.world(world).next({ steps: [{ hold: 'here' }], pace: { first_ms: 0 } });
  mock.world(world).next({ status: 503, ends: { how: 'hang' } }, { operation: 'listSessions' });
  const socket = await open(turn(world, 'ses-never-run') + request(world, 'GET', '/api/v1/chat'));
  await journal.wait({ operation: 'listSessions' });
  socket.destroy();
  await mock.world(world).waitForStream({ end: 'client_left' });
  // Only an idle world could be dropped to make room.
  while (mock.world(world).clock.waiting > 0) await new Promise(setImmediate);
  expect(mock.world(world).holds).toEqual([]);
});

function asking(world: string): RequestInit {
  return { headers: { authorization: 'Bearer x', 'x-test-id': world } };
}
