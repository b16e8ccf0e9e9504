import { expect, test } from 'vitest';
import { type ChatMockOptions, createChatMock } from '../../src/index.ts';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ask = (options: ChatMockOptions, { path = '/', ...init }: RequestInit & { path?: string } = {}) =>
  createChatMock(options).fetch(`http://mock${path}`, { redirect: 'manual', headers: html, ...init });

test('a browser at the address of the mock is led to the inspector', async () => {
  const { status, headers } = await ask({});
  expect([status, headers.get('location')]).toEqual([307, 'http://mock/__mock/']);
  expect((await ask({}, { redirect: 'follow' })).headers.get('content-type')).toContain('text/html');
  const below = await ask({ basePath: '/llama' }, { path: '/llama' });
  expect(below.headers.get('location')).toBe('http://mock/llama/__mock/');
});

test.each([
  ['without text/html', {}, { headers: { accept: '*/*' } }],
  ['with another method', {}, { method: 'POST' }],
  ['where the control API is off', { control: false }, {}],
  ['with another path', {}, { path: '/docs' }],
])('%s it is what the service answers', async (_, options, init) => {
  const response = await ask(options, init);
  expect([response.status, await response.json()]).toEqual([404, { detail: 'Not Found' }]);
});
