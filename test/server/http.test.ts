import { describe, expect, test } from 'vitest';
import { buildMock } from '../../src/node/mock.ts';
import { instantMock, newSession } from '../support/client.ts';

const sessionRoutes = ['GET /api/v1/chat/x', 'DELETE /api/v1/chat/x', 'GET /api/v1/chat/x/summary'];

describe('keys', () => {
  test.each([
    'GET /api/v1/chat',
    'POST /api/v1/chat',
    'GET /api/v1/indexes',
    'GET /api/v1/beta/attachments/a?source_id=1',
    ...sessionRoutes,
  ])('%s wants one', async (route) => {
    const { call } = instantMock();
    for (const headers of [
      {},
      { authorization: 'Basic eDp5' },
      { authorization: 'Bearer ' },
      { authorization: 'token' },
    ]) {
      const response = await call(route, { key: null, headers });
      expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([
        401,
        'Bearer',
        { detail: 'Not authenticated' },
      ]);
    }
  });

  test('any is good unless some are configured; the session cookie counts as one', async () => {
    const { call: open } = instantMock();
    expect((await open('GET /api/v1/chat', { key: 'whatever' })).status).toBe(200);
    expect((await open('GET /api/v1/chat', { key: null, headers: { authorization: 'bEaReR x' } })).status).toBe(200);
    expect((await open('GET /api/v1/chat', { key: null, headers: { cookie: 'a=b; session=abc' } })).status).toBe(200);
    const { call: closed } = instantMock({ apiKeys: ['llx-one', 'llx-two'] });
    expect((await closed('GET /api/v1/chat', { key: 'llx-two' })).status).toBe(200);
    const refused = await closed('GET /api/v1/chat', { key: 'whatever' });
    expect([refused.status, await refused.json()]).toEqual([401, { detail: 'Invalid API Key' }]);
  });
});

describe('paths and methods', () => {
  test.each([
    ['PUT /api/v1/chat', 'GET'],
    ['HEAD /api/v1/chat', 'GET'],
    ['OPTIONS /api/v1/chat', 'GET'],
    ['POST /api/v1/chat/x', 'GET'],
    ['GET /api/v1/chat/x/title', 'POST'],
    ['GET /api/v1/chat/x/messages/stream', 'POST'],
    ['POST /api/v1/beta/attachments/screenshots/a.jpg', 'GET'],
  ])('%s is 405 and allows %s', async (route, allow) => {
    const { call } = instantMock();
    const response = await call(route);
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    if (!route.startsWith('HEAD')) expect(await response.json()).toEqual({ detail: 'Method Not Allowed' });
  });

  test('all methods are allowed where the choice says so', async () => {
    const { call } = instantMock({ choices: { allow_header: 'all_methods' } });
    expect((await call('PUT /api/v1/chat')).headers.get('allow')).toBe('GET, POST');
  });

  test.each(['/', '/api', '/api/v1/chats', '/api/v1/chat/a/b', '/api/v1/chat//summary', '/nope/'])(
    'GET %s is 404',
    async (path) => {
      const { call } = instantMock();
      const response = await call(`GET ${path}`);
      expect([response.status, await response.json()]).toEqual([404, { detail: 'Not Found' }]);
    },
  );

  test.each([
    ['GET /api/v1/chat/', 'http://mock/api/v1/chat'],
    ['POST /api/v1/chat/?project_id=', 'http://mock/api/v1/chat?project_id='],
    ['GET /api/v1/chat/a%2Fb/summary///', 'http://mock/api/v1/chat/a%2Fb/summary'],
    ['PUT /api/v1/chat/x/', 'http://mock/api/v1/chat/x'],
  ])('%s is redirected with 307 to %s', async (route, location) => {
    const { mock } = instantMock();
    const [method = '', path = ''] = route.split(' ');
    const response = await mock.fetch(new Request(`http://mock${path}`, { method, redirect: 'manual' }));
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([307, location, '']);
  });
});

