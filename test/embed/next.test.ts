import { afterEach, expect, test, vi } from 'vitest';
import { register } from '../../src/embed/next.ts';
import { findFreePort } from '../support/free-port.ts';

afterEach(() => vi.unstubAllEnvs());
const headers = { authorization: 'Bearer any' };

test('a mock starts with Next.js, once for all of its processes, and its address is set', async () => {
  vi.stubEnv('LLAMA_CLOUD_BASE_URL', undefined);
  vi.stubEnv('CHAT_MOCK_URL', undefined);
  const port = await findFreePort();
  await register({ port, speed: 'instant' });
  await register({ port });
  const url = `http://127.0.0.1:${port}`;
  expect([process.env['LLAMA_CLOUD_BASE_URL'], process.env['CHAT_MOCK_URL']]).toEqual([url, url]);
  expect((await fetch(`${url}/api/v1/chat`, { headers })).status).toBe(200);
});

test('an address that is set stays', async () => {
  vi.stubEnv('LLAMA_CLOUD_BASE_URL', 'https://staging.test');
  await register({ port: await findFreePort() });
  expect(process.env['LLAMA_CLOUD_BASE_URL']).toBe('https://staging.test');
});

test.each([
  ['NODE_ENV', 'production'],
  ['NEXT_RUNTIME', 'edge'],
])('nothing starts with %s=%s', async (name, value) => {
  vi.stubEnv(name, value);
  const port = await findFreePort();
  await register({ port });
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
});

test('another program on the port is told', async () => {
  const { createServer } = await import('node:http');
  const other = createServer((_, response) => response.end());
  const port = await findFreePort();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await expect(register({ port })).rejects.toThrow(`Failed to control the mock at http://127.0.0.1:${port}`);
  other.close();
});
