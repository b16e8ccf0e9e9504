import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';

const MEBIBYTE = 1024 * 1024;
const host = 'host: x\r\nauthorization: Bearer x\r\n';
const post = `POST /api/v1/chat HTTP/1.1\r\n${host}content-type: application/json\r\n`;
let server: Listening;
beforeAll(async () => {
  server = await createChatMock({ speed: 'instant' }).listen();
});
afterAll(() => server.close());

/** All that comes back on a connection of its own, or what came until `enough` was there. */
function send(text: string, enough?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
      if (enough === undefined || !received.includes(enough)) return;
      socket.destroy();
      resolve(received);
    });
    socket.once('end', () => resolve(received)).once('error', reject);
  });
}

function parts(answer: string): { readonly status: number; readonly detail: unknown } {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  return { status: Number(answer.split(' ', 2)[1]), detail: (JSON.parse(body) as { detail: unknown }).detail };
}

describe('what is not a request is refused in words', () => {
  const invalid = { status: 400, detail: 'Invalid HTTP request received.' };
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', invalid],
    ['a client that speaks TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', invalid],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', invalid],
    ['a header name with a blank', `GET /api/v1/chat HTTP/1.1\r\n${host}a b: c\r\n\r\n`, invalid],
    ['a length that is none', `${post}content-length: abc\r\n\r\n{}`, invalid],
    [
      'a length and chunks',
      `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      invalid,
    ],
    ['chunks that are none', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n{}`, invalid],
    ['a host that is none', 'GET /api/v1/chat HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n', invalid],
    ['two hosts', `GET /api/v1/chat HTTP/1.1\r\n${host}Host: other.test\r\n\r\n`, invalid],
    ['the same host twice, with a body', `${post}HOST: mock\r\ncontent-length: 2\r\n\r\n{}`, invalid],
    ['the server itself', `OPTIONS * HTTP/1.1\r\n${host}connection: close\r\n\r\n`, invalid],
    [
      'headers beyond all measure',
      `GET /api/v1/chat HTTP/1.1\r\n${host}x-a: ${'a'.repeat(200_000)}\r\n\r\n`,
      { status: 431, detail: 'Request headers are too large' },
    ],
  ])('%s', async (_, text, expected) => {
    expect(parts(await send(text))).toEqual(expected);
  });

  test('and an answer that is on its way is not written into', async () => {
    const body = JSON.stringify({ index_ids: ['a'], prompt: '/hang-mid-stream' });
    const path = '/api/v1/chat/ses-never-run/messages/stream';
    const turn = `POST ${path} HTTP/1.1\r\n${host}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const socket = connect(server.port, '127.0.0.1', () => socket.write(turn));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      if (received === '') socket.write('no request\r\n\r\n');
      received += chunk;
    });
    await once(socket, 'close').catch(() => {}); // The connection is reset: the client broke it.
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).not.toContain('Invalid HTTP request');
  });
});

describe('a body over 1 MiB is 413, readable while it is still being sent', () => {
  const url = () => `${server.url}/api/v1/chat`;
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  const refused = { detail: 'Request body is larger than 1048576 bytes' };

  test.each([2, 20, 60])('%i MiB, of known length and in chunks', async (size) => {
    let left = size;
    const chunks = new ReadableStream({
      pull: (controller) => {
        if (left === 0) controller.close();
        else controller.enqueue(new Uint8Array(MEBIBYTE).fill(32));
        left -= 1;
      },
    });
    const bodies = [new Uint8Array(size * MEBIBYTE).fill(32), chunks];
    for (const body of bodies) {
      const response = await fetch(url(), { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
      expect([response.status, await response.json()]).toEqual([413, refused]);
    }
  });

  test('one byte less is judged', async () => {
    const body = `${' '.repeat(MEBIBYTE - 2)}{}`;
    expect((await fetch(url(), { method: 'POST', headers, body })).status).toBe(201);
    expect((await fetch(url(), { method: 'POST', headers, body: ` ${body}` })).status).toBe(413);
  });

  test('its length alone is enough to refuse it', async () => {
    const answer = await send(`${post}content-length: ${MEBIBYTE + 1}\r\n\r\n`, refused.detail);
    expect(parts(answer)).toEqual({ status: 413, ...refused });
  });

  test('a client that asks first is told not to send it, and may send a small one', async () => {
    const expecting = `${post}expect: 100-continue\r\nconnection: close\r\n`;
    expect(parts(await send(`${expecting}content-length: ${MEBIBYTE + 1}\r\n\r\n`))).toEqual({
      status: 413,
      ...refused,
    });
    expect(await send(`${expecting}content-length: 2\r\n\r\n{}`)).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created\r\n/,
    );
  });
});

describe('paths are taken as they are sent', () => {
  test.each(['..', '.', '%2e%2e', '%2E', 'a%2F..%2Fb', '%zz', '%ff', 'a%00b', '%E2%80%AE', `${'x'.repeat(8000)}`])(
    'an id may be %s',
    async (id) => {
      const answer = await send(`GET /api/v1/chat/${id} HTTP/1.1\r\n${host}connection: close\r\n\r\n`);
      expect(parts(answer)).toEqual({ status: 404, detail: 'Session not found' });
    },
  );

  test('a step up in the middle is not a step up', async () => {
    const answer = await send(`GET /api/v1/../chat HTTP/1.1\r\n${host}connection: close\r\n\r\n`);
    expect(parts(answer)).toEqual({ status: 404, detail: 'Not Found' });
  });

  test("a proxy's whole URL, and HTTP/1.0 without a host, are understood", async () => {
    const path = '/api/v1/chat/ses-never-run';
    const proxied = await send(`GET http://example.org${path} HTTP/1.1\r\n${host}connection: close\r\n\r\n`);
    const old = await send(`GET ${path} HTTP/1.0\r\nauthorization: Bearer x\r\n\r\n`);
    for (const answer of [proxied, old]) expect(answer).toContain('{"session_id":"ses-never-run"');
  });
});

test('who leaves while sending a body is in the journal, without a status', async () => {
  const mock = createChatMock({ speed: 'instant' });
  const own = await mock.listen();
  const socket = connect(own.port, '127.0.0.1', () => socket.write(`${post}content-length: 100\r\n\r\n{"index_ids":`));
  await once(socket, 'ready');
  socket.destroy();
  const [entry] = await mock.journal.wait({ path: '/api/v1/chat' });
  expect(entry).toMatchObject({ method: 'POST', operation: 'createSession', status: null });
  await own.close();
});
