import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';
import type { ChatMock, ChatMockOptions } from '../../src/node/mock.ts';
import { parseScenarios } from '../../src/scenario/parse-scenarios.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { watchTasks } from '../support/task-times.ts';

const headers = { authorization: 'Bearer anything', 'content-type': 'application/json' };
const views = ['Traffic', 'Try it', 'Next answer', 'Sessions', 'World'] as const;

/** Two events, a hold, and two more. */
const held: InlineScenario = {
  scenario: 'held',
  pace: { first_ms: 0 },
  steps: [
    { event: { type: 'text', content: 'First.' } },
    { event: { type: 'text', content: 'Second.' } },
    { hold: 'the-gate' },
    { event: { type: 'text', content: 'Third.' } },
  ],
};

interface Visit {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly hash?: string;
}

describe.skipIf(!hasChromium)('the inspector in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function serve(
    options: ChatMockOptions = {},
  ): Promise<{ readonly mock: ChatMock; readonly server: Listening }> {
    const mock = createChatMock({ speed: 'instant', ...options });
    const server = await mock.listen();
    onTestFinished(() => mock.close());
    return { mock, server };
  }

  /** The page, and all that it complained of or asked of another host: both must stay empty. */
  async function open(url: string, { width = 1280, height = 800, colorScheme = 'light', hash = '' }: Visit = {}) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // Chromium reports every refusal of a request, also one that the page expects.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.exposeFunction('complain', (text: string) => complaints.push(text));
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => complain(event.violatedDirective + ' ' + event.blockedURI))`,
    );
    await page.route(
      ({ href }) => !href.startsWith(url) && !href.startsWith('data:') && !href.startsWith('blob:'),
      (route) => {
        complaints.push(`asked for ${route.request().url()}`);
        return route.abort();
      },
    );
    await page.goto(`${url}/__mock/${hash}`);
    return { page, complaints };
  }

  const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const rowsOf = (page: Page) => page.getByRole('listbox', { name: 'Requests' }).getByRole('option');
  const visit = (page: Page, view: (typeof views)[number]) =>
    page.getByRole('link', { name: view, exact: true }).click();
  const ask = (url: string, prompt: string, more: Record<string, string> = {}) =>
    fetch(`${url}/api/v1/chat/ses-never-run/messages/stream`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify({ prompt, index_ids: ['idx-abc123'] }),
    });

  /** A turn that waits at its hold, shown; what its client reads is in `body`. */
  async function openHeld(scenario: InlineScenario = held) {
    const { mock, server } = await serve();
    mock.next(scenario);
    const response = await ask(server.url, 'Hello?');
    const body = response.text().catch(() => 'lost');
    await mock.held('the-gate');
    const { page, complaints } = await open(server.url, { hash: '#view=traffic&request=1' });
    await page.getByText('Held at the-gate').waitFor();
    return { mock, server, page, complaints, body };
  }

  describe('the traffic', () => {
    test('is empty at first and says what to do; what others send appears', async () => {
      const { server } = await serve();
      const { page, complaints } = await open(server.url);
      await page.getByRole('heading', { name: 'No request yet' }).waitFor();
      await button(page, 'Copy the command').click();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        `curl ${server.url}/api/v1/chat -H 'authorization: Bearer anything'`,
      );
      await fetch(`${server.url}/api/v1/chat`, { headers });
      await (await ask(server.url, '/fast', { 'x-test-id': 'checkout' })).text();
      const row = rowsOf(page).filter({ hasText: '/messages/stream' });
      await row.waitFor();
      expect(await rowsOf(page).count()).toBe(2);
      for (const text of ['POST', '200', 'fast', 'prompt', 'checkout']) expect(await row.textContent()).toContain(text);
      expect(complaints).toEqual([]);
    });

    test('shows what happened before it was opened, filters it, pauses and clears', async () => {
      const { server } = await serve();
      await fetch(`${server.url}/api/v1/chat`, { headers });
      await fetch(`${server.url}/api/v1/chat/ses-gone`, { headers, method: 'DELETE' });
      await (await ask(server.url, '/fast', { 'x-test-id': 'checkout' })).text();
      const { page } = await open(server.url);
      const rows = rowsOf(page);
      const shown = async (count: number) => {
        await page
          .getByText(new RegExp(`^${count} request`))
          .first()
          .waitFor();
        return rows.locator('.path').allTextContents();
      };
      await shown(3);
      await page.getByLabel('Filter by text').fill('gone delete');
      expect(await shown(1)).toEqual(['/api/v1/chat/ses-gone']);
      await page.getByLabel('Filter by text').fill('');
      await page.getByLabel('Operation').selectOption('listSessions');
      expect(await shown(1)).toEqual(['/api/v1/chat']);
      await page.getByLabel('Operation').selectOption('');
      await page.getByLabel('Status').selectOption('4xx');
      expect(await shown(1)).toEqual(['/api/v1/chat/ses-gone']);
      await page.getByLabel('Status').selectOption('');
      await page.getByLabel('World').selectOption('checkout');
      expect(await shown(1)).toEqual(['/api/v1/chat/ses-never-run/messages/stream']);
      await page.getByLabel('World').selectOption('*');
      await shown(3);
      await button(page, 'Pause list').click();
      await fetch(`${server.url}/api/v1/chat`, { headers });
      await page.getByText('1 request since then').waitFor();
      expect(await rows.count()).toBe(3);
      await button(page, 'Show them').click();
      await shown(4);
      await button(page, 'Clear').click();
      await page.getByRole('heading', { name: 'No request yet' }).waitFor();
      await fetch(`${server.url}/api/v1/chat`, { headers });
      await shown(1);
    });

    test('a link shows the same: filters, request and event', async () => {
      const { server } = await serve();
      await (await ask(server.url, '/fast')).text();
      const { page } = await open(server.url);
      await page.getByLabel('Filter by text').fill('fast');
      await rowsOf(page).first().click();
      await page.getByRole('listbox', { name: 'Events' }).getByRole('option').nth(1).click();
      const hash = await page.evaluate<string>('location.hash');
      const { page: other } = await open(server.url, { hash });
      await other.getByText('Event 2', { exact: true }).waitFor();
      expect(await other.getByLabel('Filter by text').inputValue()).toBe('fast');
    });

    test('is steered by the keyboard', async () => {
      const { server } = await serve();
      for (const path of ['a', 'b', 'c']) await fetch(`${server.url}/${path}`, { headers });
      const { page } = await open(server.url);
      await page.getByText('3 requests').waitFor();
      const shown = async () => (await page.getByRole('heading', { level: 2 }).textContent())?.replaceAll(/\s+/g, ' ');
      await page.keyboard.press('j');
      expect(await shown()).toContain('GET /a 404');
      await page.keyboard.press('j');
      await page.keyboard.press('ArrowDown');
      await page.getByRole('heading', { name: '/c' }).waitFor();
      await page.keyboard.press('k');
      await page.getByRole('heading', { name: '/b' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: '/b' }).waitFor({ state: 'detached' });
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: '/c' }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('jjp');
      expect(await page.getByLabel('Filter by text').inputValue()).toBe('jjp');
      await page.getByLabel('Filter by text').blur();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    });
  });

  describe('one request', () => {
    test('of a 422 the places are marked in the body', async () => {
      const { server } = await serve();
      await fetch(`${server.url}/api/v1/chat/ses-never-run/messages/stream`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ index_ids: ['a', 7] }),
      });
      const { page } = await open(server.url, { hash: '#view=traffic&request=1' });
      const body = page.getByRole('region', { name: 'The body of the request, its mistakes marked' });
      await body.waitFor();
      const lines = (await body.locator('.line').allTextContents()).map((line) => line.trim());
      expect(lines).toEqual([
        '{',
        expect.stringMatching(/^↑ body\.prompt: Field required/),
        '"index_ids": [',
        '"a",',
        '7',
        expect.stringMatching(/^↑ body\.index_ids\[1\]: Input should be a valid string/),
        ']',
        '}',
      ]);
    });

    test('is copied as a command, a call and a test; secrets stay hidden', async () => {
      const { server } = await serve();
      await fetch(`${server.url}/api/v1/chat?page_size=2`, { headers: { ...headers, 'x-team': "it's" } });
      const { page } = await open(server.url, { hash: '#view=traffic&request=1' });
      const copied = async (name: string) => {
        await page.evaluate(`navigator.clipboard.writeText('')`);
        await button(page, name).click();
        const read = () => page.evaluate<string>('navigator.clipboard.readText()');
        await expect.poll(read).not.toBe('');
        return read();
      };
      expect(await copied('Copy as curl')).toBe(
        `curl '${server.url}/api/v1/chat?page_size=2' \\\n  -H "authorization: Bearer $LLAMA_CLOUD_API_KEY" \\\n  -H 'content-type: application/json' \\\n  -H 'x-team: it'\\''s'`,
      );
      expect(await copied('Copy as fetch')).toContain(`await fetch("${server.url}/api/v1/chat?page_size=2", {`);
      expect(await copied('Copy as vitest test')).toContain('expect(response.status).toBe(200);');
      await page.getByRole('tab', { name: 'Request' }).click();
      expect(await page.getByRole('row', { name: 'authorization' }).textContent()).toBe('authorization[redacted]');
    });

    test('says field by field why a queued answer is not for it', async () => {
      const { mock, server } = await serve();
      mock.next('fast', { match: { body: { prompt: 'Hello' } } });
      await (await ask(server.url, 'Hullo')).text();
      const { page } = await open(server.url, { hash: '#view=traffic&request=1' });
      await page.getByRole('tab', { name: 'Matching' }).click();
      expect(await page.getByRole('row', { name: 'body.prompt' }).textContent()).toBe('body.prompt"Hello""Hullo"');
    });
  });

  describe('one stream', () => {
    test('that is held is seen from everywhere, and goes on when it is released', async () => {
      const { page, body, complaints } = await openHeld();
      await visit(page, 'World');
      await page.getByRole('button', { name: 'Held: the-gate' }).click();
      await button(page, 'Release hold').click();
      await page.getByText('Ended well').waitFor();
      expect(await body).toContain('Third.');
      const preview = page.getByRole('region', { name: 'The turn as a chat page shows it' });
      expect(await preview.textContent()).toMatch(/First\.\s*Second\.\s*Third\./);
      expect(complaints).toEqual([]);
    });

    test('its events have their JSON, text and bytes with places', async () => {
      const { page } = await openHeld();
      const events = page.getByRole('listbox', { name: 'Events' });
      expect(await events.getByRole('option').count()).toBe(2);
      await events.getByRole('option').nth(1).click();
      expect(await page.getByRole('region', { name: 'The event as JSON' }).textContent()).toContain('"Second."');
      await page.getByLabel('Show as').selectOption('text');
      expect(await page.getByRole('region', { name: 'The raw text' }).textContent()).toContain('event: message␊');
      await page.getByLabel('Show as').selectOption('hex');
      const first = `event: message\ndata: ${JSON.stringify({ type: 'text', content: 'First.' })}\n\n`;
      expect(await page.getByRole('region', { name: 'The bytes' }).textContent()).toContain(
        `${first.length.toString(16).padStart(6, '0')}  65 76 65 6e 74`,
      );
      await page.keyboard.press('Tab');
      expect(await page.getByRole('img', { name: /2 frames along/ }).count()).toBe(1);
    });

    test('is paused, stepped one by one and by several, and resumed', async () => {
      const steps = Array.from({ length: 20 }, (_, index) => ({ event: { type: 'text', content: `Part ${index}.` } }));
      const { mock, page, body } = await openHeld({ ...held, steps: [{ hold: 'the-gate' }, ...steps] });
      const sent = () => mock.streams[0]?.events;
      await button(page, 'Pause').click();
      await page.getByText('Paused at the-gate').waitFor();
      await button(page, 'Release hold').click();
      await page.locator('.stream-bar.state-paused').filter({ hasNotText: 'the-gate' }).waitFor();
      await button(page, 'Step one event').click();
      await expect.poll(sent).toBe(1);
      await page.getByRole('listbox', { name: 'Events' }).focus();
      await page.keyboard.press(' ');
      await expect.poll(sent).toBe(2);
      await page.getByLabel('Number of events to step').fill('7');
      await button(page, 'Step 7').click();
      await expect.poll(sent).toBe(9);
      await expect.poll(() => page.getByRole('listbox', { name: 'Events' }).getByRole('option').count()).toBe(9);
      await button(page, 'Resume').click();
      await page.getByText('Ended well').waitFor();
      expect((await body).match(/Part/g)).toHaveLength(20);
    });

    test.each([
      ['close', 'Ended well'],
      ['truncate', 'Truncated'],
      ['reset', 'Reset'],
      ['hang', 'Hanging'],
    ])('is ended by hand: %s', async (how, said) => {
      const { page, body, mock } = await openHeld();
      await button(page, `End now: ${how}`).click();
      await page.locator('.stream-bar .state').filter({ hasText: said }).waitFor();
      if (how === 'hang') await button(page, 'End now: close').click();
      expect(await body).toEqual(how === 'close' || how === 'hang' ? expect.stringContaining('Second.') : 'lost');
      expect(mock.streams[0]?.state).toBe('over');
    });

    test('is saved as a scenario file that plays the same events', async () => {
      const { server } = await serve();
      const body = await (await ask(server.url, '/q3-findings')).text();
      const { page } = await open(server.url, { hash: '#view=traffic&request=1' });
      const download = page.waitForEvent('download');
      await button(page, 'Save as scenario').click();
      const saved = await download;
      expect(saved.suggestedFilename()).toBe('stream-1.yaml');
      const { server: other } = await serve({
        scenarios: parseScenarios({ 'stream-1': readFileSync(await saved.path(), 'utf8') }),
      });
      expect(await (await ask(other.url, '/stream-1')).text()).toBe(body);
    });

    test('what the client did and what is no longer kept is said', async () => {
      const { mock, server } = await serve({ speed: 1 });
      mock.next({ ...held, steps: [{ event: { type: 'text', content: 'a' } }, { wait_ms: 60_000 }] });
      const leaving = new AbortController();
      const response = await fetch(`${server.url}/api/v1/chat/ses-never-run/messages/stream`, {
        ...{ method: 'POST', headers, signal: leaving.signal },
        body: JSON.stringify({ prompt: 'x', index_ids: ['idx-abc123'] }),
      });
      await response.body?.getReader().read();
      leaving.abort();
      await mock.waitForStream({ end: 'client_left' });
      const { page } = await open(server.url, { hash: '#view=traffic&request=1' });
      await page.locator('.stream-bar').filter({ hasText: 'The client left' }).waitFor();
      expect(await page.locator('.facts').textContent()).toMatch(/Client leftafter event 1, byte \d+/);
    });
  });

  test('the next answer is written, judged while it is typed, queued and used', async () => {
    const { mock, server } = await serve();
    const { page, complaints } = await open(server.url, { hash: '#view=next' });
    await page.getByLabel('steps written here').check();
    await page.getByText('This answer can be queued.').waitFor();
    await page.getByLabel('Step 1: Text that the agent says').fill('Written by hand.');
    await button(page, 'Add a step').click();
    await page.getByLabel('Kind of step 2').selectOption('event');
    await page.getByLabel('Step 2: Event as JSON').fill('{"type":"txt","content":"x"}');
    await page.getByText(/steps\[1\]/).waitFor();
    expect(await button(page, 'Queue it').isDisabled()).toBe(true);
    await page.getByLabel('Step 2: Event as JSON').fill('{"type":"text","content":"Second."}');
    await page.getByLabel('End', { exact: true }).selectOption('truncate');
    await page.getByLabel('After', { exact: true }).selectOption('event');
    await page.getByLabel('How many').fill('1');
    await page.getByLabel('Pieces').selectOption('bytes');
    await page.getByLabel('Prompt contains').fill('special?');
    await page.getByText('This answer can be queued.').waitFor();
    await button(page, 'Queue it').click();
    await page.getByText('Queued as 1').waitFor();
    expect(mock.queued).toMatchObject([
      {
        match: { body: { prompt: { regex: 'special\\?', flags: 'i' } } },
        script: { wire: { split: { bytes: 7 } }, ends: { after: { event: 1 }, how: 'truncate' } },
      },
    ]);
    await page.getByRole('cell', { name: '0 of 1' }).waitFor();
    await expect((await ask(server.url, 'A special? one')).text()).rejects.toThrow();
    await page.getByText('Nothing waits.').waitFor();
    for (const scenario of ['fast', 'slow-tool']) mock.next(scenario);
    await button(page, 'Remove answer 2').click();
    await button(page, 'Remove answer 2').waitFor({ state: 'detached' });
    expect(mock.queued).toMatchObject([{ id: 3, scenario: 'slow-tool' }]);
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.getByLabel('The body of POST next').fill('{"scenario":"fsat"}');
    await page.getByText('did you mean "fast"').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a message is tried in a new session, and its events are shown', async () => {
    const { server } = await serve();
    const { page, complaints } = await open(server.url, { hash: '#view=try' });
    await button(page, '/q3-findings').click();
    await button(page, 'Send').click();
    await page.getByText(/output tokens in all/).waitFor();
    expect(await page.locator('.turn').textContent()).toContain('retrieve');
    await page.locator('.tool summary').first().click();
    await page.getByRole('img', { name: /^The page/ }).waitFor();
    await expect.poll(() => page.evaluate(`document.querySelector('img').naturalWidth`)).toBeGreaterThan(0);
    await button(page, 'Show its events').click();
    await page.getByText('Ended well').waitFor();
    expect(complaints).toEqual([]);
  });

  test('who leaves a message that is tried is a client that left; a wrong key is said', async () => {
    const { mock, server } = await serve({ speed: 1, apiKeys: ['llx-right-key'] });
    const { page } = await open(server.url, { hash: '#view=try' });
    await page.getByText('This mock takes certain keys only').waitFor();
    await page.getByLabel('API key').fill('llx-right-key');
    await page.getByLabel('Prompt').fill('/slow-tool');
    await button(page, 'Send').click();
    await mock.waitForStream({ state: 'running' });
    await button(page, 'Leave').click();
    await mock.waitForStream({ end: 'client_left' });
    await page.getByText('You left before the end').waitFor();
  });

  test('sessions are listed, read, titled and deleted', async () => {
    const { mock, server } = await serve();
    const { page, complaints } = await open(server.url, { hash: '#view=sessions' });
    await page.getByRole('button', { name: /ses-q3-review/ }).click();
    const session = page.getByRole('region', { name: 'The chosen session' });
    await session.getByText('What were the main findings in Q3?', { exact: true }).waitFor();
    await button(page, 'Generate the title').click();
    await expect.poll(() => mock.journal.find({ operation: 'generateSessionTitle', status: 200 }).length).toBe(1);
    await button(page, 'Delete').click();
    await button(page, 'Yes, delete it').click();
    await page.getByRole('button', { name: /ses-q3-review/ }).waitFor({ state: 'detached' });
    expect(mock.journal.find({ operation: 'deleteSession', status: 204 })).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('worlds are switched and reset, the clock is moved, chaos begins and ends', async () => {
    const { mock, server } = await serve({ speed: 1 });
    await fetch(`${server.url}/api/v1/chat`, { headers: { ...headers, 'x-test-id': 'checkout' } });
    const { page, complaints } = await open(server.url, { hash: '#view=world' });
    const row = page.getByRole('row', { name: /checkout/ });
    await row.getByRole('button', { name: 'Switch to it' }).click();
    await page.getByRole('heading', { name: 'Clock of world checkout' }).waitFor();
    const world = mock.world('checkout');
    await page.getByLabel('Speed of streams').selectOption('10');
    await expect.poll(() => world.clock.speed).toBe(10);
    await page.getByLabel('Mode').selectOption('manual');
    await expect.poll(() => world.clock.mode).toBe('manual');
    const answer = await ask(server.url, '/q3-findings', { 'x-test-id': 'checkout' });
    await page.getByLabel('Advance by ms').fill('60000');
    await button(page, 'Advance').click();
    expect(await answer.text()).toContain('"stop"');
    await page.getByLabel('Add a rule').selectOption('answers are 200 to 800 ms late');
    await expect.poll(() => world.chaos.length).toBe(1);
    await button(page, 'Edit as JSON').click();
    await page.getByLabel('The rules as JSON').fill('[{"probability":2}]');
    await button(page, 'Put these rules').click();
    await page.getByRole('alert').filter({ hasText: 'probability' }).waitFor();
    await button(page, 'End the chaos').click();
    await expect.poll(() => world.chaos.length).toBe(0);
    await row.getByRole('button', { name: 'Reset checkout' }).click();
    await row.getByRole('button', { name: 'Yes, reset checkout' }).click();
    await expect.poll(() => mock.world('checkout').journal.entries.length).toBe(0);
    await button(page, 'Reset every world').click();
    await button(page, 'Yes, reset every world').click();
    await expect.poll(() => page.getByRole('row', { name: /checkout/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  describe('access', () => {
    test('with a token it asks for it, keeps it for the tab, and then works', async () => {
      const { server } = await serve({ controlToken: 'sesame-open' });
      await fetch(`${server.url}/api/v1/chat`, { headers });
      const { page } = await open(server.url);
      await page.getByLabel('Control token').fill('wrong');
      await button(page, 'Open the inspector').click();
      await page.getByText('The server does not accept this token').waitFor();
      await page.getByLabel('Control token').fill('sesame-open');
      await button(page, 'Open the inspector').click();
      await page.getByText('1 request').waitFor();
      await page.reload();
      await page.getByText('1 request').waitFor();
      expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, '']);
    });

    test('where the control API is off it says why', async () => {
      const { server } = await serve({ control: false });
      const { page } = await open(server.url);
      await page.getByRole('heading', { name: 'The inspector is off' }).waitFor();
    });

    test('a server that goes away is said, and found again', async () => {
      const { mock, server } = await serve();
      const { page } = await open(server.url);
      await live(page);
      await server.close();
      await page.getByText('Connection lost').waitFor();
      const again = await mock.listen({ port: Number(new URL(server.url).port) });
      onTestFinished(() => again.close());
      await live(page);
    });
  });

  test('hostile text stays text', async () => {
    const { mock, server } = await serve();
    const script = `<img src=x onerror="complain('ran')"><script>complain('ran')</script>`;
    const texts = [
      ...[
        script,
        '[x](javascript:complain(1))',
        `![x](https://evil.test/x.png)`,
        '> '.repeat(3000),
        '- '.repeat(2000),
        '_a_'.repeat(20_000),
        '['.repeat(30_000),
      ],
      ...[
        `<a href="https://evil.test">a</a>`,
        '\u202e\u2066 right to left',
        'x'.repeat(900_000),
        '| a |\n|-|\n| <b>b</b> |',
      ],
    ];
    mock.next({
      scenario: script,
      steps: [
        ...texts.map((content) => ({ event: { type: 'text', content } })),
        { event: { type: script, content: { a: script } } },
        { event: { type: 'text', content: 7 } },
        { event: { type: 'tool_call', call_id: '1', name: script, arguments: { [script]: script } } },
        { event: { type: 'stop' } },
        { raw: { base64: Buffer.from([0xff, 0xfe, 0x0a, 0x0a, 0xc3, 0x28]).toString('base64') } },
      ],
      violates: ['stream.event-schema', 'stream.calls-answered'],
    } as InlineScenario);
    await (await ask(server.url, script)).text();
    await fetch(`${server.url}/api/v1/chat/${encodeURIComponent(script)}`, {
      headers: { ...headers, 'x-test-id': 'a<b>"c' },
    });
    await fetch(`${server.url}/${'deep/'.repeat(200)}`, { headers: { ...headers, 'x-note': script } });
    const { page, complaints } = await open(server.url);
    await page.getByText('3 requests').waitFor();
    for (let index = 0; index < 3; index++) {
      await rowsOf(page).nth(index).click();
      await page.getByRole('tab').first().waitFor();
      for (const tab of await page.getByRole('tab').all()) await tab.click();
    }
    await rowsOf(page).first().click();
    const events = page.getByRole('listbox', { name: 'Events' });
    await events.getByRole('option').first().waitFor();
    for (let index = 0; index < 17; index++) {
      await events.focus();
      await page.keyboard.press('j');
      await page.getByText(`Event ${index + 1}`, { exact: true }).waitFor();
    }
    expect(await page.locator('img, script:not([src]), iframe, a[href^="javascript"]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('10,000 requests come and are scrolled, and few of them are in the document', async () => {
    const { mock, server } = await serve();
    const { page } = await open(server.url);
    await live(page);
    await page.evaluate(watchFrames);
    let worstTask = await watchTasks(browser);
    // In the same process: the network would be the measure.
    for (let count = 0; count < 10_000; count++) {
      await mock.fetch(`http://mock/api/v1/chat/ses-${count}`, { headers });
      if (count % 50 === 0) await setImmediate(); // The page's feed is written in between.
    }
    await page.getByText('10,000 requests').waitFor();
    const answer = await page.evaluate<Frames>('frames');
    const cpu = { worstTaskCpuMs: await worstTask() };
    worstTask = await watchTasks(browser);
    const frames = await page.evaluate<{ drawn: number; worstScrollMs: number }>(scroll);
    // For the note: what a frame takes depends on the machine, so no test judges it. Its CPU time does not on its load.
    console.info(`inspector: ${JSON.stringify({ ...answer, ...cpu, ...frames, worstScrollCpuMs: await worstTask() })}`);
    expect(await rowsOf(page).count()).toBeLessThan(100);
    expect(frames.drawn).toBeGreaterThan(20);
  });

  describe.each(['light', 'dark'] as const)('axe finds nothing in %s', (colorScheme) => {
    test('in any view', async () => {
      const { mock, server } = await serve({ speed: 1 });
      await (await ask(server.url, '/fast')).text();
      mock.next(held);
      mock.next('fast', { match: { body: { prompt: 'never' } } });
      mock.setChaos([{ latency_ms: 1 }]);
      await fetch(`${server.url}/api/v1/chat/ses-never-run/messages/stream`, { method: 'POST', headers, body: '{}' });
      void (await ask(server.url, 'Hello?')).text().catch(() => {}); // It ends with the server.
      await mock.held('the-gate');
      const { page } = await open(server.url, { colorScheme });
      await live(page);
      const judge = async (where: string) => {
        await page.evaluate(axe.source);
        const found = await page.evaluate(
          `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 150) + ' ' + failureSummary)]))`,
        );
        expect({ where, found }).toEqual({ where, found: [] });
      };
      await page.getByText('3 requests').waitFor();
      await judge('the list');
      for (const id of [1, 2, 3]) {
        await page.goto(`${server.url}/__mock/#view=traffic&request=${id}&event=0`);
        await page.getByRole('tab').first().waitFor();
        for (const tab of await page.getByRole('tab').all()) {
          await tab.click();
          await judge(`request ${id}, ${await tab.textContent()}`);
        }
      }
      for (const view of views.slice(1)) {
        await visit(page, view);
        await page.getByRole('heading').nth(1).waitFor();
        await judge(view);
      }
      await page.getByRole('link', { name: 'Next answer', exact: true }).click();
      await page.getByLabel('steps written here').check();
      await judge('steps');
      await button(page, 'Keys').click();
      await judge('the keys');
    });
  });

  test.each(views)('%s fits 360 pixels', async (view) => {
    const { mock, server } = await serve();
    mock.next('swapped-events', { match: { path: { regex: '/api/v1/chat/ses-that-is-never-asked/messages' } } });
    mock.setChaos([{ match: { path: { regex: '/api/v1/chat/ses-that-is-never-asked/messages' } }, latency_ms: 1 }]);
    mock.next(held);
    void (await ask(server.url, 'Hello?')).text().catch(() => {}); // It ends with the server.
    await mock.held('the-gate');
    const { page } = await open(server.url, { width: 360, height: 700 });
    await live(page);
    await visit(page, view);
    const overflow = () =>
      page.evaluate(
        `Math.max(...['html', '.page', '.list', '.tab-panel'].map((name) => document.querySelector(name)?.scrollWidth ?? 0))`,
      );
    expect(await overflow()).toBeLessThanOrEqual(360);
    if (view === 'Traffic') await rowsOf(page).first().click();
    await page.getByRole('button', { name: 'Held: the-gate' }).click();
    await button(page, 'Release hold').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(360);
  });
});

/** Notes the worst frame from now on, in the page's `frames`. */
const watchFrames = `{
  globalThis.frames = { worstMs: 0, count: 0 };
  let last = performance.now();
  const look = (now) => {
    frames.worstMs = Math.max(frames.worstMs, now - last);
    frames.count += 1;
    last = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

/** Scrolls the list from its end to its begin, a page a frame; the worst frame, and how many there were. */
const scroll = `new Promise((resolve) => {
  const list = document.querySelector('[role="listbox"]');
  list.scrollTop = list.scrollHeight;
  let [last, worstScrollMs, drawn] = [0, 0, 0];
  const step = (now) => {
    if (last > 0) worstScrollMs = Math.max(worstScrollMs, now - last);
    last = now;
    drawn += 1;
    list.scrollTop -= list.clientHeight;
    if (list.scrollTop > 0) requestAnimationFrame(step);
    else resolve({ worstScrollMs, drawn });
  };
  requestAnimationFrame(step);
})`;

interface Frames {
  readonly worstMs: number;
  readonly count: number;
}
