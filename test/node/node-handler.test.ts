import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { createGzip } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { ChatMock, ChatMockOptions } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { question } from '../support/clients.ts';
import { exchange } from '../support/raw-client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => unknown;

/** A server that calls these in turn, and answers the rest as a page would. */
async function serve(server: Server, ...middlewares: readonly Middleware[]): Promise<{ url: string; port: number }> {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const run = (at: number): void => {
      const middleware = middlewares[at];
      if (middleware) middleware(request, response, () => run(at + 1));
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Page</h1>');
    };
    run(0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a pipe's name.
  return { url: `http://127.0.0.1:${port}`, port };
}

function createMock(options: ChatMockOptions = {}): ChatMock {
  const mock = createChatMock({ speed: 'instant', ...options });
  closers.push(() => mock.close());
  return mock;
}

/** As Express and Connect mount a handler: what it is mounted at is taken off `url`. */
const mount =
  (path: string, handler: Middleware): Middleware =>
  (request, response, next) => {
    const { url = '' } = request;
    if (!url.startsWith(path)) return next();
    Object.assign(request, { originalUrl: url, url: url.slice(path.length) });
    return handler(request, response, next);
  };

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const stream = '/api/v1/chat/ses-never-run/messages/stream';
const get = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { headers, ...init });
  return [response.status, (await response.text()).slice(0, 30)];
};

