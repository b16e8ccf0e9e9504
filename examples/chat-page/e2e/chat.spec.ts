import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { expect, test } from 'chat-mock/playwright';

async function ask(page: Page, prompt: string, path = '/') {
  await page.goto(path);
  await page.getByLabel('Your question').fill(prompt);
  await page.getByLabel('Your question').press('Enter');
}

test('an answer streams in, with folded thoughts and a tool', async ({ page, mock }) => {
  await mock.next({
    steps: [
      { think: 'They mean the third quarter.' },
      { tool: 'retrieve', arguments: { query: 'Q3' }, takes_ms: 10, result: ['Revenue: +4 %'] },
      { text: 'Revenue grew by 4 %.' },
      { hold: 'look' },
      { text: 'Costs fell.' },
    ],
  });
  await ask(page, 'Did revenue grow?');
  await mock.held('look');
  await expect(page.getByText('Revenue grew by 4 %.')).toBeVisible();
  await expect(page.getByText('They mean the third quarter.')).toBeHidden();
  await page.getByText('Thoughts').click();
  await expect(page.getByText('They mean the third quarter.')).toBeVisible();
  await page.getByText('retrieve').click();
  await expect(page.getByText('Revenue: +4 %')).toBeVisible();
  await expect(page.getByText('Costs fell.')).toHaveCount(0);
  await mock.release('look');
  await expect(page.getByText('Costs fell.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ask' })).toBeVisible();
});

test('stop ends the answer here and at the service', async ({ page, mock }) => {
  await mock.next({ steps: [{ text: 'Revenue grew.' }, { hold: 'look' }] });
  await ask(page, 'Did revenue grow?');
  await mock.held('look');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('alert')).toContainText('You stopped this answer.');
  await expect(page.getByText('Revenue grew.')).toBeVisible();
  expect(await mock.waitForStream({ end: 'client_left' })).toHaveLength(1);
});

test('a picture of the page that a tool looked at is shown', async ({ page, mock }) => {
  await mock.next('q3-findings');
  await ask(page, 'What were the main findings in Q3?');
  await expect(page.getByRole('button', { name: 'Ask' })).toBeVisible({ timeout: 20_000 });
  for (const tool of await page.locator('.tool summary').all()) await tool.click();
  await expect(page.getByRole('img').first()).toHaveJSProperty('complete', true);
});

for (const [scenario, note] of [
  ['cut-mid-word', 'the connection was lost'],
  ['reset-mid-frame', 'the connection was lost'],
  ['missing-stop', 'it broke off'],
  ['connection-reset', 'cannot be reached'],
  ['overloaded', 'busy'],
  ['rate-limited', 'busy'],
  ['proxy-error', 'is not there (502)'],
  ['login-page', 'Something else than the service answered'],
  ['expired-key', 'Sign in again'],
  ['agent-error', 'The agent gave up'],
  ['broken-json', 'could not be read'],
] as const)
  test(`${scenario}: the reader learns what happened, and can ask again`, async ({ page, mock }) => {
    await ask(page, `/${scenario}`);
    await expect(page.getByRole('alert')).toContainText(note);
    await mock.next({ steps: [{ text: 'Revenue grew.' }] });
    await page.getByRole('button', { name: 'Ask again' }).click();
    await expect(page.getByText('Revenue grew.')).toBeVisible();
  });

for (const [scenario, answer] of [
  ['split-characters', 'Größe 12 €, 数据, 👩‍🔬.'],
  ['unknown-event', 'It shows a rise.'],
] as const)
  test(`${scenario}: the reader sees an ordinary answer`, async ({ page }) => {
    await ask(page, `/${scenario}`);
    await expect(page.getByText(answer)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Ask' })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

test('the mock runs in the page itself, without a server', async ({ page, mock }) => {
  await ask(page, '/cut-mid-word', '/in-page.html');
  await expect(page.getByText('The forecast for next year is un')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('the connection was lost');
  expect(await mock.journal.entries).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`anybody can use it: axe finds nothing, ${colorScheme}`, async ({ page, mock }) => {
    await page.emulateMedia({ colorScheme });
    await mock.next({ steps: [{ think: 'Hm.' }, { tool: 'retrieve', takes_ms: 10 }, { text: 'Revenue grew.' }] });
    await ask(page, 'Did revenue grow?');
    await expect(page.getByText('Revenue grew.')).toBeVisible();
    await page.getByLabel('Your question').fill('/cut-mid-word');
    await page.getByLabel('Your question').press('Enter');
    await expect(page.getByRole('alert')).toBeVisible();
    await page.evaluate(axe.source);
    const violations = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
    expect(violations).toEqual([]);
  });
