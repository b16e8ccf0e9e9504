import { expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { runCli } from './support/fake-io.ts';

const node = (script: string) => [process.execPath, '-e', script];

test('a command gets a mock on a free port, and its exit code is the program’s', async () => {
  const script = `
    const { LLAMA_CLOUD_BASE_URL, CHAT_MOCK_URL, LLAMA_CLOUD_API_KEY } = process.env;
    process.exit(LLAMA_CLOUD_BASE_URL === 'http://127.0.0.1:0' && CHAT_MOCK_URL === LLAMA_CLOUD_BASE_URL && LLAMA_CLOUD_API_KEY === 'good' && process.argv[1] === '--seed' ? 7 : 1)`;
  const { exitCode, calls, stdout, stderr } = await runCli(
    ['run', '--api-key', 'good', '--seed', '3', '--', ...node(script), '--', '--seed'],
    { unused: [{ scenario: 'slow-tool', operation: 'streamMessages', times: 1, used: 0 }] },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: '' });
  expect(calls).toEqual([
    ['buildMock', expect.objectContaining({ seed: 3, apiKeys: ['good'] })],
    ['listen', { port: 0 }],
    ['close', undefined],
  ]);
  expect(stderr).toBe('Queued and never used: slow-tool for streamMessages, 1 of 1 times.\n');
});

test('a signal that ends a command is told as a shell tells it', async () => {
  const { exitCode } = await runCli(['run', '--', ...node("process.kill(process.pid, 'SIGTERM')")]);
  expect(exitCode).toBe(143);
});

test.each([
  [['run'], 'Failed to run: there is no command. Name it after two dashes, as in chat-mock run -- npm test.\n'],
  [
    ['run', '--', 'no-such-program'],
    'Failed to run "no-such-program": there is no such program. Correct the command.\n',
  ],
])('chat-mock %j is told what is missing', async (argv, message) => {
  const { stderr, exitCode } = await runCli(argv);
  expect({ stderr, exitCode }).toEqual({ stderr: message, exitCode: 2 });
});

/** A server that answers everything with 404, in a process that the shell has started. */
const serverAt = (port: number) =>
  `"${process.execPath}" -e "require('node:http').createServer((_, r) => r.writeHead(404).end()).listen(${port}, '127.0.0.1')"; true`;
const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('verify starts a server, waits for it, and stops all of it', async () => {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const { exitCode, stderr } = await runCli(
    ['verify', url, '--start', serverAt(port), '--only', 'auth.*', '--profile', 'read-only'],
    { neverInterrupts: true },
  );
  expect(exitCode).toBe(3); // It was there, but it is not a Chat API.
  expect(stderr).toMatch(/this is not a Chat API\. GET \/api\/v1\/chat was answered with .*404/);
  expect(await answers(url)).toBe(false);
});

test('verify says when the server ended before it answered, or answers already', async () => {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const ended = await runCli(['verify', url, '--start', 'exit 4'], { neverInterrupts: true });
  expect(ended).toMatchObject({
    exitCode: 3,
    stderr: `Failed to start the server: "exit 4" ended with 4 before ${url} was answered. See what it wrote, above.\n`,
  });
  const { createServer } = await import('node:http');
  const other = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => other.listen(Number(new URL(url).port), '127.0.0.1', resolve));
  const taken = await runCli(['verify', url, '--start', 'exit 4'], { neverInterrupts: true });
  expect(taken).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is answered already') });
  other.close();
});

test('verify waits for a server no longer than it was told', async () => {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const { exitCode, stderr } = await runCli(['verify', url, '--wait-ms', '1'], { neverInterrupts: true });
  expect(stderr).toMatch(new RegExp(`^Failed to reach ${url} within 1 ms: .+\\. Start the server, correct the URL`));
  expect(exitCode).toBe(3);
});