describe('a server of your own', () => {
  test('answers the paths of the API and of the control API, and all others itself', async () => {
    const mock = createMock();
    const { url } = await serve(createServer(), mock.nodeHandler);
    expect(await get(`${url}/api/v1/chat?page_size=1`)).toEqual([200, '{"items":[{"session_id":"ses-n']);
    expect(await get(`${url}/api/v1/chat`, { method: 'POST', body: '{}' })).toEqual([201, expect.any(String)]);
    expect(await get(`${url}/__mock/health`)).toEqual([200, expect.stringContaining('"status":"ok"')]);
    // A mistake below the API's own paths is the API's 404, not the page that a single-page app answers with.
    for (const path of ['/api/v1/chat/a/b/c', '/api/v1/chat/none', '/api/v1/indexes/none', '/__mock/none'])
      expect(await get(`${url}${path}`)).toEqual([404, expect.stringMatching(/^\{"(?:detail|error)"/)]);
    for (const path of ['/', '/index.html', '/api/v1/chats', '/api/v2/chat', '/__mocks/a'])
      expect(await get(`${url}${path}`)).toEqual([200, '<h1>Page</h1>']);
    expect(mock.journal.entries.at(-1)?.path).toBe('/api/v1/indexes/none');
  });

  test('answers 404 to all others if nobody comes after it', async () => {
    const mock = createMock();
    const { url } = await serve(createServer(), (request, response) => mock.nodeHandler(request, response));
    expect(await get(`${url}/index.html`)).toEqual([404, '{"detail":"Not Found"}']);
  });

  test('says in which path it is mounted, in every URL that it answers', async () => {
    const mock = createMock();
    const { url } = await serve(createServer(), mount('/llama', mock.nodeHandler));
    const redirect = await fetch(`${url}/llama/api/v1/chat/?page_size=1`, { headers, redirect: 'manual' });
    expect(redirect.headers.get('location')).toBe(`${url}/llama/api/v1/chat?page_size=1`);
    const attachment = `${url}/llama/api/v1/beta/attachments/a.png?source_id=src-1`;
    const { url: page } = (await (await fetch(attachment, { headers })).json()) as { url: string };
    expect(page).toMatch(`${url}/llama/__mock/pages/a.png`);
    expect((await fetch(page)).headers.get('content-type')).toBe('image/png');
    const document = (await (await fetch(`${url}/llama/__mock/openapi.json`)).json()) as { servers: object[] };
    expect(document.servers[0]).toMatchObject({ url: `${url}/llama` });
    expect(await get(`${url}/llama/index.html`)).toEqual([200, '<h1>Page</h1>']);
  });

  test('sends the bytes of a port of its own, and ends as one does', async () => {
    const mock = createMock();
    const own = await mock.listen();
    const there = await serve(createServer({ keepAliveTimeout: 75_000 }), mock.nodeHandler);
    const ends: readonly InlineScenario[] = [
      {},
      { ends: { after: { event: 2 }, how: 'truncate' } },
      { ends: { after: { byte: 60 }, how: 'reset' } },
      { ends: { after: 'nothing', how: 'reset' } },
      { ends: { after: 'nothing', how: 'truncate' } },
      { wire: { split: { bytes: 7 } } },
    ];
    for (const [index, more] of ends.entries()) {
      const see = async ({ port }: { readonly port: number }, world: string) => {
        mock.world(world).next({ steps: [{ text: 'One 😀, two.' }], ...more });
        const seen = await exchange({ port }, { path: stream, body: question, headers: { 'x-test-id': world } });
        return { ...seen, head: seen.head.replace(/^date: .*$/im, '') };
      };
      expect(await see(there, `there ${index}`)).toEqual(await see(own, `own ${index}`));
    }
  });

  test('may have read and parsed the body before', async () => {
    const mock = createMock();
    const parse: Middleware = (request, _, next) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const form = request.headers['x-form'];
        Object.assign(request, {
          body: form === 'text' ? text : form === 'bytes' ? Buffer.from(text) : JSON.parse(text),
        });
        next();
      });
    };
    const { url } = await serve(createServer(), parse, mock.nodeHandler);
    for (const form of ['text', 'bytes', 'json']) {
      const body = JSON.stringify({ index_ids: [form] });
      const answer = await fetch(`${url}/api/v1/chat`, {
        method: 'POST',
        headers: { ...headers, 'x-form': form },
        body,
      });
      expect(await answer.json()).toMatchObject({ index_ids: [form] });
    }
  });

  test('may compress: each event is there when it is due', async () => {
    const mock = createMock();
    const compress: Middleware = (_, response, next) => {
      const gzip = createGzip();
      const { write, end } = response;
      const { writeHead } = response;
      gzip.on('data', (chunk) => Reflect.apply(write, response, [chunk]));
      gzip.on('end', () => Reflect.apply(end, response, []));
      Object.assign(response, {
        writeHead: (status: number, given: object) =>
          Reflect.apply(writeHead, response, [status, { ...given, 'content-encoding': 'gzip' }]),
        write: (chunk: Buffer) => gzip.write(chunk),
        end: (chunk?: Buffer) => void gzip.end(chunk),
        flush: () => gzip.flush(),
      });
      next();
    };
    const { url } = await serve(createServer(), compress, mock.nodeHandler);
    mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }, { text: 'Two.' }] });
    const response = await fetch(`${url}${stream}`, { method: 'POST', headers, body: JSON.stringify(question) });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"type":"text","content":"One."')) text += (await reader?.read())?.value ?? '';
    mock.release('look');
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) text += read.value;
    expect(text).toMatch(/"content":"Two\."[\s\S]*"type":"stop"/);
  });

  test('settles once the answer is out, or its client gone', async () => {
    const mock = createMock();
    const settled: string[] = [];
    const { url } = await serve(createServer(), (request, response, next) =>
      mock.nodeHandler(request, response, next).then(() => settled.push(`${request.url} ${response.writableFinished}`)),
    );
    await get(`${url}/api/v1/chat/none`);
    await expect.poll(() => settled).toEqual(['/api/v1/chat/none true']);
    mock.next({ steps: [{ hold: 'look' }] });
    const leave = new AbortController();
    const init = { method: 'POST', headers, body: JSON.stringify(question), signal: leave.signal };
    const answer = fetch(`${url}${stream}`, init).then((response) => response.text());
    await mock.held('look');
    leave.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expect.poll(() => settled[1]).toBe(`${stream} false`);
    expect(mock.streams[0]?.end).toBe('client_left');
  });

  test('ends its streams when the mock is closed', async () => {
    const mock = createMock();
    const { url } = await serve(createServer(), mock.nodeHandler);
    mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }] });
    const response = await fetch(`${url}${stream}`, { method: 'POST', headers, body: JSON.stringify(question) });
    await mock.held('look');
    await mock.close();
    expect(await response.text()).toContain('One.');
    expect(mock.streams[0]?.end).toBe('stopped');
  });

  test('keeps the control API from other machines, unless they show a token', async () => {
    const remote: Middleware = (request, _, next) => {
      Object.defineProperty(request.socket, 'remoteAddress', { value: '::ffff:192.0.2.7' });
      next();
    };
    const open = await serve(createServer(), remote, createMock().nodeHandler);
    expect(await get(`${open.url}/__mock/journal`)).toEqual([403, expect.stringContaining('control_off')]);
    expect(await get(`${open.url}/__mock/health`)).toEqual([200, expect.any(String)]);
    const guarded = await serve(createServer(), remote, createMock({ controlToken: 'secret' }).nodeHandler);
    const token = { headers: { authorization: 'Bearer secret' } };
    expect(await get(`${guarded.url}/__mock/journal`, token)).toEqual([200, expect.any(String)]);
  });
});

