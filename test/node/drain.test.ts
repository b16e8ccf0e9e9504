import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { instantMock, newSession } from '../support/client.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const turn = JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] });

/** A mock with a stream that waits at a hold, and a connection that is idle. */
async function busyServer() {
  const { mock, call } = instantMock();
  const server = await mock.listen();
  mock.next({ steps: [{ text: 'Before.' }, { hold: 'go' }, { text: 'After.' }] });
  const answer = await fetch(`${server.url}/api/v1/chat/${await newSession(call)}/messages/stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: turn,
  });
  await mock.held('go');
  const idle = connect(server.port, '127.0.0.1');
  sockets.push(idle);
  await once(idle, 'connect');
  return { mock, server, answer, idle };
}

async function health(socket: Socket): Promise<string> {
  socket.write('GET /__mock/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  return String((await once(socket, 'data'))[0]);
}

describe('a server that drains', () => {
  test('refuses new connections, says so where it is asked, and ends with its last stream', async () => {
    const { mock, server, answer, idle } = await busyServer();
    expect(await health(idle)).toMatch(/^HTTP\/1\.1 200 /);
    const closed = server.close({ drainMs: 600_000 });
    await expect(fetch(`${server.url}/__mock/health`)).rejects.toThrow();
    const told = await health(idle);
    expect(told).toMatch(/^HTTP\/1\.1 503 /);
    expect(told).toContain('"status":"draining"');
    mock.release('go');
    const text = await answer.text();
    expect(text).toContain('After.');
    expect(text).toContain('"type":"stop"');
    await closed;
    expect(mock.streams.map(({ end }) => end)).toEqual(['close']);
  });

  test('ends its streams when the time is over, or when it is closed again', async () => {
    const late = await busyServer();
    await late.server.close({ drainMs: 1 });
    expect(await late.answer.text()).not.toContain('After.');
    const twice = await busyServer();
    const closed = twice.server.close({ drainMs: 600_000 });
    await twice.server.close();
    await closed;
    expect(twice.mock.streams.map(({ end }) => end)).toEqual(['stopped']);
  });

  test('does not wait longer for a stream of another door', async () => {
    const { mock, call } = instantMock();
    const server = await mock.listen();
    mock.next({ steps: [{ text: 'One.' }, { hold: 'go' }, { text: 'Two.' }] });
    const other = await call(`POST /api/v1/chat/${await newSession(call)}/messages/stream`, { body: JSON.parse(turn) });
    await mock.held('go');
    await server.close({ drainMs: 1 });
    mock.release('go');
    expect(await other.text()).toContain('Two.');
  });

  test('without a stream is closed at once', async () => {
    const { mock } = instantMock();
    const server = await mock.listen();
    await server.close({ drainMs: 600_000 });
  });
});
