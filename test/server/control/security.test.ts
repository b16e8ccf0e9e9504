import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createChatMock } from '../../../src/node/checked-mock.ts';
import type { Listening, ListenOptions } from '../../../src/node/listen.ts';
import type { ChatMockOptions } from '../../../src/node/mock.ts';
import { controlled } from '../../support/control.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listen(options: ChatMockOptions = {}, where: ListenOptions = {}): Promise<Listening> {
  const server = await createChatMock(options).listen(where);
  open.push(server);
  return server;
}

/** The status of a request that is written by hand, with whatever Host. */
function statusOf(port: number, lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    socket.once('end', () => resolve(Number(text.split(' ')[1]))).once('error', reject);
    socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`);
  });
}

describe('pages of other origins', () => {
  test.each([
    [null, 200],
    ['http://mock', 200],
    ['http://mock:8080', 403],
    ['https://mock', 403],
    ['http://localhost:3000', 403],
    ['https://evil.example', 403],
    ['null', 403],
  ])('from %s the answer is %i', async (origin, status) => {
    const { call } = controlled();
    for (const route of ['GET journal', 'POST reset', 'GET health']) {
      const headers: Record<string, string> = origin === null ? {} : { origin };
      const answer = await call(route.replace(' ', ' /__mock/'), { key: null, headers });
      expect([route, answer.status]).toEqual([route, status]);
      if (status === 403) expect(await answer.json()).toMatchObject({ error: { code: 'foreign_origin' } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('a preflight gets no leave', async () => {
    const { call } = controlled();
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await call('OPTIONS /__mock/reset', { key: null, headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

test.each([
  ['127.0.0.1', 200],
  ['127.0.0.1:4010', 200],
  ['localhost:1', 200],
  ['chat.localhost', 200],
  ['[::1]:4010', 200],
  ['192.168.1.7:4010', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['localhost.evil.example:80', 403],
  ['1.2.3.4.5a', 403],
  ['a b', 400],
  ['[', 400],
  ['', 200], // As if none was named, which HTTP/1.0 may; no page can send it.
])('a request for the host "%s" is answered with %i', async (host, status) => {
  const { port } = await listen();
  expect(await statusOf(port, ['GET /__mock/journal HTTP/1.1', `host: ${host}`])).toBe(status);
});

test("a proxy's request with a host that is none is refused", async () => {
  const { port } = await listen();
  const target = `http://127.0.0.1:${port}/__mock/journal`;
  expect(await statusOf(port, [`GET ${target} HTTP/1.1`, 'host: a b'])).toBe(403);
});

describe('a token', () => {
  test.each([
    [null, 401],
    ['Bearer wrong', 401],
    ['secret', 401],
    ['Bearer secret', 200],
  ])('%s: %i', async (authorization, status) => {
    const { call } = controlled({ controlToken: 'secret' });
    const headers: Record<string, string> = authorization === null ? {} : { authorization };
    const answer = await call('GET /__mock/journal', { key: null, headers });
    expect(answer.status).toBe(status);
    if (status === 401) expect(await answer.json()).toMatchObject({ error: { code: 'token_needed' } });
    expect((await call('GET /__mock/health', { key: null })).status).toBe(200);
  });

  test('is enough from any host name, such as that of a container; health needs neither', async () => {
    const { port } = await listen({ controlToken: 'secret' }, { host: '0.0.0.0' });
    const host = 'host: chat-mock:4010';
    expect(await statusOf(port, ['GET /__mock/journal HTTP/1.1', host])).toBe(401);
    expect(await statusOf(port, ['GET /__mock/journal HTTP/1.1', host, 'authorization: Bearer secret'])).toBe(200);
    expect(await statusOf(port, ['GET /__mock/health HTTP/1.1', host])).toBe(200);
    const open = await listen({}, { host: '0.0.0.0' });
    expect(await statusOf(open.port, ['GET /__mock/health HTTP/1.1', host])).toBe(200);
    expect(await statusOf(open.port, ['GET /__mock/journal HTTP/1.1', host])).toBe(403);
  });
});

describe('without control', () => {
  test('only health answers, and the service itself', async () => {
    const { call, control } = controlled({ control: false });
    expect(await control('POST reset')).toMatchObject({ status: 403, body: { error: { code: 'control_off' } } });
    expect(await control('GET health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await call('GET /api/v1/chat')).status).toBe(200);
  });

  test('an address that others can reach needs a token', async () => {
    const status = async (options: ChatMockOptions, headers: Record<string, string> = {}) => {
      const { port } = await listen(options, { host: '0.0.0.0' });
      return (await fetch(`http://127.0.0.1:${port}/__mock/journal`, { headers })).status;
    };
    expect(await status({})).toBe(403);
    expect(await status({ controlToken: 'secret' })).toBe(401);
    expect(await status({ controlToken: 'secret' }, { authorization: 'Bearer secret' })).toBe(200);
  });
});

describe('bodies', () => {
  test('beyond 1 MiB are refused, on a socket too', async () => {
    const { control } = controlled();
    const body = JSON.stringify({ scenario: { status: 200, body: 'x'.repeat(1024 * 1024) } });
    const refused = { error: { code: 'body_too_large', message: 'The body is larger than 1048576 bytes.' } };
    expect(await control('POST next', body)).toEqual({ status: 413, body: refused });
    const { url } = await listen();
    const answer = await fetch(`${url}/__mock/next`, { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([413, refused]);
  });

  test.each([
    ['PUT clock', '[]'],
    ['POST reset', '{"all": "yes"}'],
    ['POST clock/advance', ''],
    ['PUT chaos', 'rules'],
  ])('%s with %s is refused and nothing is done', async (route, body) => {
    const { control } = controlled();
    expect(await control(route, body)).toMatchObject({ status: 400, body: { error: { code: 'bad_body' } } });
  });
});

test('an unknown endpoint, or method, is told with those there are', async () => {
  const { control } = controlled();
  for (const route of ['GET nothing', 'DELETE journal', 'GET holds/a/b/release', 'POST holds//release']) {
    expect(await control(route)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found', message: expect.stringContaining('There are: GET health, POST reset') } },
    });
  }
});
