import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listening } from '../../src/node/listen.ts';
import { createChatMock } from '../../src/node/mock.ts';

const executablePath = '/usr/bin/chromium';
const isThere = existsSync(executablePath);
if (!isThere && process.env['CI']) throw new Error('Chromium is missing: CI installs it (see .ci/run).');
if (!isThere) console.warn('Skipped the browser tests: no Chromium. Install it: apt-get install chromium');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const html = `<!doctype html><meta charset="utf-8"><title>chat</title><style>body{font:16px sans-serif;margin:2em}#a{white-space:pre-wrap}</style><h1>What changed?</h1><div id="a"></div>`;

describe.skipIf(!isThere)('a page of another origin in Chromium', () => {
  let mock: Listening;
  let pages: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mock = await createChatMock().listen();
    pages = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
    );
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath,
      args: [...flags, '--host-resolver-rules=MAP evil.test 127.0.0.1'],
    });
  });
  afterAll(async () => {
    await browser.close();
    pages.close();
    await mock.close();
  });

  const open = async (host: string) => {
    page = await browser.newPage();
    await page.goto(`http://${host}:${(pages.address() as AddressInfo).port}/`);
    return page;
  };
  /** Runs a script in the page; \`api\` is a fetch as the official SDK sends it, credentials included. */
  const run = (script: string) =>
    page.evaluate(`(async () => {
      const api = (path, init = {}) => fetch(${JSON.stringify(mock.url)} + path, { credentials: 'include', ...init, headers: { authorization: 'Bearer any', 'content-type': 'application/json', 'x-stainless-lang': 'js', 'x-stainless-retry-count': '0', 'x-test-id': 'page', ...init.headers } });
      const create = async () => (await (await api('/api/v1/chat', { method: 'POST', body: '{}' })).json()).session_id;
      const turn = (id, prompt, init) => api('/api/v1/chat/' + id + '/messages/stream', { method: 'POST', body: JSON.stringify({ prompt, index_ids: ['idx-abc123'] }), ...init });
      ${script}
    })()`);

  test.each(['127.0.0.1', 'localhost'])('from %s: preflight, events one by one, list, errors', async (host) => {
    await open(host);
    const seen = (await run(`
      const id = await create();
      const reader = (await turn(id, '/q3-findings')).body.getReader();
      const decoder = new TextDecoder();
      const reads = [];
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        reads.push(decoder.decode(value, { stream: true }));
        for (const [, json] of reads.at(-1).matchAll(/^data: (.*)$/gm)) if (JSON.parse(json).type === 'text_delta') document.getElementById('a').textContent += JSON.parse(json).content;
      }
      const missing = await api('/api/v1/chat/nope');
      const conflict = await turn(id, 'x', { headers: { 'x-mock-scenario': 'nope' } });
      return { reads: reads.length, firstHasStop: reads[0].includes('"stop"'), lastHasStop: reads.at(-1).includes('"stop"'), missing: [missing.status, await missing.json()], unknown: conflict.status, listed: (await (await api('/api/v1/chat')).json()).items.length > 10 };
    `)) as Record<string, unknown>;
    expect(seen['reads']).toBeGreaterThan(20);
    expect(seen).toMatchObject({
      firstHasStop: false,
      lastHasStop: true,
      missing: [404, { detail: 'Session not found' }],
      unknown: 404,
      listed: true,
    });
    expect(await page.textContent('#a')).toContain('Revenue');
    await page.screenshot({ path: '.cache/page.png' });
  });

  test('abort, then the next turn; x-should-retry is readable', async () => {
    await open('127.0.0.1');
    const seen = await run(`
      const id = await create();
      const leave = new AbortController();
      const response = await turn(id, '/slow-tool', { signal: leave.signal });
      await response.body.getReader().read();
      const conflict = await turn(id, '/fast');
      leave.abort();
      let again;
      do again = await turn(id, '/fast'); while (again.status === 409);
      return [conflict.status, conflict.headers.get('x-should-retry'), again.status, (await again.text()).includes('"stop"')];
    `);
    expect(seen).toEqual([409, 'false', 200, true]);
  });

  test('a page that is not on this machine is refused, and nobody’s page reaches the control API', async () => {
    await open('evil.test');
    expect(await run(`return api('/api/v1/chat').then(() => 'read', () => 'refused');`)).toBe('refused');
    const reset = `return api('/__mock/reset', { method: 'POST', mode: 'no-cors', headers: {} }).then(() => 'sent', () => 'refused');`;
    const id = (
      (await (
        await fetch(`${mock.url}/api/v1/chat`, { method: 'POST', headers: { authorization: 'Bearer x' } })
      ).json()) as { session_id: string }
    ).session_id;
    await run(reset);
    await run(
      `return fetch(${JSON.stringify(mock.url)} + '/__mock/reset', { method: 'POST', mode: 'no-cors' }).then(() => 'sent', () => 'refused');`,
    );
    expect((await fetch(`${mock.url}/api/v1/chat/${id}`, { headers: { authorization: 'Bearer x' } })).status).toBe(200);
  });

  test('a page on an origin given with --cors may call', async () => {
    const origin = `http://evil.test:${(pages.address() as AddressInfo).port}`;
    const open2 = await createChatMock({ corsOrigins: [origin] }).listen();
    await open('evil.test');
    expect(
      await page.evaluate(
        `fetch(${JSON.stringify(open2.url)} + '/api/v1/chat', { headers: { authorization: 'Bearer any' } }).then((r) => r.status, String)`,
      ),
    ).toBe(200);
    await open2.close();
  });
});
