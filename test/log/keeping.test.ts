import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputLog } from '../../src/log/index.ts';
import { buildMock, type ChatMockOptions } from '../../src/node/mock.ts';
import { LogError } from '../../src/server/inputs.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { type LoggedMock, replayAll, startLogged } from './support/logged-mock.ts';
import { Client } from './support/mixed-requests.ts';

const options = { edition: '2026-09', speed: 'instant' } as const satisfies ChatMockOptions;
const held = { scenario: 'held', steps: [{ text: 'Begun.' }, { hold: 'go' as const }, { text: 'Over.' }] };

async function start(path: string, more: ChatMockOptions = {}): Promise<LoggedMock & { readonly client: Client }> {
  const logged = await startLogged(path, { ...options, ...more });
  onTestFinished(() => logged.kill());
  return { ...logged, client: new Client(() => logged.mock.fetch as typeof fetch) };
}

/** A log with two sessions. */
async function writeLog(): Promise<string> {
  const path = join(temporaryDirectory(), 'mock.log');
  const { client, kill } = await start(path);
  for (let count = 0; count < 2; count++) await client.send('POST /api/v1/chat', { body: {} });
  kill();
  return path;
}

const countSessions = async ({ client }: { readonly client: Client }) =>
  ((await client.json('GET /api/v1/chat'))['items'] as unknown[]).length;

describe('a file that is not as it was written', () => {
  test('a last line without its end is dropped and told, and the rest goes on', async () => {
    const path = await writeLog();
    const whole = readFileSync(path);
    appendFileSync(path, '{"n":3,"at":17958028');
    const again = await start(path);
    expect(again.said).toBe(`The last line of the log ${path} was not written to its end; its 20 bytes are dropped.\n`);
    expect(again.applied).toBe(2);
    expect(readFileSync(path)).toEqual(whole);
  });

  test('a changed line is refused with its number', async () => {
    const path = await writeLog();
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"n":1,', '{"n":7,'));
    await expect(start(path)).rejects.toThrow(
      `Failed to read the log ${path}: line 2 is not input 1. Somebody has changed the file; cut it off before that line.`,
    );
  });

  test('a file that is no log is refused, and left as it is', async () => {
    const path = join(temporaryDirectory({ 'notes.txt': 'Milk\n' }), 'notes.txt');
    await expect(start(path)).rejects.toThrow('its first line is not that of a log. Name another file.');
    expect(readFileSync(path, 'utf8')).toBe('Milk\n');
  });

  test('a file that is no log and has no line end is refused, and left as it is', async () => {
    const path = join(temporaryDirectory({ 'notes.txt': 'Milk' }), 'notes.txt');
    await expect(start(path)).rejects.toThrow('its first line is not that of a log. Name another file.');
    expect(readFileSync(path, 'utf8')).toBe('Milk');
  });
});

describe('a start with something else', () => {
  test.each<[ChatMockOptions, string]>([
    [{ seed: 2 }, 'seed was 1 and is 2'],
    [{ edition: '2026-05' }, 'edition was "2026-09" and is "2026-05"'],
    [{ lenient: true }, 'lenient was false and is true'],
    [{ scenarios: [held] }, 'builtIn was true and is false; other scenarios (held)'],
    [{ sessions: [] }, 'other sessions'],
    [{ choices: { second_delete: 204 } }, 'other choices'],
    [{ limits: { maxWorlds: 3 } }, 'limits was {} and is {"maxWorlds":3}'],
  ])('%o is refused with what differs', async (more, difference) => {
    const path = await writeLog();
    const size = statSync(path).size;
    await expect(start(path, more)).rejects.toThrow(
      `Failed to go on with the log ${path}: ${difference}. Start as it was started, or name another file.`,
    );
    expect(statSync(path).size).toBe(size);
  });

  test('another version is refused', async () => {
    const path = await writeLog();
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"version":"[^"]+"/, '"version":"0.0.1"'));
    await expect(start(path)).rejects.toThrow(/it was written by version 0\.0\.1, this is /);
  });

  test('files that were read again while it ran are those of the log', async () => {
    const path = join(temporaryDirectory(), 'mock.log');
    const first = await start(path, { scenarios: [held] });
    const other = { scenario: 'other', steps: [{ text: 'Another.' }] };
    first.mock.replaceScenarios([other]);
    first.kill();
    const second = await start(path, { scenarios: [other] });
    expect(second.mock.scenarioNames).toEqual(['other']);
    second.kill();
    await expect(start(path, { scenarios: [held] })).rejects.toThrow('other scenarios (other, held)');
  });
});

