import { afterEach, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';
import type { ChatMock } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const text = { text: 'Hello.' };

/** One mock with two servers, and every door that leads to it. */
async function twoServers() {
  const mock = createChatMock({ clock: 'manual' });
  const [a, b] = [await mock.listen(), await mock.listen()];
  open.push(a, b);
  const doors = { a: fetch, b: fetch, inProcess: mock.fetch };
  const bases = { a: a.url, b: b.url, inProcess: 'http://mock' };
  type Door = keyof typeof doors;
  const call = (door: Door, path: string, init: RequestInit = {}) =>
    doors[door](`${bases[door]}${path}`, { headers, ...init });
  const ask = async (door: Door, answer: InlineScenario) => {
    const created = await call(door, '/api/v1/chat', { method: 'POST' });
    const { session_id: id } = (await created.json()) as { session_id: string };
    mock.next(answer);
    const body = JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] });
    return call(door, `/api/v1/chat/${id}/messages/stream`, { method: 'POST', body });
  };
  return { mock, a, b, call, ask };
}

async function untilWaiting(mock: ChatMock, count: number): Promise<void> {
  while (mock.clock.waiting < count) await new Promise(setImmediate);
}

test('closing one of two servers ends its own streams; those of the other and of mock.fetch go on', async () => {
  const { mock, a, ask } = await twoServers();
  const waiting = { steps: [{ wait_ms: 1000 }, text] };
  const held = { steps: [{ hold: 'here' }, text] };
  const hanging: InlineScenario = { steps: [text], ends: { after: { event: 0 }, how: 'hang' } };
  const ofA = [await ask('a', waiting), await ask('a', held), await ask('a', hanging)];
  const others = [
    ...[await ask('b', waiting), await ask('b', held)],
    ...[await ask('inProcess', waiting), await ask('inProcess', held)],
  ];
  mock.clock.advance(400); // Those that are held have waited for their first event.
  await a.close();
  expect(await Promise.all(ofA.map((response) => response.text()))).toEqual(['', '', '']);
  expect(mock.streams.map(({ end }) => end)).toEqual(['stopped', 'stopped', 'stopped', null, null, null, null]);
  expect(mock.holds).toEqual([{ name: 'here', waiting: 2 }]);
  mock.clock.advance(10_000);
  mock.release('here');
  mock.clock.advance(10_000);
  for (const response of others) expect(await response.text()).toContain('"type":"stop"');
});

test('the clocks of worlds stay as they were, and so does what is asked afterwards', async () => {
  const { mock, a, b, ask } = await twoServers();
  await a.close();
  await b.close();
  expect(mock.clock).toMatchObject({ mode: 'manual', waiting: 0 });
  const response = await ask('inProcess', { steps: [{ wait_ms: 1000 }, text] });
  expect(mock.streams).toMatchObject([{ state: 'running' }]);
  mock.clock.advance(10_000);
  expect(await response.text()).toContain('"type":"stop"');
});

test('late headers of its own come at once, and those of the other server in their time', async () => {
  const { mock, a, ask } = await twoServers();
  const late = { delay_ms: 60_000, steps: [text] };
  const ofA = ask('a', late);
  await untilWaiting(mock, 1);
  const ofB = ask('b', late);
  await untilWaiting(mock, 2);
  await a.close();
  const answer = await ofA;
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  expect(mock.clock.waiting).toBe(1);
  mock.clock.advance(60_000);
  const later = await ofB;
  mock.clock.advance(10_000);
  expect(await later.text()).toContain('"type":"stop"');
});

test('who watches what happens through one server is not cut off by the other', async () => {
  const { mock, a, b, call } = await twoServers();
  const [ofA, ofB] = [await call('a', '/__mock/live'), await call('b', '/__mock/live')];
  await a.close();
  expect(await ofA.text()).toContain(': ping');
  const reader = ofB.body?.pipeThrough(new TextDecoderStream()).getReader();
  await mock.fetch('http://mock/seen');
  let seen = '';
  while (!seen.includes('/seen')) seen += (await reader?.read())?.value ?? '';
  await b.close();
  while (!(await reader?.read())?.done);
});

test('a reset ends the streams of its world, on every server, and no others', async () => {
  const { mock, call, ask } = await twoServers();
  const held = { steps: [{ hold: 'here' }, text], pace: { first_ms: 0 } };
  const [ofA, ofB] = [await ask('a', held), await ask('b', held)];
  mock.world('other').next(held);
  const body = JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] });
  const path = '/api/v1/chat/ses-never-run/messages/stream';
  const elsewhere = await call('a', path, { method: 'POST', body, headers: { ...headers, 'x-test-id': 'other' } });
  mock.reset();
  expect([await ofA.text(), await ofB.text()]).toEqual(['', '']);
  expect(mock.world('other').streams).toMatchObject([{ state: 'held' }]);
  mock.world('other').release('here');
  mock.world('other').clock.advance(10_000);
  expect(await elsewhere.text()).toContain('"type":"stop"');
});
