import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chatMockHandlers } from '../../src/embed/msw.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';

const base = 'https://api.test/llama';
const stream = '/api/v1/chat/ses-never-run/messages/stream';
const mock = createChatMock({ speed: 'instant' });
afterEach(() => void mock.resetAll());

const ask = (init: RequestInit = {}, url = base) =>
  fetch(url + stream, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt: 'Hi' }),
    ...init,
  });
const steps = [{ text: 'One.', deltas: ['One', '.'] }];

/** How the body ends: how many bytes came, and the error. */
async function readEnd({ body }: Response): Promise<{ readonly bytes: number; readonly end: string }> {
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) bytes += chunk.length;
    return { bytes, end: 'close' };
  } catch (error) {
    return { bytes, end: error instanceof Error ? error.message : String(error) };
  }
}

async function load2() {
  const { http, HttpResponse } = await import('msw');
  const { setupServer } = await import('msw/node');
  const others = http.all('*', () => HttpResponse.text('another handler'));
  return setupServer(
    ...chatMockHandlers(mock, { http, baseURL: `${base}/` }),
    ...chatMockHandlers(mock, { http, baseURL: 'https://worlds.test', testId: 'mine' }),
    others,
  );
}

async function load3() {
  const { http, HttpResponse } = await import('msw-3');
  const { setupServer } = await import('msw-3/node');
  const others = http.all('*', () => HttpResponse.text('another handler'));
  return setupServer(
    ...chatMockHandlers(mock, { http, baseURL: `${base}/` }),
    ...chatMockHandlers(mock, { http, baseURL: 'https://worlds.test', testId: 'mine' }),
    others,
  );
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runs3 = major > 22 || (major === 22 && minor >= 12);

describe.each([
  { name: 'MSW 2', load: load2, runs: true },
  { name: 'MSW 3', load: load3, runs: runs3 },
])('$name', ({ load, runs }) => {
  describe.skipIf(!runs)('in Node', () => {
    let close = () => {};
    beforeAll(async () => {
      const server = await load();
      server.listen({ onUnhandledRequest: 'error' });
      close = () => server.close();
    });
    afterAll(() => close());

    test('answers as the mock does, and leaves other requests to other handlers', async () => {
      mock.next({ steps });
      expect(await (await ask()).text()).toContain('"type":"text","content":"One."');
      for (const url of [`${base}/other`, 'https://api.test/api/v1/chat', `${base}/api/v1/chats`])
        expect(await (await fetch(url)).text()).toBe('another handler');
      const list = await fetch(`${base}/api/v1/chat?page_size=1`, { headers: { authorization: 'Bearer any' } });
      expect(await list.json()).toMatchObject({ items: [{}] });
      expect(mock.journal.entries.map(({ path }) => path)).toEqual([stream, '/api/v1/chat']);
    });

    test('a body is sent in pieces, and the world is the one that was named', async () => {
      mock.world('mine').next({ status: 503 });
      expect((await ask({}, 'https://worlds.test')).status).toBe(503);
      expect(mock.world('mine').journal.entries[0]).toMatchObject({ body: { prompt: 'Hi' } });
      const create = await fetch('https://worlds.test/api/v1/chat', {
        method: 'POST',
        headers: { authorization: 'Bearer any', 'content-type': 'application/json', 'x-test-id': 'other' },
        body: '{}',
      });
      expect(create.status).toBe(201);
      expect(mock.world('other').journal.entries).toEqual([]);
    });

    test('a connection lost before the answer rejects, with no status', async () => {
      for (const how of ['reset', 'truncate'] as const) {
        mock.next({ steps, ends: { after: 'nothing', how } });
        await expect(ask().then(readEnd)).rejects.toThrow(/^(?:Failed to fetch|fetch failed)$/);
      }
    });

    test('a cut and a reset break off the body where they should', async () => {
      mock.next({ steps });
      const { bytes: whole } = await readEnd(await ask());
      for (const how of ['truncate', 'reset'] as const) {
        mock.next({ steps, ends: { after: { byte: 30 }, how } });
        expect(await readEnd(await ask())).toEqual({ bytes: 30, end: 'terminated' });
        expect(mock.streams.at(-1)?.end).toBe(how);
      }
      mock.next({ steps, ends: { after: { event: 1 }, how: 'close' } });
      const { bytes, end } = await readEnd(await ask());
      expect([end, bytes < whole]).toEqual(['close', true]);
    });

    test('an abort before and in the answer reaches the mock', async () => {
      const before = new AbortController();
      mock.next({ ends: { after: 'nothing', how: 'hang' } });
      const refused = ask({ signal: before.signal });
      await mock.journal.wait({});
      before.abort();
      await expect(refused).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
      mock.next({ steps });
      expect(await readEnd(await ask())).toMatchObject({ end: 'close' }); // And not 409: the session is free.

      const within = new AbortController();
      mock.next({ steps: [...steps, { hold: 'look' }] });
      const response = await ask({ signal: within.signal });
      await mock.held('look');
      within.abort();
      await expect(response.text()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
      expect(await mock.waitForStream({ end: 'client_left' })).toHaveLength(1);
    });

    test('a reader that cancels has left, and the session is free again', async () => {
      mock.next({ steps: [...steps, { hold: 'look' }] });
      const { body } = await ask();
      const reader = body?.getReader();
      await reader?.read();
      await reader?.cancel();
      expect(await mock.waitForStream({ end: 'client_left' })).toHaveLength(1);
      mock.next({ steps });
      expect(await readEnd(await ask())).toMatchObject({ end: 'close' });
    });

    test('a clone of a response is whole', async () => {
      mock.next({ steps });
      const response = await ask();
      const clone = response.clone();
      expect(await clone.text()).toBe(await response.text());
    });
  });
});

test('a base URL that is none is refused', async () => {
  const { http } = await import('msw');
  for (const baseURL of ['', 'api.test', '/llama', 'ftp://api.test'])
    expect(() => chatMockHandlers(mock, { http, baseURL })).toThrow(`baseURL "${baseURL}" is not a URL of http://`);
});