describe('over HTTP/2', () => {
  async function open(mock: ChatMock) {
    const server: Http2Server = createHttp2Server();
    const { url } = await serve(server as unknown as Server, mock.nodeHandler);
    const session = connect(url);
    closers.push(() => session.destroy());
    return (method: string, path: string, body?: object) => {
      const request = session.request({ ':method': method, ':path': path, ...headers });
      request.end(body && JSON.stringify(body));
      return new Promise<{ status: number | undefined; text: string; code: number; first: unknown }>((resolve) => {
        let text = '';
        let first: unknown = null;
        request.on('response', (given) => {
          first = given;
        });
        request.on('data', (chunk) => {
          text += chunk;
        });
        request.on('error', () => {}); // The code says why.
        request.on('close', () =>
          resolve({
            status: (first as { ':status'?: number } | null)?.[':status'],
            text,
            code: request.rstCode,
            first,
          }),
        );
      });
    };
  }

  test('whole answers and streams are the same, and the journal knows no pseudo-headers', async () => {
    const mock = createMock();
    const call = await open(mock);
    expect(await call('GET', '/api/v1/chat?page_size=1')).toMatchObject({ status: 200, code: 0 });
    expect(await call('POST', '/api/v1/chat', {})).toMatchObject({ status: 201, code: 0 });
    mock.next({ steps: [{ text: 'One, two.' }], headers: { 'x-own': 'yes' } });
    const { text, first } = await call('POST', stream, question);
    expect(text).toContain('"type":"stop"');
    expect(first).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'x-own': 'yes' });
    expect(Object.keys(mock.journal.entries[0]?.headers ?? {})).toEqual(['authorization', 'content-type']);
    expect(await call('GET', '/api/v1/chat/')).toMatchObject({
      status: 307,
      first: { location: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/chat$/) },
    });
  });

  test('truncate ends one stream with an error, after all its bytes', async () => {
    const how = 'truncate';
    const mock = createMock();
    const call = await open(mock);
    mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }] });
    const other = call('POST', stream, question);
    await mock.held('look');
    mock.next(
      { steps: [{ text: 'One, two.' }], ends: { after: { event: 2 }, how } },
      { match: { session_id: 'ses-never-run-bound' } },
    );
    const bound = { ...question, index_ids: ['idx-abc123', 'idx-def456'] };
    const cut = await call('POST', stream.replace('never-run', 'never-run-bound'), bound);
    expect([cut.status, cut.text.match(/^data:/gm)?.length, cut.code]).toEqual([200, 2, 2]);
    mock.next({ ends: { after: 'nothing', how } }, { operation: 'listSessions' });
    expect(await call('GET', '/api/v1/chat')).toMatchObject({ status: undefined, code: 2 });
    mock.release('look');
    expect(await other).toMatchObject({ status: 200, code: 0, text: expect.stringContaining('"type":"stop"') });
  });

  test('a client that leaves is noticed', async () => {
    const mock = createMock();
    const server = createHttp2Server();
    const { url } = await serve(server as unknown as Server, mock.nodeHandler);
    const session = connect(url);
    closers.push(() => session.destroy());
    mock.next({ steps: [{ hold: 'look' }] });
    const request = session.request({ ':method': 'POST', ':path': stream, ...headers });
    request.on('error', () => {});
    request.end(JSON.stringify(question));
    await mock.held('look');
    request.close(8);
    expect(await mock.waitForStream({ state: 'over' })).toMatchObject([{ end: 'client_left' }]);
  });
});

describe('a base path', () => {
  const options = { basePath: '/llama' };

  test('stands before every path, in process and on a socket', async () => {
    const mock = createMock(options);
    const server = await mock.listen();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/llama$/);
    for (const [call, url] of [
      [mock.fetch, 'http://mock/llama'],
      [fetch, server.url],
    ] as const) {
      const redirected = await call(`${url}/api/v1/chat/?page_size=1`, { headers });
      expect([redirected.status, redirected.url]).toEqual([200, `${url}/api/v1/chat?page_size=1`]);
      expect((await call(`${url}/__mock/health`, {})).status).toBe(200);
      const outside = url.replace('/llama', '');
      for (const path of ['/api/v1/chat', '/api/v1/chat/', '/llamas/api/v1/chat', '/__mock/health', '/'])
        expect(await (await call(`${outside}${path}`, { headers })).json()).toEqual({ detail: 'Not Found' });
    }
    expect(mock.journal.entries.map(({ path, status }) => `${status} ${path}`).slice(0, 4)).toEqual([
      '307 /api/v1/chat/',
      '200 /api/v1/chat',
      '404 /api/v1/chat',
      '404 /api/v1/chat/',
    ]);
  });

  test('belongs to a handler wholly, also where a router has taken part of the path off', async () => {
    const mock = createMock(options);
    const { url } = await serve(
      createServer(),
      mount('/app', mock.nodeHandler),
      mount('/llama', mock.nodeHandler),
      mock.nodeHandler,
    );
    expect(await get(`${url}/llama/api/v1/chat?page_size=1`)).toEqual([200, expect.stringContaining('items')]);
    expect(await get(`${url}/llama/index.html`)).toEqual([404, '{"detail":"Not Found"}']);
    expect(await get(`${url}/app/llama/api/v1/chat?page_size=1`)).toEqual([200, expect.stringContaining('items')]);
    expect(await get(`${url}/index.html`)).toEqual([200, '<h1>Page</h1>']);
  });
});
