import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { build, root } from '../support/built.ts';

beforeAll(() => void build(), 300_000);

/** A server in a process of its own, on a log. */
async function start(cwd: string, sync: 'os' | 'always') {
  const flags = ['--log', 'mock.log', '--log-sync', sync, '--port', '0', '--speed', 'instant', '--quiet'];
  const child = spawn(process.execPath, [join(root, 'dist/bin/chat-mock.js'), ...flags], { cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  };
  return { url: String(url), end };
}

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };

test.each(['os', 'always'] as const)(
  'nothing that was answered is lost by kill -9 or SIGTERM in the middle of writes, with --log-sync %s',
  async (sync) => {
    const cwd = temporaryDirectory();
    const answered = new Set<string>();
    for (const signal of ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const { url, end } = await start(cwd, sync);
      let isOver = false;
      const client = async () => {
        while (!isOver) {
          try {
            const created = await fetch(`${url}/api/v1/chat`, { method: 'POST', headers, body: '{}' });
            const { session_id: id } = (await created.json()) as { session_id: string };
            answered.add(id);
            const body = JSON.stringify({ prompt: 'Hello', index_ids: ['idx-abc123'] });
            const turn = await fetch(`${url}/api/v1/chat/${id}/messages/stream`, { method: 'POST', headers, body });
            await turn.text();
          } catch {
            return; // It was killed.
          }
        }
      };
      const before = answered.size;
      const clients = Array.from({ length: 4 }, client);
      while (answered.size < before + 20) await new Promise((resolve) => setImmediate(resolve));
      await end(signal);
      isOver = true;
      await Promise.all(clients);
    }
    const { url } = await start(cwd, sync);
    const there = new Set<string>();
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ page_size: '50', ...(token !== undefined && { page_token: token }) });
      const page = (await (await fetch(`${url}/api/v1/chat?${query}`, { headers })).json()) as {
        items: { session_id: string }[];
        next_page_token?: string;
      };
      for (const { session_id } of page.items) there.add(session_id);
      token = page.next_page_token;
    } while (token !== undefined);
    expect(answered.size).toBeGreaterThanOrEqual(80);
    expect([...answered].filter((id) => !there.has(id))).toEqual([]);
  },
);
