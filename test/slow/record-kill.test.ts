import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { RecordingLine } from '../../src/contract/record/recording.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { runCli } from '../cli/support/fake-io.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { build, root } from '../support/built.ts';

beforeAll(() => void build(), 300_000);

/** The proxy in a process of its own, in front of a mock whose turns say one text and then wait for a release. */
async function startProxy() {
  const cwd = temporaryDirectory();
  const held = { scenario: 'held', steps: [{ text: 'Begun.' }, { hold: 'go' as const }, { text: 'Over.' }] };
  const mock = createChatMock({ speed: 'instant', scenarios: [held] });
  const server = await mock.listen();
  const child = spawn(
    process.execPath,
    [join(root, 'dist/bin/chat-mock.js'), 'record', server.url, '--out', 'recorded', '--port', '0', '--json'],
    { cwd, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await server.close();
  });
  const lines = createInterface({ input: child.stdout });
  const [ready] = await once(lines, 'line');
  const { url, file } = JSON.parse(String(ready)) as { url: string; file: string };
  const kill = async () => {
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
    return printed;
  };
  return { url, file: join(cwd, file), cwd, kill };
}

const headers = { authorization: 'Bearer secret-of-mine', 'content-type': 'application/json' };

/** Begins a turn, and resolves when its first bytes are here and the rest waits. */
async function beginTurn(url: string): Promise<() => Promise<string>> {
  const created = await fetch(`${url}/api/v1/chat`, { method: 'POST', headers, body: '{}' });
  const { session_id } = (await created.json()) as { session_id: string };
  const answer = await fetch(`${url}/api/v1/chat/${session_id}/messages/stream`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ prompt: '/held', index_ids: ['idx-1'] }) },
  });
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  for (let text = ''; !text.includes('Begun.'); ) text += decoder.decode((await reader?.read())?.value);
  return () => (reader ? reader.read() : Promise.reject(new Error('no body'))).then(String, (error) => error.name);
}

test.each([1, 100])('kill -9 of the proxy with %i open streams: its file is readable and names them', async (count) => {
  const { url, file, cwd, kill } = await startProxy();
  const rests = await Promise.all(Array.from({ length: count }, () => beginTurn(url)));
  // A client can have an answer a moment before the recording has it.
  await vi.waitFor(
    () => expect(readFileSync(file, 'utf8').split('"operation":"createSession"')).toHaveLength(count + 1),
    30_000,
  );
  expect(await kill()).toBe('');
  expect(new Set(await Promise.all(rests.map((rest) => rest())))).toEqual(new Set(['TypeError']));

  const text = readFileSync(file, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as RecordingLine); // What the recorder has written.
  const whole = lines.flatMap((line) => ('exchange' in line ? [line.exchange] : []));
  const open = lines.flatMap((line) => ('open' in line ? [line.open] : []));
  const cut = open.filter(({ id }) => !whole.some((exchange) => exchange.id === id));
  expect(whole.map(({ operation, ending }) => `${operation} ${ending}`)).toEqual(
    Array.from({ length: count }, () => 'createSession complete'),
  );
  expect(cut.filter(({ target }) => target.endsWith('/messages/stream'))).toHaveLength(count);
  expect(cut).toHaveLength(count);
  expect(text).not.toContain('secret-of-mine');
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const judged = await runCli(['verify', '--replay', file, '--json'], { cwd, neverInterrupts: true });
  const { notes } = JSON.parse(judged.stdout) as { notes: string[] };
  expect(notes.join('\n')).toContain('was under way when the recording');
  const made = await runCli(['import', file, '--out', 'made'], { cwd, neverInterrupts: true });
  expect([made.exitCode, made.stderr]).toEqual([0, '']);
});
