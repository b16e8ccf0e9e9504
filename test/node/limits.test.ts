import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Limits } from '../../src/runtime/limits.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { instantMock, newSession } from '../support/client.ts';
import { exchange } from '../support/raw-client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(limits: Partial<Limits>) {
  const { mock, call } = instantMock({ limits });
  const server = await mock.listen();
  closers.push(server.close);
  return { mock, call, server };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other side ends the connection. */
async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return text;
}

const health = 'GET /__mock/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';

test('a connection too many is answered with 503 and the flag, and room comes back', async () => {
  const { server } = await serve({ maxConnections: 2 });
  const first = await open(server.port);
  const second = await open(server.port);
  const third = await open(server.port);
  third.write(health);
  const text = await readAll(third);
  expect(text).toMatch(/^HTTP\/1\.1 503 /);
  expect(text).toContain('--max-connections');
  for (const socket of [first, second]) {
    socket.write(health.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 /);
  }
  const fourth = await open(server.port);
  fourth.write(health);
  expect(String((await once(fourth, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
});

test('headers larger than the bound are a 431, and smaller ones are not', async () => {
  const { server } = await serve({ maxHeaderBytes: 4096 });
  const get = (sizeBytes: number) =>
    exchange(server, { method: 'GET', path: '/api/v1/chat', headers: { 'x-large': 'x'.repeat(sizeBytes) } });
  expect([(await get(1000)).status, (await get(5000)).status]).toEqual([200, 431]);
});

test('headers that do not come are a 408', async () => {
  const { server } = await serve({ headerTimeoutMs: 100 });
  const socket = await open(server.port);
  socket.write('GET /api/v1/chat HTTP/1.1\r\nhost: 127.0.0.1\r\n');
  expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test.each([
  ['the API', '/api/v1/chat', '"detail":"Nothing of the rest of the body came within 20 ms."'],
  ['the control API', '/__mock/next', '"code":"body_stalled"'],
])('a body of %s that does not come to its end is a 408', async (_, path, said) => {
  const { mock, server } = await serve({ uploadIdleMs: 20 });
  const socket = await open(server.port);
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
  );
  const text = await readAll(socket);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(text).toContain(said);
  expect(mock.journal.entries.map(({ status }) => status)).toEqual(path.startsWith('/api') ? [408] : []);
});

test('what waits for slow readers is bounded over all connections, and a frame that they share counts once', async () => {
  const sizeBytes = 20_000_000;
  const { mock, call, server } = await serve({ maxWaitingBytes: sizeBytes + 3_000_000 });
  mock.next(defineScenario({ scenario: 'large', steps: [{ huge: sizeBytes }] }), { times: 20 });
  const body = JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] });
  const stall = async () => {
    const path = `/api/v1/chat/${await newSession(call)}/messages/stream`;
    const socket = await open(server.port);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'data');
    socket.pause();
    return path;
  };
  for (let readers = 1; readers <= 10; readers++) await stall();
  await mock.waitForStream({ state: 'running' }, { count: 10 });
  while (mock.streams.some(({ stalls }) => stalls === 0)) await new Promise(setImmediate);
  expect(mock.streams.map(({ end }) => end)).toEqual(Array(10).fill(null));
  // A frame that nobody shares does not fit beside it: its reader is cut off, and the others stay.
  mock.reset();
  mock.next(defineScenario({ scenario: 'large', steps: [{ huge: sizeBytes }] }));
  mock.next(defineScenario({ scenario: 'other', steps: [{ huge: sizeBytes - 1 }] }));
  await stall();
  while (mock.streams[0]?.stalls !== 1) await new Promise(setImmediate);
  await stall();
  await mock.waitForStream({ state: 'over' }, { timeoutMs: 20_000 });
  expect(mock.streams.map(({ end }) => end)).toEqual([null, 'client_left']);
});
