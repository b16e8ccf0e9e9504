import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { instantMock } from '../support/client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const key = { authorization: 'Bearer any', 'content-type': 'application/json' };

/** One request over a Unix socket. */
function send(socketPath: string, { method = 'GET', path, body }: { method?: string; path: string; body?: unknown }) {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers: key }, async (response) => {
      let text = '';
      for await (const bytes of response) text += String(bytes);
      resolve({ status: response.statusCode ?? 0, text });
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function listen(socketPath: string) {
  const { mock } = instantMock();
  const server = await mock.listen({ socketPath });
  closers.push(server.close);
  return { mock, server };
}

const newPath = () => join(temporaryDirectory(), 'mock.sock');

describe('a Unix socket', () => {
  test('serves sessions, streams and the control API, and is removed at the end', async () => {
    const socketPath = newPath();
    const { server } = await listen(socketPath);
    expect(server).toMatchObject({ url: 'http://localhost', port: 0, socketPath });
    const created = await send(socketPath, { method: 'POST', path: '/api/v1/chat', body: {} });
    const { session_id: id } = JSON.parse(created.text) as { session_id: string };
    const turn = { prompt: 'Go', index_ids: ['idx-abc123'] };
    const path = `/api/v1/chat/${id}/messages/stream`;
    expect((await send(socketPath, { method: 'POST', path, body: turn })).text).toContain('"type":"stop"');
    expect((await send(socketPath, { path: '/__mock/streams' })).status).toBe(200);
    await server.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  test('that a server has left behind is replaced, one in use and another file are not', async () => {
    const used = newPath();
    await listen(used);
    await expect(listen(used)).rejects.toMatchObject({
      code: 'socket_in_use',
      message: `Failed to listen on unix:${used}: another server uses it. Stop it, or choose another path.`,
    });
    const file = newPath();
    writeFileSync(file, 'mine');
    await expect(listen(file)).rejects.toThrow('there is a file of this name');
    await expect(listen(join(temporaryDirectory(), 'none', 'mock.sock'))).rejects.toThrow('its directory is missing');
    const left = newPath();
    await leaveBehind(left);
    await listen(left);
    expect((await send(left, { path: '/__mock/health' })).status).toBe(200);
  });
});

/** A socket file that nobody listens on, as after a crash. */
async function leaveBehind(path: string): Promise<void> {
  const { renameSync } = await import('node:fs');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.old`, resolve));
  renameSync(`${path}.old`, path); // Node removes it at the end by the name it knows.
  await new Promise((resolve) => server.close(resolve));
}
