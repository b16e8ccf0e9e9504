import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createChatMock } from '../src/node/checked-mock.ts';
import type { ChatMock } from '../src/node/mock.ts';

/**
 * Takes the screenshots of the inspector: `npx tsx scripts/inspector-screenshots.ts [FOLDER]`. Without a folder it
 * renews the one of the README.
 */
const [, , given] = process.argv;
const folder = given ?? fileURLToPath(new URL('../examples', import.meta.url));
const headers = { authorization: 'Bearer anything', 'content-type': 'application/json' };

const mock = createChatMock();
const server = await mock.listen();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  await mkdir(folder, { recursive: true });
  const held = await play(server.url, mock);
  await shoot(browser, held);
} finally {
  await browser.close();
  mock.reset();
  await server.close();
}

/** Some traffic: good requests, refusals, a cut stream, and one that is held. Returns the number of its request. */
async function play(url: string, mock: ChatMock): Promise<number> {
  const api = `${url}/api/v1/chat`;
  const ask = (session: string, body: object, world?: string) =>
    fetch(`${api}/${session}/messages/stream`, {
      method: 'POST',
      headers: { ...headers, ...(world && { 'x-test-id': world }) },
      body: JSON.stringify(body),
    });
  const drain = async (response: Promise<Response>) => (await response).text().catch(() => ''); // Some are cut.
  const index_ids = ['idx-abc123'];
  mock.clock.set({ mode: 'fixed', speed: 20 });
  await fetch(api, { headers });
  await fetch(`${api}/ses-q3-review`, { headers });
  await fetch(api, { method: 'POST', headers, body: JSON.stringify({ index_ids }) });
  await drain(ask('ses-never-run', { prompt: '/parallel-tools', index_ids: ['idx-abc123', 'idx-def456'] }));
  await drain(
    ask('ses-q3-review', { prompt: 'Compare that with Q2.', index_ids: 'idx-abc123', stream: { x: [1, 2] } }),
  );
  await drain(ask('ses-gone', { prompt: 'Hello?', index_ids }));
  mock.next('overloaded');
  await drain(ask('ses-unbound', { prompt: 'Which contracts end?', index_ids }));
  await drain(
    ask('ses-never-run-bound', { prompt: '/cut-mid-word', index_ids: ['idx-abc123', 'idx-def456'] }, 'checkout'),
  );
  await fetch(`${api}/ses-unbound/title`, { method: 'POST', headers });
  await fetch(api, { headers: { ...headers, 'x-test-id': 'checkout' } });
  mock.clock.set({ mode: 'fixed', speed: 2 });
  mock.next({
    scenario: 'held-in-the-middle',
    steps: [
      { think: 'The user wants the findings of Q3. I will search the finance reports first.' },
      {
        tool: 'retrieve',
        arguments: { query: 'Q3 findings', top_k: 5 },
        takes_ms: 900,
        result: [{ text: 'Revenue grew 12 %', page: 7 }],
        image: { source_id: 'src-1', attachment_name: 'screenshots/page_7.jpg' },
      },
      {
        text: '## Findings\n\nRevenue grew **12 %** in Q3, driven by:\n\n- the northern region, after two quiet quarters\n- renewals of `Enterprise` contracts\n\n| region | growth |\n|---|---|\n| North | 18 % |\n| South | 7 % |\n',
      },
      { wait_ms: 400 },
      { hold: 'before-conclusion' },
      { text: 'In short: the plan holds.' },
    ],
  });
  const open = await ask('ses-never-run', { prompt: 'What were the main findings in Q3?', index_ids });
  void open.text().catch(() => {}); // It ends with the server.
  await mock.held('before-conclusion');
  mock.next('slow-tool', { times: 3 });
  mock.next('overloaded', { match: { body: { prompt: 'Summarize the audit.' } } });
  mock.setChaos([{ operation: 'streamMessages', probability: 0.2, answer: { status: 503 } }]);
  return mock.journal.entries.length;
}

async function shoot(browser: Browser, held: number): Promise<void> {
  const page = `${server.url}/__mock/`;
  const cut = mock.world('checkout').journal.entries[0]?.id ?? 1;
  const invalid = mock.journal.entries.find(({ status }) => status === 422)?.id ?? 1;
  const whole = mock.journal.entries.find(({ scenario }) => scenario === 'parallel-tools')?.id ?? 1;
  const shots = [
    ['inspector', `#view=traffic&request=${held}&event=60`, 'light', 1440],
    ...(given === undefined
      ? []
      : ([
          ['held-dark', `#view=traffic&request=${held}`, 'dark', 1440],
          ['list', '#view=traffic', 'light', 1280],
          ['list-dark', '#view=traffic', 'dark', 1280],
          ['invalid', `#view=traffic&request=${invalid}`, 'light', 1280],
          ['invalid-dark', `#view=traffic&request=${invalid}`, 'dark', 1280],
          ['cut', `#view=traffic&request=${cut}&of=checkout&event=20`, 'light', 1280],
          ['whole', `#view=traffic&request=${whole}`, 'light', 1000],
          ['try', '#view=try', 'light', 1100],
          ['next', '#view=next', 'light', 1100],
          ['next-dark', '#view=next', 'dark', 1100],
          ['sessions', '#view=sessions&session=ses-q3-review', 'light', 1100],
          ['world', '#view=world', 'light', 1100],
          ['world-dark', '#view=world', 'dark', 1100],
          ['narrow-list', '#view=traffic', 'light', 360],
          ['narrow-held', `#view=traffic&request=${held}`, 'dark', 360],
          ['narrow-next', '#view=next', 'light', 360],
          ['narrow-world', '#view=world', 'light', 360],
        ] as const)),
  ] as const;
  for (const [name, hash, colorScheme, width] of shots) {
    const shown = await browser.newPage({ viewport: { width, height: width < 500 ? 780 : 820 }, colorScheme });
    report(shown, name);
    await shown.goto(page + hash);
    await shown.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    // The figures are read a moment after the page is there.
    await shown.waitForTimeout(700);
    await shown.screenshot({ path: `${folder}/${name}.png` });
    await shown.close();
  }
}

/** What the page complains of belongs to nobody else. */
function report(page: Page, name: string): void {
  page.on('pageerror', ({ message }) => console.error(`${name}: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${name}: ${message.text()}`);
  });
}
