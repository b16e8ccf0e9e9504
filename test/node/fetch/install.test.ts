import { afterEach, expect, test, vi } from 'vitest';
import { createChatMock } from '../../../src/node/checked-mock.ts';

const undoes: (() => void)[] = [];
const before = globalThis.fetch;
afterEach(() => {
  for (const undo of undoes.splice(0).reverse()) undo();
  vi.unstubAllGlobals();
  globalThis.fetch = before;
});

const headers = { authorization: 'Bearer any' };

/** What reaches the network, as far as there is one. */
function stubNetwork() {
  const network = vi.fn<typeof fetch>(async () => new Response('network'));
  globalThis.fetch = network;
  return network;
}

function install(options: Parameters<ReturnType<typeof createChatMock>['install']>[0]) {
  const mock = createChatMock();
  const undo = mock.install(options);
  undoes.push(undo);
  return { mock, undo };
}

test('requests below the base URL are answered, in every way in which fetch is called', async () => {
  const network = stubNetwork();
  const { mock } = install({ baseURL: 'https://api.test/llama/' });
  const list = 'https://api.test/llama/api/v1/chat';
  for (const input of [list, new URL(list), new Request(list, { headers })])
    expect((await fetch(input, input instanceof Request ? undefined : { headers })).status).toBe(200);
  expect((await fetch(new Request(list), { headers })).status).toBe(200);
  expect((await fetch('https://api.test/llama/none', { headers })).status).toBe(404);
  expect(await (await fetch('https://api.test/llama/__mock/health')).json()).toMatchObject({ status: 'ok' });
  expect(await (await fetch('https://api.test/llama/__mock/streams')).json()).toMatchObject({ streams: [] });
  expect(mock.journal.entries).toHaveLength(5);
  expect(network).not.toHaveBeenCalled();
});

test('all others go on', async () => {
  const network = stubNetwork();
  install({ baseURL: 'https://api.test/llama' });
  const others = [
    'https://api.test/api/v1/chat',
    'https://api.test/llamas/api/v1/chat',
    'https://api.test.evil.test/llama/api/v1/chat',
    'http://api.test/llama/api/v1/chat',
    'data:text/plain,hi',
    'not a url',
  ];
  for (const other of others) expect(await (await fetch(other)).text()).toBe('network');
  expect(network.mock.calls.map(([input]) => input)).toEqual(others);
});

test('of a page its own API only', async () => {
  stubNetwork();
  vi.stubGlobal('location', { href: 'http://localhost:5173/chat' });
  install({});
  expect((await fetch('http://localhost:5173/api/v1/chat', { headers })).status).toBe(200);
  expect(await (await fetch('http://localhost:5173/src/main.ts')).text()).toBe('network');
});

test('an undo undoes its own patch only', async () => {
  const network = stubNetwork();
  const first = install({ baseURL: 'https://first.test' });
  const second = install({ baseURL: 'https://second.test' });
  first.undo();
  expect(await (await fetch('https://first.test/api/v1/chat')).text()).toBe('network');
  expect((await fetch('https://second.test/api/v1/chat', { headers })).status).toBe(200);
  second.undo();
  first.undo();
  expect(await (await fetch('https://second.test/api/v1/chat')).text()).toBe('network');
  expect(network).toHaveBeenCalledTimes(2);
});

test('an abort reaches the mock', async () => {
  stubNetwork();
  const { mock } = install({ baseURL: 'https://api.test' });
  mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }] });
  const leaving = new AbortController();
  const response = await fetch('https://api.test/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt: 'Hi' }),
    signal: leaving.signal,
  });
  leaving.abort();
  await expect(response.text()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(await mock.waitForStream({ end: 'client_left' })).toHaveLength(1);
});

test('a base URL that is none is refused', () => {
  for (const baseURL of [undefined, '/llama', 'api.test', 'ftp://api.test'])
    expect(() => createChatMock().install({ baseURL })).toThrow('Failed to install');
});
