import { expect, test } from '../../../src/embed/playwright.ts';

/** Run by ../playwright.test.ts, which knows what must become of each. They need no browser. */
const headers = { authorization: 'Bearer any' };
const data = { index_ids: ['idx-abc123'], prompt: 'Hi' };

for (const number of [1, 2, 3, 4])
  test(`passes: a world of its own ${number}`, async ({ mock, request, chatMockURL }) => {
    expect(await mock.journal.entries).toEqual([]);
    await mock.next({ steps: [{ text: `Answer ${number}.` }] });
    const turn = `${chatMockURL}/api/v1/chat/ses-never-run/messages/stream`;
    expect(await (await request.post(turn, { headers, data })).text()).toContain(`Answer ${number}.`);
    await expect(mock).toHaveReceived({ operation: 'streamMessages', body: { prompt: 'Hi' } }, 1);
    const [stream] = await mock.streams;
    expect(stream).toEndAs('close');
  });

test('passes: a stream is held and released', async ({ mock, request, chatMockURL }) => {
  await mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }, { text: 'Two.' }] });
  const answer = request.post(`${chatMockURL}/api/v1/chat/ses-never-run/messages/stream`, { headers, data });
  expect((await mock.held('look')).events).toBeGreaterThan(0);
  expect(await mock.release('look')).toBe(1);
  expect(await (await answer).text()).toContain('Two.');
});

test('fails: an answer was never asked for', async ({ mock }) => {
  await mock.next('slow-tool');
});

test('fails: for its own reason alone, with what the mock saw', async ({ mock, request, chatMockURL }) => {
  await mock.next('slow-tool');
  await request.get(`${chatMockURL}/api/v1/chat`, { headers });
  expect(1).toBe(2);
});

test('passes: is expected to fail', async ({ mock }) => {
  test.fail();
  await mock.next('slow-tool');
  expect(1).toBe(2);
});

test('is skipped: while it runs', async ({ mock }) => {
  await mock.next('slow-tool');
  test.skip();
});

test.describe('tries', () => {
  test.describe.configure({ retries: 1 });
  test('passes: the second try has a world of its own', async ({ mock }, { retry }) => {
    expect(await mock.queued).toEqual([]);
    await mock.next('slow-tool');
    expect(retry).toBe(1);
    await mock.reset();
  });
});

test('passes: the headers of the configuration are sent too', async ({ mock, request, chatMockURL }) => {
  await request.get(`${chatMockURL}/api/v1/chat`, { headers });
  await expect(mock).toHaveReceived({ headers: { 'x-own': 'yes' } });
});

test.describe('headers in place of those of the fixture', () => {
  test.use({ extraHTTPHeaders: { 'x-own': 'yes' } });
  test('fails: with what to do', () => {});
});
