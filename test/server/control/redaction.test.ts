import { describe, expect, test } from 'vitest';
import { controlled } from '../../support/control.ts';

const KEY = 'sk-live-0123456789abcdef';
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function journalOf(
  asked: { readonly query?: string; readonly headers?: Record<string, string>; readonly body?: string },
  options: Parameters<typeof controlled>[0] = {},
) {
  const { call, control } = controlled(options);
  const { query, headers = {}, body } = asked;
  const path = `/api/v1/chat${query === undefined ? '' : `?${query}`}`;
  await call(`${body === undefined ? 'GET' : 'POST'} ${path}`, { headers, ...(body !== undefined && { body }) });
  const { entries } = (await control('GET journal')).body;
  return entries[0];
}

describe('the journal hides in a query', () => {
  test.each([
    // Percent-encoded names.
    ['api%5Fkey=SECRET', 'api%5Fkey=[redacted]'],
    ['%74oken=SECRET', '%74oken=[redacted]'],
    ['to%6ben%zz=SECRET', 'to%6ben%zz=[redacted]'],
    ['%ff%74oken=SECRET', '%ff%74oken=[redacted]'],
    ['api+key=SECRET', 'api+key=[redacted]'],
    ['user[pass%77ord]=SECRET', 'user[pass%77ord]=[redacted]'],
    // Names of keys, logins and signatures.
    ['auth=SECRET&sig=SECRET&jwt=SECRET', 'auth=[redacted]&sig=[redacted]&jwt=[redacted]'],
    ['X-Amz-Signature=SECRET&X-Amz-Credential=SECRET', 'X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]'],
    [
      'session=SECRET&sessionid=SECRET&session_id=SECRET',
      'session=[redacted]&sessionid=[redacted]&session_id=[redacted]',
    ],
    [
      'apiKey=SECRET&accessKeyId=SECRET&userAuth=SECRET',
      'apiKey=[redacted]&accessKeyId=[redacted]&userAuth=[redacted]',
    ],
    ['pwd=SECRET&passwd=SECRET&client_secret=SECRET', 'pwd=[redacted]&passwd=[redacted]&client_secret=[redacted]'],
    ['a=1&token=SECRET;more&b=2', 'a=1&token=[redacted]&b=2'],
    ['a=1;token=SECRET;b=2', 'a=1;token=[redacted]'],
    ['token=a=SECRET', 'token=[redacted]'],
    // What only looks like one.
    ['page_token=seen&pageToken=seen', 'page_token=seen&pageToken=seen'],
    ['session_id=ses-q3-review&max_tokens=200', 'session_id=ses-q3-review&max_tokens=200'],
    ['author=A&design=B&keyword=C&signal=D', 'author=A&design=B&keyword=C&signal=D'],
    ['a&b=&=c&&token', 'a&b=&=c&&token'],
  ])('%s as %s', async (query, shown) => {
    expect((await journalOf({ query })).query).toBe(shown);
  });
});

describe('the journal hides in headers', () => {
  test.each([
    ['x-auth', 'SECRET'],
    ['x-signature', 'SECRET'],
    ['x-hub-sig', 'SECRET'],
    ['x-jwt', 'SECRET'],
    ['x-credential', 'SECRET'],
    ['x-session', 'SECRET'],
    ['x-forwarded-authorization', 'SECRET'],
    ['ocp-apim-subscription-key', 'SECRET'],
    ['x-upstream', `Basic ${base64('user:SECRET')}`],
    ['x-upstream', 'Bearer SECRET'],
  ])('%s: %s', async (name, value) => {
    expect((await journalOf({ headers: { [name]: value } })).headers[name]).toBe('[redacted]');
  });

  test.each([
    ['referer', 'http://a/?q=1&api%5Fkey=SECRET#x', 'http://a/?q=1&api%5Fkey=[redacted]#x'],
    ['referer', 'http://a/#access_token=SECRET', 'http://a/#access_token=[redacted]'],
    ['x-proxy', 'http://user:SECRET@proxy:8080/', 'http://[redacted]@proxy:8080/'],
    ['idempotency-key', 'stainless-1', 'stainless-1'],
    ['x-plan', 'Basic', 'Basic'],
    ['user-agent', 'curl/8 (author)', 'curl/8 (author)'],
  ])('%s: %s as %s', async (name, value, shown) => {
    expect((await journalOf({ headers: { [name]: value } })).headers[name]).toBe(shown);
  });

  test('a header may have any name', async () => {
    const { headers } = await journalOf({ headers: { constructor: 'a', __proto__x: 'b' } });
    expect(headers).toMatchObject({ constructor: 'a', __proto__x: 'b' });
  });
});

