import { expect, test } from 'vitest';
import { createChatMock } from '../../src/index.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

type Fetch = (request: Request) => Promise<Response>;
const html = (status: number) => new Response('<h1>Hello</h1>', { status, headers: { 'content-type': 'text/html' } });

/** Answers of servers that have no Chat API. */
const elsewhere: Readonly<Record<string, Fetch>> = {
  'knows no path': async () => Response.json({ detail: 'Not Found' }, { status: 404 }),
  'names the path it does not know': async (request) =>
    Response.json({ error: `Cannot ${request.method} ${new URL(request.url).pathname}` }, { status: 404 }),
  'shows one page for every path': async ({ method }) => (method === 'GET' ? html(200) : html(405)),
};

test.each(Object.entries(elsewhere))('a server that %s is not a Chat API: one sentence', async (_, fetch) => {
  await expect(runVerify({ fetch })).rejects.toMatchObject({
    code: 'not_chat_api',
    message: expect.stringMatching(/this is not a Chat API\. GET \/api\/v1\/chat was answered with \d+ /),
  });
});

test.each([
  ['a list that is broken', 'GET', 500],
  ['a list that does not exist', 'GET', 404],
])('%s is a failure of a Chat API', async (_, method, status) => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const withoutList: Fetch = async (request) =>
    request.method === method && new URL(request.url).pathname === '/api/v1/chat' ? html(status) : fetch(request);
  const { report } = await runVerify({ fetch: withoutList, flows: flowsNamed('read-only-look', 'one-turn') });
  expect(report.exit_code).toBe(1);
});

test('a server of another edition is told by a note that names it', async () => {
  const { fetch } = createChatMock({ speed: 'instant', edition: '2026-09' });
  const { report } = await runVerify({ fetch, flows: flowsNamed('later-keys') });
  expect(report.exit_code).toBe(1);
  expect(report.notes.join('\n')).toMatch(/judged by edition 2026-05, and shows 2026-09: .*--edition auto/);
});

test.each([
  [
    'numbers',
    (text: string) => text.replaceAll(/"session_id":"ses-(\w+)"/g, (_, id) => `"session_id":${toNumber(id)}`),
  ],
  ['texts behind a byte order mark', (text: string) => `\ufeff${text}`],
  ['texts in a body with NaN', (text: string) => text.replace('{', '{"cost":NaN,')],
  ['texts in a body that is cut off', (text: string) => text.slice(0, -1)],
])('sessions whose ids come as %s are deleted all the same', async (_, spoil) => {
  const mock = createChatMock({ speed: 'instant' });
  const ids = new Map<string, string>();
  const fetch: Fetch = async (request) => {
    const number = /\/chat\/(\d+)/.exec(request.url)?.[1];
    const real = number === undefined ? undefined : ids.get(number);
    const response = await mock.fetch(
      number && real ? new Request(request.url.replace(number, `ses-${real}`), request) : request,
    );
    if (response.status !== 201) return response;
    const text = await response.text();
    const id = /"session_id":"ses-(\w+)"/.exec(text)?.[1] ?? '';
    ids.set(toNumber(id), id);
    return new Response(spoil(text), { status: 201, headers: { 'content-type': 'application/json' } });
  };
  const count = async () => {
    const headers = { authorization: 'Bearer x' };
    const page = await mock.fetch(new Request('http://mock/api/v1/chat?page_size=1000', { headers }));
    return ((await page.json()) as { readonly items: readonly unknown[] }).items.length;
  };
  const before = await count();
  const { report } = await runVerify({ fetch, flows: flowsNamed('one-turn', 'session-life') });
  expect({ exit: report.exit_code, left: report.left, count: await count() }).toEqual({
    exit: 1,
    left: [],
    count: before,
  });
});

test('a session whose id was never told is found in the list at the end', async () => {
  const mock = createChatMock({ speed: 'instant' });
  const fetch: Fetch = async (request) => {
    const response = await mock.fetch(request);
    if (response.status !== 201) return response;
    const { session_id: _, ...rest } = (await response.json()) as Record<string, unknown>;
    return Response.json(rest, { status: 201 });
  };
  const list = async () => {
    const headers = { authorization: 'Bearer x' };
    return (await mock.fetch(new Request('http://mock/api/v1/chat?page_size=1000', { headers }))).text();
  };
  const before = await list();
  const { report } = await runVerify({ fetch, flows: flowsNamed('one-turn', 'session-life') });
  expect({ exit: report.exit_code, after: await list() }).toEqual({ exit: 1, after: before });
});

/** A number of its own for each id. */
function toNumber(id: string): string {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9_007_199_254_740;
  return String(sum);
}
