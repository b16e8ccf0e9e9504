import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { installPacked, startPacked } from '../support/packed.ts';

let folder: string;
beforeAll(() => {
  folder = installPacked();
});

const npx = (...args: string[]) =>
  execFileSync('npx', ['--no-install', 'chat-mock', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

test('the command works where it is installed', () => {
  expect(npx('--help')).toContain('chat-mock');
  expect(npx('--version').trim()).toMatch(/^(?:chat-mock )?\d+\.\d+\.\d+$/);
  expect(npx('openapi')).toMatch(/^openapi: 3\.1\.0\n/);
  expect(JSON.parse(npx('openapi', '--format', 'json', '--edition', '2026-09'))).toMatchObject({
    info: { version: '2026-09' },
  });
});

test('nothing but what is needed is in it', () => {
  const files = readdirSync(join(folder, 'node_modules/chat-mock'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /^(?:src|test|scripts|bench)\b|\.test\.|\.cache/.test(file))).toEqual([]);
});

test('the types resolve for each entry, without skipping libraries', () => {
  const source = `import { createChatMock, defineScenario } from 'chat-mock';
import { ChatSessionSummary, type Event } from 'chat-mock/schemas';
import { buildDocument } from 'chat-mock/openapi';
const mock = createChatMock({ seed: 1, speed: 'instant', scenarios: [defineScenario({ scenario: 'a', steps: [{ text: 'b' }] })] });
const event: Event = { type: 'text', content: 'a' };
const title: string | null | undefined = ChatSessionSummary.parse({}).generated_title;
// @ts-expect-error: no such edition
buildDocument({ edition: '2020-01', spec: '3.1' });
export { event, mock, title };
`;
  writeFileSync(join(folder, 'consumer.mts'), source);
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const run = () =>
    execFileSync(
      process.execPath,
      [
        tsc,
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--skipLibCheck',
        'true',
        'consumer.mts',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
  expect(run()).toBe('');
});

test('SIGTERM ends it with 0 while a stream runs', async () => {
  const server = await startPacked(folder);
  const response = await fetch(`${server.url}/api/v1/chat/ses-unbound/messages/stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: '/slow-tool', index_ids: ['a'] }),
  });
  await response.body?.getReader().read();
  expect(await server.stop()).toBe(0);
  expect(server.log.map(({ event }) => event).slice(-2)).toEqual(['stream', 'stopped']);
});

test('a busy port is said by name, exit code 2', async () => {
  const server = await startPacked(folder);
  const { port } = new URL(server.url);
  const run = () => npx('--port', port);
  expect(run).toThrow(
    `Failed to listen on 127.0.0.1:${port}: the port is in use. Stop the other server, or choose any free port with --port 0.`,
  );
  await server.stop();
});

test('it starts in a folder of its own, whatever the working directory', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'chat-mock-elsewhere-'));
  const output = execFileSync(
    process.execPath,
    [join(folder, 'node_modules/.bin/chat-mock'), 'openapi', '--format', 'json'],
    { cwd: elsewhere, encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toMatchObject({ openapi: '3.1.0' });
});