describe('pages of other origins', () => {
  const origin = 'http://localhost:5173';
  const preflight = (from: string, more: Record<string, string> = {}) => ({
    key: null,
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-lang,x-test-id,traceparent,no name',
      ...more,
    },
  });

  test('a loopback page may preflight without a key, and gets what it asks for', async () => {
    const { call } = instantMock();
    const response = await call('OPTIONS /api/v1/chat/x/messages/stream', preflight(origin));
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization, content-type, x-stainless-lang, x-test-id, traceparent',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-origin': origin,
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    });
  });

  test('answers, errors and streams alike name the origin, with credentials, never *', async () => {
    const { call } = instantMock();
    const id = await newSession(call);
    const routes: [string, object?][] = [
      ['GET /api/v1/chat'],
      ['GET /api/v1/chat/nope'],
      ['GET /nope'],
      ['PUT /api/v1/chat'],
      ['GET /api/v1/chat?page_size=x'],
      [`POST /api/v1/chat/${id}/messages/stream`, { prompt: 'x', index_ids: ['a'] }],
    ];
    for (const [route, body] of routes) {
      const { headers } = await call(route, { headers: { origin }, ...(body && { body }) });
      expect([
        route,
        headers.get('access-control-allow-origin'),
        headers.get('access-control-allow-credentials'),
        headers.get('vary'),
      ]).toEqual([route, origin, 'true', 'Origin']);
    }
    expect(
      (await call('GET /api/v1/chat', { key: null, headers: { origin } })).headers.get('access-control-allow-origin'),
    ).toBe(origin);
  });

  test.each(['https://app.localhost', 'http://127.0.0.1:3000', 'http://127.9.9.9', 'http://[::1]:8080'])(
    '%s is loopback',
    async (from) => {
      expect((await instantMock().call('OPTIONS /api/v1/chat', preflight(from))).status).toBe(204);
    },
  );

  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'null',
    'http://localhost:5173/path',
    'file://',
  ])('%s is not, unless it is listed', async (from) => {
    const { call } = instantMock();
    expect((await call('OPTIONS /api/v1/chat', preflight(from))).status).toBe(403);
    expect(
      (await call('GET /api/v1/chat', { headers: { origin: from } })).headers.get('access-control-allow-origin'),
    ).toBeNull();
    const { call: listed } = instantMock({ corsOrigins: [from] }, buildMock);
    expect((await listed('OPTIONS /api/v1/chat', preflight(from))).status).toBe(204);
  });
});

describe('control', () => {
  test('health says what is served', async () => {
    const { call } = instantMock({ seed: 'abc', edition: '2026-09' });
    expect(await (await call('GET /__mock/health', { key: null })).json()).toMatchObject({
      status: 'ok',
      edition: '2026-09',
      seed: 'abc',
    });
    expect((await call('HEAD /__mock/health', { key: null })).status).toBe(200);
  });

  test('a page of another origin, or another name for this host, is refused', async () => {
    const { call, mock } = instantMock();
    const id = await newSession(call);
    expect((await call('POST /__mock/reset', { headers: { origin: 'http://localhost:5173' } })).status).toBe(403);
    expect((await mock.fetch(new Request('http://evil.example/__mock/reset', { method: 'POST' }))).status).toBe(403);
    expect((await call(`GET /api/v1/chat/${id}`)).status).toBe(200);
  });

  test('reset empties one world, or all, and the transcript repeats', async () => {
    const { call } = instantMock();
    const inWorld = { headers: { 'x-test-id': 'a' } };
    const first = await newSession(call);
    const other = (await (await call('POST /api/v1/chat', inWorld)).json()) as { session_id: string };
    expect(other.session_id).toBe(first);
    await call('POST /__mock/reset');
    expect((await call(`GET /api/v1/chat/${first}`)).status).toBe(404);
    expect((await call(`GET /api/v1/chat/${first}`, inWorld)).status).toBe(200);
    expect(await newSession(call)).toBe(first);
    await call('POST /__mock/reset', { body: { all: true } });
    expect((await call(`GET /api/v1/chat/${first}`, inWorld)).status).toBe(404);
    expect((await call('POST /__mock/reset', { body: { al: true } })).status).toBe(400);
  });
});

describe('neighbours', () => {
  test('an attachment resolves to a real PNG at a signed URL, its name raw or encoded', async () => {
    const { call, mock } = instantMock();
    const [raw, encoded] = await Promise.all(
      ['screenshots/page_7.jpg', 'screenshots%2Fpage_7.jpg'].map(
        async (name) =>
          (await call(`GET /api/v1/beta/attachments/${name}?source_id=src-1`)).json() as Promise<{ url: string }>,
      ),
    );
    expect(raw).toEqual(encoded);
    const image = await mock.fetch(new Request(raw?.url ?? '', { headers: { origin: 'http://localhost:5173' } }));
    expect([image.status, image.headers.get('content-type'), image.headers.get('access-control-allow-origin')]).toEqual(
      [200, 'image/png', 'http://localhost:5173'],
    );
    expect([...new Uint8Array(await image.arrayBuffer()).subarray(0, 8)]).toEqual([
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
    ]);
    expect((await mock.fetch(new Request((raw?.url ?? '').replace('src-1', 'src-2')))).status).toBe(403);
    expect((await call('GET /api/v1/beta/attachments/a.jpg')).status).toBe(422);
  });

  test('indexes are listed page by page and got by id', async () => {
    const { call } = instantMock();
    const ids: string[] = [];
    for (let token = ''; ; ) {
      const page = (await (await call(`GET /api/v1/indexes?page_size=3&page_token=${token}`)).json()) as {
        items: { id: string }[];
        next_page_token?: string;
        total_size: number;
      };
      ids.push(...page.items.map(({ id }) => id));
      if (!page.next_page_token) {
        expect(page.total_size).toBe(ids.length);
        break;
      }
      token = encodeURIComponent(page.next_page_token);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(await (await call('GET /api/v1/indexes/idx-abc123')).json()).toMatchObject({ id: 'idx-abc123' });
    expect((await call('GET /api/v1/indexes/nope')).status).toBe(404);
  });
});
