import { describe, expect, test } from 'vitest';
import { controlled } from '../../support/control.ts';

const page = '/__mock/docs';
const script = '/__mock/docs/reference.js';

/** What the page tells the script. */
async function readConfiguration(response: Response): Promise<Record<string, unknown>> {
  const [, json = ''] =
    /<script type="application\/json" id="configuration">(.*?)<\/script>/s.exec(await response.text()) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
}

describe('the page', () => {
  test('shows the document of this mock, and lets nothing come from elsewhere', async () => {
    const { call } = controlled();
    const response = await call(`GET ${page}`, { key: null });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    const html = await response.text();
    expect(new Set(html.match(/(?:https?:)?\/\/[\w.]+/g))).toEqual(new Set(['http://mock']));
    const { url } = await readConfiguration(new Response(html));
    const document = await call(`GET ${new URL(String(url), `http://mock${page}`).pathname}`, { key: null });
    expect(await document.json()).toMatchObject({ openapi: '3.2.0', info: { version: '2026-05' } });
  });

  test.each([
    ['anything, where any key is good', [], 'anything'],
    ['the first of those that are', ['one', 'two'], 'one'],
    ['a key that would end the element', ['</script><script>'], '</script><script>'],
  ])('fills in %s', async (_, apiKeys, token) => {
    const { call } = controlled({ apiKeys });
    expect(await readConfiguration(await call(`GET ${page}`, { key: null }))).toMatchObject({
      servers: [{ url: 'http://mock' }],
      authentication: { securitySchemes: { HTTPBearer: { token } } },
    });
    expect((await call('GET /api/v1/chat', { key: token })).status).toBe(200);
  });
});

describe('its script', () => {
  test('is the same gzipped and not, and is not sent twice', async () => {
    const { call } = controlled();
    const plain = await call(`GET ${script}`, { key: null });
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(plain.headers.get('content-encoding')).toBeNull();
    const gzipped = await call(`GET ${script}`, { key: null, headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(gzipped.headers.get('content-encoding')).toBe('gzip');
    expect(await gzipped.text()).toBe(await plain.text());
    const etag = plain.headers.get('etag') ?? '';
    const again = await call(`GET ${script}`, { key: null, headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await call(`GET ${script}`, { key: null, headers: { 'if-none-match': 'W/"other"' } })).status).toBe(200);
  });

  test('has its licence with it', async () => {
    const text = await (await controlled().call(`GET ${script}`, { key: null })).text();
    expect(text.slice(0, 2000)).toMatch(/MIT License[\s\S]+Copyright[\s\S]+Scalar/);
  });
});

test.each([page, script])('%s is kept from whom the control API is kept from', async (path) => {
  const status = async (options: Parameters<typeof controlled>[0], headers: Record<string, string> = {}) =>
    (await controlled(options).call(`GET ${path}`, { key: null, headers })).status;
  expect(await status({})).toBe(200);
  expect(await status({ control: false })).toBe(403);
  expect(await status({}, { origin: 'https://evil.example' })).toBe(403);
  expect(await status({ controlToken: 'secret' })).toBe(401);
  expect(await status({ controlToken: 'secret' }, { authorization: 'Bearer secret' })).toBe(200);
});
