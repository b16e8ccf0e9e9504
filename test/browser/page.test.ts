import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { installPacked, type Packed, type PackedServer } from '../support/packed.ts';

const html = readFileSync(new URL('page.html', import.meta.url));

describe.skipIf(!hasChromium)('a page in Chromium', () => {
  let packed: Packed;
  let mock: PackedServer;
  let pages: Server;
  let browser: Browser;
  beforeAll(async () => {
    packed = installPacked();
    mock = await packed.startServer();
    pages = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html));
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
    await mock?.stop();
  });

  /** The page, served from this host at a port of its own, for a mock at this URL. */
  async function open(host: string, url = mock.url): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${originOf(host)}/?mock=${url}`);
    return page;
  }

  function originOf(host: string): string {
    const { port } = pages.address() as AddressInfo; // A TCP server's address is never a pipe's name.
    return `http://${host}:${port}`;
  }

  test.each(['127.0.0.1', 'localhost'])('on %s sees a turn event by event, after a preflight', async (host) => {
    const page = await open(host);
    const { id, reads } = await run<{ id: string; reads: string[] }>(
      page,
      `const id = await create(); return { id, reads: await show(await turn(id, '/q3-findings')) };`,
    );
    expect(reads.length).toBeGreaterThan(20);
    expect(reads.findIndex((read) => read.includes('"type":"stop"'))).toBe(reads.length - 1);
    expect(await page.textContent('#text')).toContain('Revenue');
    await page.screenshot({ path: join(tmpdir(), 'chat-mock-page.png') });
    const path = `/api/v1/chat/${id}/messages/stream`;
    const asked = await mock.logged((line) => line['method'] === 'OPTIONS' && line['path'] === path);
    expect(asked['status']).toBe(204);
    expect(await run(page, `return (await (await api('/api/v1/chat?page_size=1')).json()).items[0].session_id`)).toBe(
      id,
    );
  });

  test('reads errors, their headers, and what a redirect leads to', async () => {
    const page = await open('127.0.0.1');
    expect(await run(page, `return problem(await api('/api/v1/chat/ses-nobody'))`)).toEqual([404, 'Session not found']);
    expect(await run(page, `return problem(await turn('ses-nobody', 'x'))`)).toEqual([404, 'Session not found']);
    expect(await run(page, `return problem(await turn('ses-never-run-unbound'))`)).toMatchObject([
      422,
      [{ type: 'missing', loc: ['body', 'prompt'] }],
    ]);
    const keyless = `const response = await api('/api/v1/chat', { headers: { authorization: '' } });
      return [...await problem(response), response.headers.get('www-authenticate')];`;
    expect(await run(page, keyless)).toEqual([401, 'Not authenticated', 'Bearer']);
    const wrongMethod = `return (await api('/api/v1/chat', { method: 'DELETE' })).headers.get('allow')`;
    expect(await run(page, wrongMethod)).toContain('GET');
    expect(await run(page, `return (await (await api('/api/v1/chat/')).json()).items.length`)).toBeGreaterThan(1);
  });

  test('leaves in the middle of a turn, and the session goes on', async () => {
    const page = await open('127.0.0.1');
    const before = `
      window.id = await create();
      window.leave = new AbortController();
      window.reader = (await turn(id, '/slow-tool', { signal: leave.signal })).body.getReader();
      await reader.read();
      const conflict = await turn(id, '/fast');
      leave.abort();
      return { id, conflict: [conflict.status, conflict.headers.get('x-should-retry')], rest: await reader.read().catch((error) => error.name) };`;
    const { id, ...seen } = await run<Record<string, unknown>>(page, before);
    expect(seen).toEqual({ conflict: [409, 'false'], rest: 'AbortError' });
    await mock.logged(({ end, session_id }) => end === 'client_left' && session_id === id);
    expect((await run<string[]>(page, `return show(await turn(id, '/fast'))`)).at(-1)).toContain('"type":"stop"');
    const history = `return (await (await api('/api/v1/chat/' + id)).json()).events.filter(({ type }) => type === 'user_input').map(({ content }) => content)`;
    expect(await run(page, history)).toEqual(['/slow-tool', '/fast']);
  });

  test('of another machine is refused, unless --cors names its origin', async () => {
    const page = await open('evil.test');
    expect(await run(page, `return outcome(api('/api/v1/chat'))`)).toBe('refused');
    expect(await run(page, `return outcome(fetch(base + '/api/v1/chat'))`)).toBe('refused');
    const kind = await packed.startServer(['--cors', originOf('evil.test')]);
    onTestFinished(async () => void (await kind.stop()));
    expect(await run(await open('evil.test', kind.url), `return outcome(api('/api/v1/chat'))`)).toBe(200);
  });

  test.each(['evil.test', '127.0.0.1', 'localhost'])('on %s cannot reset the mock', async (host) => {
    const page = await open(host);
    const headers = { authorization: 'Bearer any' };
    const created = await fetch(`${mock.url}/api/v1/chat`, { method: 'POST', headers });
    const { session_id } = (await created.json()) as { session_id: string };
    expect(await run(page, `return outcome(fetch(base + '/__mock/reset', { method: 'POST' }))`)).toBe('refused');
    expect(await run(page, `return outcome(api('/__mock/reset', { method: 'POST' }))`)).toBe('refused');
    // Sent, since no preflight comes before it; Cross-Origin-Resource-Policy keeps the answer from the page.
    expect(await run(page, `return outcome(fetch(base + '/__mock/reset', { method: 'POST', mode: 'no-cors' }))`)).toBe(
      'refused',
    );
    expect((await fetch(`${mock.url}/api/v1/chat/${session_id}`, { headers })).status).toBe(200);
  });

  test('on a name that was bent to this machine cannot reset the mock either', async () => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(mock.url.replace('127.0.0.1', 'evil.test'));
    expect(await run(page, `return (await (await fetch('/__mock/reset', { method: 'POST' })).json()).error.code`)).toBe(
      'foreign_host',
    );
  });
});

/** Runs the body of an async function in the page. A text, since the compiler's helpers do not exist there. */
function run<Result = unknown>(page: Page, body: string): Promise<Result> {
  return page.evaluate<Result>(`(async () => { ${body} })()`);
}