test('one log has one writer', async () => {
  const path = await writeLog();
  const first = await start(path);
  await expect(start(path)).rejects.toThrow(
    `Failed to open the log ${path}: another chat-mock writes to it. Stop that one, or name another file.`,
  );
  first.kill();
  expect((await start(path)).applied).toBe(2);
});

test('only its owner can read it, and no key is in it', async () => {
  const path = join(temporaryDirectory(), 'mock.log');
  const { client } = await start(path, { apiKeys: ['key-of-mine'] });
  const prompt = 'Is key-of-mine safe?';
  await client.send('POST /api/v1/chat?token=key-of-mine', { key: 'key-of-mine', body: {} });
  await client.send('POST /api/v1/chat/a/messages/stream', { key: 'key-of-mine', body: { prompt, index_ids: ['a'] } });
  await client.send('POST /api/v1/chat', { key: 'wrong-key', body: {} });
  expect(client.api.map(({ status }) => status)).toEqual([201, 404, 401]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).not.toMatch(/key-of-mine|wrong-key/);
  expect((await replayAll(path)).map(({ status }) => status)).toEqual([201, 404, 401]);
});

test('a turn that nobody ended is over after a restart, with what was told of it', async () => {
  const path = join(temporaryDirectory(), 'mock.log');
  const first = await start(path, { scenarios: [held] });
  const { session_id: id } = await first.client.json('POST /api/v1/chat', { body: {} });
  const reading = await first.client.begin(`POST /api/v1/chat/${id}/messages/stream`, {
    body: { prompt: 'Hello', index_ids: ['idx-abc123'] },
    headers: { 'x-mock-scenario': 'held' },
  });
  await first.mock.held('go');
  const { body } = await first.client.send(`GET /api/v1/chat/${id}`);
  first.kill();
  const second = await start(path, { scenarios: [held] });
  expect(second.mock.streams.map(({ end }) => end)).toEqual(['client_left']);
  const after = await second.client.json(`GET /api/v1/chat/${id}`);
  expect(JSON.stringify(after['events'])).toContain('Begun');
  expect(JSON.parse(body).events[1]).toEqual({ type: 'text', content: 'Begun.' });
  const next = { body: { prompt: 'Again', index_ids: ['idx-abc123'] }, headers: { 'x-mock-scenario': 'held' } };
  const again = await second.client.begin(`POST /api/v1/chat/${id}/messages/stream`, next);
  await second.mock.held('go');
  second.mock.release();
  await again.over;
  const last = await second.client.send(`GET /api/v1/chat/${id}`);
  second.kill();
  const third = await start(path, { scenarios: [held] });
  expect((await third.client.send(`GET /api/v1/chat/${id}`)).body).toBe(last.body);
  reading.leave();
});

test('dates of a real clock are those of the first run', async () => {
  const path = join(temporaryDirectory(), 'mock.log');
  const first = await start(path, { clock: 'real' });
  await first.client.send('POST /api/v1/chat', { body: {} });
  const { body } = await first.client.send('GET /api/v1/chat');
  first.kill();
  const second = await start(path, { clock: 'real' });
  expect((await second.client.send('GET /api/v1/chat')).body).toBe(body);
});

test('what cannot be written is refused with 503 and changes nothing; what has happened is written later', async () => {
  const lines: string[] = [];
  let isFull = false;
  const sink = {
    append: (line: string) => {
      if (isFull) throw new LogError('no space left on device');
      lines.push(line);
    },
  };
  const log = new InputLog({ beganMicros: 0, sink, builtIn: [] });
  const mock = buildMock({ ...options, scenarios: [held] }, log);
  log.goLive();
  const client = new Client(() => mock.fetch as typeof fetch);
  const { session_id: id } = await client.json('POST /api/v1/chat', { body: {} });
  const reading = await client.begin(`POST /api/v1/chat/${id}/messages/stream`, {
    body: { prompt: 'Hello', index_ids: ['idx-abc123'] },
    headers: { 'x-mock-scenario': 'held' },
  });
  await mock.held('go');
  const before = await countSessions({ client });
  isFull = true;
  const refused = await client.send('POST /api/v1/chat', { body: {} });
  expect(refused).toMatchObject({
    status: 503,
    body: '{"detail":"Failed to write the log: no space left on device. Nothing has changed; make room and send it again."}',
  });
  expect(await client.send('POST /__mock/reset')).toMatchObject({ status: 503 });
  mock.release();
  await reading.over;
  isFull = false;
  expect(await countSessions({ client })).toBe(before);
  expect(lines.map((line) => JSON.parse(line).n)).toEqual(lines.map((_, index) => index + 1));
  expect(lines.map((line) => JSON.parse(line).kind)).toEqual([
    ...['request', 'request', 'request', 'sent', 'sent', 'ended', 'request'],
  ]);
});
