import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { installPacked, type PackedServer } from '../support/packed.ts';

const chatOperations = [
  'List Sessions',
  'Create Session',
  'Get Full Session',
  'Delete Session',
  'Get Session Summary',
  'Generate Session Title',
  'Stream Messages',
];

describe.skipIf(!hasChromium)('the API reference in Chromium', () => {
  let mock: PackedServer;
  let browser: Browser;
  beforeAll(async () => {
    mock = await installPacked().startServer();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
  });

  /** The page, and all that it complained of or asked of another host: both must stay empty. */
  async function open(): Promise<{ readonly page: Page; readonly complaints: string[]; readonly outside: string[] }> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const complaints: string[] = [];
    const outside: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.exposeFunction('complain', (text: string) => complaints.push(text));
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => complain(event.violatedDirective + ' ' + event.blockedURI))`,
    );
    await page.route(
      ({ href }) => !href.startsWith(`${mock.url}/`),
      (route) => {
        outside.push(route.request().url());
        return route.abort();
      },
    );
    await page.goto(`${mock.url}/__mock/docs`);
    return { page, complaints, outside };
  }

  /** Goes to an operation and opens what sends its request. */
  async function openClient(page: Page, operation: string, call: string): Promise<void> {
    await page.getByRole('link', { name: operation }).first().click();
    await page.getByRole('button', { name: `Test Request (${call})` }).click();
  }

  const send = (page: Page) => page.getByRole('button', { name: /^Send (?:get|post) request/ }).click();
  const control = (route: string, body?: object) => {
    const [method = '', path] = route.split(' ');
    return fetch(`${mock.url}/__mock/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  };

  test('shows every operation, asks nobody else for anything, and has nothing to complain of', async () => {
    const { page, complaints, outside } = await open();
    for (const operation of chatOperations) await page.getByRole('link', { name: operation }).first().waitFor();
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.locator(`body.${scheme}-mode`).waitFor();
    }
    expect(await page.title()).toContain('LlamaCloud Chat API');
    expect({ complaints, outside }).toEqual({ complaints: [], outside: [] });
  });

  test('could not reach another host if it tried', async () => {
    const { page, complaints, outside } = await open();
    await page.evaluate(`fetch('https://proxy.scalar.com/').catch(() => {})`);
    await expect.poll(() => complaints).toContain('connect-src https://proxy.scalar.com/');
    expect(outside).toEqual([]);
  });

  test('sends a request, with a key that is good, and shows the answer', async () => {
    const { page, complaints, outside } = await open();
    await openClient(page, 'List Sessions', 'get /api/v1/chat');
    await send(page);
    await page.getByText('"ses-never-run"').first().waitFor();
    await page.getByText('200 OK').waitFor();
    expect({ complaints, outside }).toEqual({ complaints: [], outside: [] });
  });

  test('shows a stream while it comes', async () => {
    const { page, complaints, outside } = await open();
    await control('POST next', { scenario: { steps: [{ text: 'One moment.' }, { hold: 'look' }, { text: 'Done.' }] } });
    await openClient(page, 'Stream Messages', 'post /api/v1/chat/{session_id}/messages/stream');
    await send(page);
    const client = page.getByRole('dialog');
    await client.getByText('{"type":"text","content":"One moment."}').waitFor();
    expect(await (await control('GET holds')).json()).toEqual({ holds: [{ name: 'look', waiting: 1 }] });
    expect(await client.textContent()).not.toContain('Done.');
    await page.screenshot({ path: join(tmpdir(), 'chat-mock-reference.png') });
    await control('POST holds/look/release');
    await client.getByText('{"type":"text","content":"Done."}').waitFor();
    await client.getByText('{"type":"stop"').waitFor();
    expect({ complaints, outside }).toEqual({ complaints: [], outside: [] });
  });
});
