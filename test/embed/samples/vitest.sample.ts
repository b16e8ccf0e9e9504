import { afterEach, describe, expect, vi } from 'vitest';
import { chatMockTest } from '../../../src/embed/vitest.ts';

/** Run by ../vitest.test.ts, which knows what must become of each. */
const test = chatMockTest({ speed: 'instant', seed: 7 });
const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const turn = (fetch: typeof globalThis.fetch, prompt: string, base = 'http://mock') =>
  fetch(`${base}/api/v1/chat/ses-never-run/messages/stream`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt }),
  });

test('passes: a mock of its own', async ({ mock }) => {
  mock.next({ steps: [{ text: 'One.' }] });
  expect(await (await turn(mock.fetch, 'Hi')).text()).toContain('One.');
  expect(mock.journal.entries).toHaveLength(1);
});

test('passes: nothing of the test before is there', ({ mock }) => {
  expect(mock.journal.entries).toEqual([]);
});

test('fails: an answer was never asked for', ({ mock }) => {
  mock.next('slow-tool', { times: 2 });
});

test('fails: an answer of another world was never asked for', ({ mock }) => {
  mock.world('a').next({ status: 503 }, { operation: 'listSessions' });
});

test('fails: for its own reason alone, with the journal', async ({ mock }) => {
  mock.next('slow-tool');
  mock.next({ status: 503 }, { operation: 'listSessions' });
  await mock.fetch('http://mock/api/v1/chat', { headers });
  expect(1).toBe(2);
});

test.fails('passes: is expected to fail', ({ mock }) => {
  mock.next('slow-tool');
  expect(1).toBe(2);
});

test('is skipped: while it runs', ({ mock, skip }) => {
  mock.next('slow-tool');
  skip();
});

let tries = 0;
test('passes: at the second try', { retry: 1 }, ({ mock }) => {
  expect(mock.queued).toEqual([]);
  mock.next('slow-tool');
  tries += 1;
  if (tries === 1) expect(tries).toBe(2);
  mock.reset();
});

const ended: unknown[] = [];
describe('streams', () => {
  test('passes: one is left open', async ({ mock }) => {
    const { url } = await mock.listen();
    mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }] });
    const response = await turn(fetch, 'Hi', url);
    ended.push(response.text().then(() => 'ended'));
    await mock.held('look');
  });

  test('passes: it was ended', async ({ mock: _ }) => {
    expect(await Promise.all(ended)).toEqual(['ended']);
  });
});

describe('options', () => {
  test.override({ mockOptions: { edition: '2026-09', speed: 'instant' } });
  test('passes: those of a group', async ({ mock }) => {
    const session = await mock.fetch('http://mock/api/v1/chat', { method: 'POST', headers, body: '{}' });
    expect(await session.json()).toHaveProperty('shared_access');
  });
});

test.concurrent.each([1, 2, 3])('passes: concurrently %i', async (number) => {
  expect(number).toBeGreaterThan(0);
});

describe('time', () => {
  const paced = chatMockTest();
  afterEach(() => void vi.useRealTimers());

  paced('passes: fake timers move a stream', async ({ mock }) => {
    vi.useFakeTimers();
    mock.next({ steps: [{ wait_ms: 60_000 }, { text: 'Late.' }] });
    const text = (await turn(mock.fetch, 'Hi')).text();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await text).toContain('Late.');
  });

  test.override({ mockOptions: { clock: 'manual' } });
  test('passes: a manual clock moves a stream', async ({ mock }) => {
    mock.next({ steps: [{ wait_ms: 60_000 }, { text: 'Late.' }] });
    const text = (await turn(mock.fetch, 'Hi')).text();
    mock.clock.advance(120_000);
    expect(await text).toContain('Late.');
  });
});

describe('matchers', () => {
  const steps = [{ tool: 'retrieve', arguments: { query: 'Q3' } }, { text: 'Revenue grew.' }];

  test('passes: on a response', async ({ mock }) => {
    mock.next({ steps });
    const response = await turn(mock.fetch, 'Hi');
    await expect(response).toHaveStreamed('grew');
    await expect(response).toHaveStreamed(/^Revenue grew\.$/);
    await expect(response).not.toHaveStreamed('fell');
    await expect(response).toHaveStreamedEvents([
      { type: 'tool_call', arguments: { query: 'Q3' } },
      { type: 'stop', is_error: false },
    ]);
    await expect(response).not.toHaveStreamedEvents([{ type: 'stop' }, { type: 'tool_call' }]);
    await expect(response).toEndAs('close');
    expect(await response.text()).toContain('stop');
  });

  test('passes: on what breaks', async ({ mock }) => {
    for (const how of ['truncate', 'reset'] as const) {
      mock.next({ steps, ends: { after: { event: 1 }, how } });
      const response = await turn(mock.fetch, 'Hi');
      await expect(response).toEndAs(how);
      await expect(response).not.toEndAs('close');
      expect(mock.streams.at(-1)).toEndAs(how);
    }
  });

  test('passes: on the journal', async ({ mock }) => {
    await mock.fetch('http://mock/api/v1/chat', { headers });
    expect(mock).toHaveReceived({ operation: 'listSessions' });
    expect(mock).toHaveReceived({ operation: 'listSessions', headers: { authorization: { regex: '.' } } }, 1);
    expect(mock).not.toHaveReceived({ operation: 'listSessions' }, 2);
    expect(mock.world('other')).not.toHaveReceived({});
  });

  test('fails: with the answer', async ({ mock }) => {
    mock.next({ steps });
    await expect(await turn(mock.fetch, 'Hi')).toHaveStreamed('fell');
  });

  test('fails: with the event that is missing', async ({ mock }) => {
    mock.next({ steps: [{ text: 'One.', deltas: ['One.'] }] });
    await expect(await turn(mock.fetch, 'Hi')).toHaveStreamedEvents([{ type: 'text' }, { type: 'tool_call' }]);
  });

  test('fails: with the end', async ({ mock }) => {
    mock.next({ steps: [{ hold: 'look' }] });
    const response = turn(mock.fetch, 'Hi');
    await mock.held('look');
    expect(mock.streams[0]).toEndAs('close');
    await response;
  });

  test('fails: with the nearest requests', async ({ mock }) => {
    await mock.fetch('http://mock/api/v1/chat', { headers });
    expect(mock).toHaveReceived({ operation: 'createSession' }, 2);
  });

  test('fails: with what to do about a body that was read', async ({ mock }) => {
    mock.next({ steps });
    const response = await turn(mock.fetch, 'Hi');
    await response.text();
    await expect(response).toHaveStreamed('grew');
  });
});
