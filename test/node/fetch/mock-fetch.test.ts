import { METHODS, STATUS_CODES } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Request as ForeignRequest } from 'undici';
import { afterEach, expect, test, vi } from 'vitest';
import { createChatMock } from '../../../src/node/checked-mock.ts';

const mock = createChatMock({ speed: 'instant' });
const url = 'http://mock/api/v1/chat';
const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
afterEach(() => {
  vi.unstubAllGlobals();
  mock.reset();
});

test('takes a request of another implementation of fetch, but not twice', async () => {
  const request = new ForeignRequest(url, {
    method: 'POST',
    headers,
    body: '{"index_ids":["a"]}',
  }) as unknown as Request;
  expect(await (await mock.fetch(request)).json()).toMatchObject({ index_ids: ['a'] });
  await expect(mock.fetch(request)).rejects.toThrow('already been used');
});

test('follows the signal of a request of another implementation', async () => {
  const controller = new AbortController();
  mock.next({ ends: { after: 'nothing', how: 'hang' } }, { operation: '*' });
  const request = new ForeignRequest(url, { headers, signal: controller.signal }) as unknown as Request;
  const answer = mock.fetch(request);
  controller.abort('enough');
  await expect(answer).rejects.toBe('enough');
});

test('takes a relative URL where there is a document, as a page does', async () => {
  await expect(mock.fetch('/api/v1/chat', { headers })).rejects.toThrow('Failed to parse URL');
  vi.stubGlobal('document', { baseURI: 'http://localhost:3000/chat/' });
  const response = await mock.fetch('../api/v1/chat?page_size=1', { headers });
  expect([response.status, response.url]).toEqual([200, 'http://localhost:3000/api/v1/chat?page_size=1']);
  vi.stubGlobal('document', { baseURI: 'about:blank' });
  await expect(mock.fetch('/api/v1/chat', { headers })).rejects.toThrow('Failed to parse URL');
});

test('is not affected by what stands in for the global fetch', async () => {
  vi.stubGlobal('fetch', mock.fetch);
  expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello');
});

test('cancels the upload with the reason of an abort', async () => {
  const cancelled = vi.fn();
  const body = new ReadableStream({ start: (own) => own.enqueue(new Uint8Array(1)), cancel: cancelled });
  const controller = new AbortController();
  const answer = mock.fetch(url, { method: 'POST', headers, body, duplex: 'half', signal: controller.signal });
  controller.abort('enough');
  await expect(answer).rejects.toBe('enough');
  expect(cancelled.mock.calls).toEqual([['enough']]);
  const [entry] = await mock.journal.wait({});
  expect(entry).toMatchObject({ method: 'POST', status: null });
});

test('sends no headers that belong to the connection', async () => {
  const send = (name: string, value: string) =>
    mock.fetch(url, { method: 'POST', headers: { ...headers, [name]: value }, body: '{}' });
  const argument = { name: 'TypeError', message: 'fetch failed', cause: { code: 'UND_ERR_INVALID_ARG' } };
  await expect(send('connection', 'upgrade')).rejects.toMatchObject(argument);
  await expect(send('content-length', 'x')).rejects.toMatchObject(argument);
  const mismatch = { message: 'fetch failed', cause: { code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' } };
  await expect(send('content-length', '5')).rejects.toMatchObject(mismatch);
  expect((await send('content-length', '2')).status).toBe(201);
});

test('notes an upload that fails once, as one whose client has left', async () => {
  const failing = new ReadableStream({ pull: (controller) => controller.error(new RangeError('No more.')) });
  const answer = mock.fetch(url, { method: 'POST', headers, body: failing, duplex: 'half' });
  await expect(answer).rejects.toMatchObject({ message: 'fetch failed', cause: { message: 'No more.' } });
  await mock.journal.wait({});
  await mock.fetch(url, { headers });
  expect(mock.journal.entries.map(({ method, status }) => [method, status])).toEqual([
    ['POST', null],
    ['GET', 200],
  ]);
});

test('cancels an upload that has its answer before it was read', async () => {
  const cancelled = vi.fn();
  const body = new ReadableStream({ cancel: cancelled });
  const response = await mock.fetch('http://mock/nowhere', { method: 'POST', headers, body, duplex: 'half' });
  expect([response.status, cancelled.mock.calls.length]).toEqual([404, 1]);
});

test('has an abort arrive however long the request was garbage', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { session_id } = (await (await mock.fetch(url, { method: 'POST', headers, body: '{}' })).json()) as {
    session_id: string;
  };
  mock.next({ steps: [{ text: 'One.' }, { hold: 'here' }] });
  const controller = new AbortController();
  const response = await mock.fetch(
    new Request(`${url}/${session_id}/messages/stream`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt: 'Hi', index_ids: ['a'] }),
      signal: controller.signal,
    }),
  );
  const reading = response.text();
  for (let round = 0; round < 5; round++) {
    collect();
    await new Promise(setImmediate);
  }
  controller.abort(new Error('Enough.'));
  await expect(reading).rejects.toThrow('Enough.');
});

test('names every status as a server on a socket does', async () => {
  const statuses = Array.from({ length: 400 }, (_, index) => 200 + index);
  const named = await Promise.all(
    statuses.map(async (status) => {
      mock.next({ status }, { operation: '*', match: { headers: { 'x-status': String(status) } } });
      const asked = { headers: { ...headers, 'x-status': String(status) }, redirect: 'manual' } as const;
      return (await mock.fetch(url, asked)).statusText;
    }),
  );
  expect(named).toEqual(statuses.map((status) => STATUS_CODES[status] ?? 'unknown'));
});

test.each(METHODS.filter((method) => !['CONNECT', 'TRACE'].includes(method)))('knows the method %s', async (method) => {
  expect((await mock.fetch('http://mock/nowhere', { method, headers })).status).toBe(404);
});