describe('the journal hides in a body', () => {
  test.each<[string, unknown]>([
    [
      '{"api_key":"SECRET","a":{"jwt":"SECRET","b":[{"sig":"SECRET"}]}}',
      { api_key: '[redacted]', a: { jwt: '[redacted]', b: [{ sig: '[redacted]' }] } },
    ],
    ['{"credentials":{"user":"SECRET"},"password":1234}', { credentials: '[redacted]', password: '[redacted]' }],
    ['{"\\u0061uth":"SECRET"}', { auth: '[redacted]' }],
    [
      '{"prompt":"my token","session_id":"ses-a","max_tokens":5,"page_token":"p","author":"A","auth":null}',
      { prompt: 'my token', session_id: 'ses-a', max_tokens: 5, page_token: 'p', author: 'A', auth: null },
    ],
    // What is not JSON.
    ['a=1&api%5Fkey=SECRET', 'a=1&api%5Fkey=[redacted]'],
    ['{"a": 1, "api_key": "SEC\\"RET", ', '{"a": 1, "api_key": [redacted], '],
    ['{"api\\u005fkey": SECRET', '{"api\\u005fkey": [redacted]'],
    ["{'token': 'SECRET', 'a': 1}", "{'token': [redacted], 'a': 1}"],
    ['{"token": ["SECRET", "a"', '{"token": [redacted]'],
    ['token: SECRET\na: 1', 'token: [redacted]\na: 1'],
    [
      '--x\r\nContent-Disposition: form-data; name="api_key"\r\n\r\nSECRET\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
      '--x\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n[redacted]\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
    ],
  ])('%s', async (body, shown) => {
    expect((await journalOf({ body })).body).toEqual(shown);
  });

  test('what a request is matched by is what was sent, and a miss does not show it', async () => {
    const { call, control } = controlled();
    await call('POST /api/v1/chat', { body: { auth: 'SECRET', list: [{ jwt: 'SECRET' }] } });
    const verify = async (body: object) => (await control('POST journal/verify', { match: { body }, count: 1 })).body;
    expect(await verify({ auth: 'SECRET' })).toEqual({ matched: 1, nearest: [] });
    const missed = [await verify({ auth: 'a' }), await verify({ list: [{ jwt: 'a' }] }), await verify({ list: 1 })];
    expect(JSON.stringify(missed)).not.toContain('SECRET');
    expect(missed[0].nearest[0].mismatches).toEqual([{ at: 'body.auth', expected: 'a', actual: '[redacted]' }]);
    const late = await control('POST journal/wait', { match: { body: { auth: 'a' } }, timeout_ms: 0 });
    expect(late.body.error.message).toContain('body.auth is "[redacted]", not "a"');
  });
});

describe('a key that is configured is shown nowhere, in no spelling', () => {
  const spellings = [KEY, base64(KEY), base64(`u:${KEY}`), base64(`user:${KEY}`), base64(`ab:${KEY}:c`)];

  test.each(spellings)('%s', async (spelling) => {
    const entry = await journalOf(
      {
        query: `q=${spelling}&r=${encodeURIComponent(spelling)}`,
        headers: { 'x-note': `see ${spelling}` },
        body: JSON.stringify({ prompt: `I use ${spelling}.` }),
      },
      { apiKeys: [KEY] },
    );
    const core = spelling === KEY ? KEY : base64(KEY).slice(4, 20);
    expect(JSON.stringify(entry)).not.toContain(core);
    expect(entry.body.prompt).toMatch(/^I use .*\[redacted\].*\.$/);
  });

  test('nor is the token of the control API; in a path it is hidden for whoever watches too', async () => {
    const told: string[] = [];
    const { mock, call } = controlled({
      controlToken: KEY,
      onActivity: (activity) => 'path' in activity && told.push(activity.path),
    });
    await call(`GET /api/v1/chat/${KEY}`);
    await call(`GET /api/v1/chat/${KEY.replace('-', '%2D')}`);
    expect(told).toEqual(['/api/v1/chat/[redacted]', '/api/v1/chat/[redacted]']);
    expect(mock.journal.entries.map(({ path }) => path)).toEqual(told);
    expect(mock.journal.find({ path: `/api/v1/chat/${KEY}` })).toHaveLength(1);
  });

  test('a short key hides nothing: it stands in ordinary words', async () => {
    const entry = await journalOf({ body: '{"prompt":"anything"}', headers: {} }, { apiKeys: ['any'] });
    expect(entry.body).toEqual({ prompt: 'anything' });
  });
});

test.each([
  ['query', { query: 'a&'.repeat(200_000) }],
  ['query of secrets', { query: `${'api_key'.repeat(60_000)}=` }],
  ['query with semicolons', { query: ';a='.repeat(100_000) }],
  ['query of semicolons', { query: `${';'.repeat(300_000)}=` }],
  ['header', { headers: { 'x-a': '?a'.repeat(200_000) } }],
  ['header of slashes', { headers: { 'x-a': '/'.repeat(400_000) } }],
  ['text', { body: '"\\'.repeat(8000) }],
  ['text of words', { body: `{${'a'.repeat(16_000)}` }],
  ['text of quotes', { body: `{${'"a" : '.repeat(2600)}` }],
  ['form', { body: `--${'name="'.repeat(2600)}` }],
  ['deep body', { body: `${'['.repeat(8000)}${']'.repeat(8000)}` }],
])('a huge %s is told', async (_, asked) => {
  expect(await journalOf(asked)).toMatchObject({ id: 1 });
});
