import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createChatMock } from '../../../src/node/checked-mock.ts';
import type { Listening } from '../../../src/node/listen.ts';
import { routes } from '../../../src/server/control/routes.ts';
import { controlled } from '../../support/control.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** Status, headers but the date, and how many bytes of a body came. */
function askNode(url: string, method: string) {
  return new Promise<{ status: number | undefined; headers: object; sizeBytes: number }>((resolve, reject) => {
    const asked = request(url, { method, agent: false }, (response) => {
      const { date, connection, 'transfer-encoding': coding, ...headers } = response.headers;
      let sizeBytes = 0;
      const done = () => resolve({ status: response.statusCode, headers, sizeBytes });
      response.on('data', (bytes: Uint8Array) => {
        sizeBytes += bytes.byteLength;
        if (coding !== 'chunked') return;
        done(); // A stream: its first bytes are enough.
        response.destroy();
      });
      response.once('end', done).once('error', () => {});
    });
    asked.once('error', reject).end();
  });
}

/** What metrics say changes from one request to the next. */
const gets = routes.flatMap(({ method, path }) => (method === 'GET' && path !== 'metrics' ? [path] : []));
const paths = ['health', ...gets, 'docs/reference.js', 'openapi.json?spec=1', 'nothing'];

describe.each([false, true])('HEAD, with the globals replaced: %s', (replaceGlobals) => {
  test.each(paths)('of %s is what GET is, without the body', async (path) => {
    const server = await createChatMock({ clock: 'manual' }).listen({ replaceGlobals });
    open.push(server);
    const url = `${server.url}/__mock/${path}`;
    const [get, head] = [await askNode(url, 'GET'), await askNode(url, 'HEAD')];
    expect(get.sizeBytes).toBeGreaterThan(0);
    expect(head).toEqual({ ...get, sizeBytes: 0 });
  });
});

test.each(paths)('HEAD of %s is the same through mock.fetch, and leaves nothing open', async (path) => {
  const { mock, call } = controlled();
  const [get, head] = [
    await call(`GET /__mock/${path}`, { key: null }),
    await call(`HEAD /__mock/${path}`, { key: null }),
  ];
  expect([head.status, [...head.headers]]).toEqual([get.status, [...get.headers]]);
  expect(await head.text()).toBe('');
  expect(mock.journal.entries).toEqual([]);
  await get.body?.cancel();
});

test('HEAD does nothing that POST would do', async () => {
  const { mock, call, control } = controlled();
  await control('POST next', { scenario: 'fast' });
  expect((await call('HEAD /__mock/reset', { key: null })).status).toBe(404);
  expect(mock.queued).toHaveLength(1);
});

describe('no answer may be embedded by another origin, or be taken for another type', () => {
  const guards = ['nosniff', 'same-origin'];
  const guardsOf = ({ headers }: Response) => [
    headers.get('x-content-type-options'),
    headers.get('cross-origin-resource-policy'),
  ];

  test.each(['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'])('of %s', async (method) => {
    const { call } = controlled();
    for (const path of paths) {
      const response = await call(`${method} /__mock/${path}`, { key: null });
      expect([path, ...guardsOf(response)]).toEqual([path, ...guards]);
      await response.body?.cancel();
    }
  });

  test.each<[string, Parameters<typeof controlled>[0], Record<string, string>, number]>([
    ['a foreign origin', {}, { origin: 'https://evil.example' }, 403],
    ['a missing token', { controlToken: 'secret-token' }, {}, 401],
    ['a control API that is off', { control: false }, {}, 403],
    ['a script that is known', {}, { 'if-none-match': 'ETAG' }, 304],
  ])('with %s', async (_, options, headers, status) => {
    const { call } = controlled(options);
    const path = status === 304 ? 'docs/reference.js' : 'journal';
    const etag = status === 304 ? (await call(`GET /__mock/${path}`, { key: null })).headers.get('etag') : null;
    const sent = etag === null ? headers : { 'if-none-match': etag };
    const response = await call(`GET /__mock/${path}`, { key: null, headers: sent });
    expect([response.status, ...guardsOf(response)]).toEqual([status, ...guards]);
  });

  test('when the mock itself fails', async () => {
    const errors: unknown[] = [];
    const failure = new Error('A getter of the test.');
    let isBroken = false;
    const broken = { scenario: 'broken', status: 503 };
    Object.defineProperty(broken, 'description', {
      get: () => {
        if (isBroken) throw failure;
      },
    });
    const { call } = controlled({ scenarios: [broken], onError: (error) => errors.push(error) });
    isBroken = true; // The mock itself has read it and found it good.
    const response = await call('GET /__mock/scenarios', { key: null });
    expect([response.status, ...guardsOf(response), errors]).toEqual([500, ...guards, [failure]]);
  });

  test('but a page image may be shown by the page under test', async () => {
    const { call } = controlled();
    const path = '/api/v1/beta/attachments/screenshots/page_7.jpg?source_id=src-1';
    const { url } = (await (await call(`GET ${path}`)).json()) as { url: string };
    const image = await call(`GET ${url.slice('http://mock'.length)}`, {
      key: null,
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
    });
    expect([image.status, ...guardsOf(image)]).toEqual([200, 'nosniff', 'cross-origin']);
  });
});

describe('what a browser asks for a page of another origin is refused, though it sends no Origin', () => {
  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['anything', 403],
    ['', 403],
    ['same-origin', 200],
    ['none', 200],
    [null, 200],
  ])('Sec-Fetch-Site: %s is answered with %i', async (site, status) => {
    const { call } = controlled();
    for (const path of ['health', 'journal', 'docs', 'docs/reference.js', 'openapi.yaml', 'streams']) {
      for (const method of ['GET', 'HEAD']) {
        const headers: Record<string, string> = site === null ? {} : { 'sec-fetch-site': site };
        const response = await call(`${method} /__mock/${path}`, { key: null, headers });
        expect([path, method, response.status]).toEqual([path, method, status]);
        if (status === 403 && method === 'GET')
          expect(await response.json()).toMatchObject({ error: { code: 'foreign_origin' } });
      }
    }
  });

  test('even with the token', async () => {
    const { call } = controlled({ controlToken: 'secret-token' });
    const headers = { 'sec-fetch-site': 'same-site' };
    expect((await call('GET /__mock/journal', { key: 'secret-token', headers })).status).toBe(403);
  });
});
