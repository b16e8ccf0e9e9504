import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLogged } from '../log/support/logged-mock.ts';
import { Client } from '../log/support/mixed-requests.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

/** A log of three requests, and what they were answered. */
async function writeLog(prompt = 'Hello') {
  const path = join(temporaryDirectory(), 'mock.log');
  const { mock, kill } = await startLogged(path, { edition: '2026-09', speed: 'instant' });
  const client = new Client(() => mock.fetch as typeof fetch);
  const { session_id: id } = await client.json('POST /api/v1/chat', { body: {} });
  await client.send(`POST /api/v1/chat/${id}/messages/stream`, { body: { prompt, index_ids: ['idx-abc123'] } });
  await client.send('GET /api/v1/chat/nobody');
  kill();
  return { path, api: client.api, id: String(id) };
}

test('it prints what each request was answered', async () => {
  const { path, id } = await writeLog();
  const { stdout, stderr, exitCode } = await runCli(['replay', path], { realMock: true });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const bare = stdout.replaceAll(/[0-9a-f]{12} {2}\d+ bytes/g, 'HASH');
  expect(bare).toBe(
    `     1  201  HASH  POST /api/v1/chat\n     2  200  HASH  POST /api/v1/chat/${id}/messages/stream\n     5  404  HASH  GET /api/v1/chat/nobody\n`,
  );
});

test('--json has an object for each answer', async () => {
  const { path, api } = await writeLog();
  const { stdout } = await runCli(['replay', path, '--json'], { realMock: true });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.map(({ status, bytes }) => [status, bytes])).toEqual(
    api.map(({ status, body }) => [status, Buffer.byteLength(body)]),
  );
  expect(answers[0].headers).toEqual({ 'content-type': 'application/json' });
});

test('--at serves the mock as it was then, and leaves the log as it is', async () => {
  const { path, id } = await writeLog();
  const before = readFileSync(path);
  const seen: unknown[] = [];
  const { exitCode, stdout } = await runCli(['replay', path, '--at', '1', '--port', '0'], {
    realMock: true,
    atReady: async (url) => {
      const answer = await fetch(`${url}/api/v1/chat/${id}`, { headers: { authorization: 'Bearer any' } });
      seen.push(answer.status, ((await answer.json()) as { events: unknown }).events);
      await fetch(`${url}/api/v1/chat`, { method: 'POST', headers: { authorization: 'Bearer any' } });
    },
  });
  expect({ exitCode, seen }).toEqual({ exitCode: 0, seen: [200, []] });
  expect(stdout).toContain('\nAfter input 1: http://127.0.0.1:');
  expect(readFileSync(path)).toEqual(before);
});

test('--diff finds the first answer that differs', async () => {
  const [one, same, other] = [await writeLog(), await writeLog(), await writeLog('Another')];
  const equal = await runCli(['replay', one.path, '--diff', same.path], { realMock: true });
  expect([equal.exitCode, equal.stdout]).toEqual([0, 'No answer differs (3 compared).\n']);
  const { exitCode, stdout } = await runCli(['replay', one.path, '--diff', other.path, '--json'], { realMock: true });
  expect(exitCode).toBe(1);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ request }) => request)).toEqual([2, 2]);
  expect(lines[0].sha256).not.toBe(lines[1].sha256);
});

test('--at beyond the last input is refused', async () => {
  const { path } = await writeLog();
  const { exitCode, stderr } = await runCli(['replay', path, '--at', '6', '--port', '0'], { realMock: true });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Failed to serve the log after input 6: its last input is 5.');
});

test('a log of another version is played, and stderr says so', async () => {
  const { path } = await writeLog();
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"version":"[^"]+"/, '"version":"0.0.1"'));
  const { exitCode, stderr } = await runCli(['replay', path], { realMock: true });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/was written by version 0\.0\.1, this is .*: answers may differ\.\n$/);
});

test.each([
  [[], 'Failed to replay: no log is named. Write chat-mock replay FILE.'],
  [['none.log'], 'none.log: ENOENT'],
  [['a.log', '--at', '1', '--diff', 'b.log'], 'Failed to replay: --at and --diff exclude each other.'],
])('%j is refused', async (args, reason) => {
  const { exitCode, stderr } = await runCli(['replay', ...args], { realMock: true });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(reason);
});
