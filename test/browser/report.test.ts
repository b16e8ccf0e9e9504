import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { html } from '../../src/reporters/html.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { runVerify } from '../support/verify.ts';

const LARGEST_BYTES = 500 * 1024;
const HOSTILE = '<img src=x onerror="document.title=1">\u202e';

/** The report of a server that breaks several things, one of them with hostile text. */
async function reportOf(): Promise<string> {
  const mock = createChatMock({ speed: 'instant' });
  mock.setChaos([
    { operation: 'generateSessionTitle', answer: { status: 200, body: { session_id: HOSTILE } } },
    { operation: 'listSessions', probability: 0.3, answer: { status: 418, body: HOSTILE } },
  ]);
  const { events } = await runVerify({ fetch: mock.fetch });
  async function* replay(): AsyncGenerator<RunEvent> {
    yield* events;
  }
  const options = {
    ...{ toolVersion: '0.0.0', paint: (_: string, text: string) => text, annotates: false, width: Infinity },
    ...{ isVerbose: false, anchorFile: 'x.yaml' },
  };
  const pieces: string[] = [];
  for await (const piece of html(replay(), options)) pieces.push(piece);
  return pieces.join('');
}

describe.skipIf(!hasChromium)('the HTML report in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-mock-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;
  let text: string;
  beforeAll(async () => {
    text = await reportOf();
    writeFileSync(file, text);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    width: number,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    onTestFinished(() => page.close());
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => asked.push(error.message));
    await page.goto(`file://${file}`);
    return { page, asked };
  }

  test('is small, asks for nothing else, and keeps hostile text a text', async () => {
    expect(Buffer.byteLength(text)).toBeLessThan(LARGEST_BYTES);
    const { page, asked } = await open(1000);
    expect(asked).toEqual([`file://${file}`]);
    expect(await page.title()).toMatch(/^Contract: violates: /);
    expect(await page.locator('img').count()).toBe(0);
  });

  test.each([360, 800, 1400])('nothing is cut off at %i pixels', async (width) => {
    const { page } = await open(width, 'dark');
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  test('cards are filtered by verdict and area, and reached by their anchors', async () => {
    const { page } = await open(1000);
    const cards = page.locator('article.card');
    const all = await cards.count();
    expect(all).toBeGreaterThan(1);
    const area = page.getByRole('group', { name: 'Filter by area' }).getByRole('checkbox').first();
    const hidden = await page.locator(`article[data-area="${await area.getAttribute('value')}"]`).count();
    await area.uncheck();
    expect(await page.locator('article.card:not([hidden])').count()).toBe(all - hidden);
    await area.check();
    for (const box of await page.getByRole('group', { name: 'Filter by verdict' }).getByRole('checkbox').all())
      await box.uncheck();
    expect(await page.locator('article.card:not([hidden])').count()).toBe(0);
    const link = await cards.first().locator('h3 a').getAttribute('href');
    expect(await page.locator(`[id="${link?.slice(1)}"]`).count()).toBe(1);
  });

  test('a command is copied whole', async () => {
    const { page } = await open(1000);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const box = page.locator('.copy').first();
    await box.getByRole('button', { name: 'Copy' }).click();
    await box.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await box.locator('pre').textContent());
  });
});
