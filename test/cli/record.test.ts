import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const record = (args: readonly string[], cwd: string, atReady?: (url: string) => Promise<void>) =>
  runCli(['record', ...args, '--port', '0'], { cwd, ...(atReady && { atReady }) });

test('it prints where it listens, a line for each exchange, and what it has recorded', async () => {
  const cwd = temporaryDirectory();
  const server = await createChatMock({ speed: 'instant' }).listen();
  const ask = async (url: string) => {
    await (
      await fetch(`${url}/api/v1/chat?api_key=secret-of-mine`, { headers: { authorization: 'Bearer secret-key' } })
    ).text();
  };
  const text = await record([server.url, '--out', 'recorded'], cwd, ask);
  const json = await record([server.url, '--out', 'recorded', '--force', '--json'], cwd, ask);
  const again = await record([server.url, '--out', 'recorded'], cwd);

  const file = join(cwd, 'recorded', 'recording.ndjson');
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toMatch(
    /^Recording http:\/\/127\.0\.0\.1:\d+ → http:\/\/127\.0\.0\.1:\d+\n {2}into .*recording\.ndjson\n/,
  );
  expect(text.stdout).toMatch(/\nGET {4}\/api\/v1\/chat +200 .*1 chunks, \d+ bytes, 2 hidden\n/);
  expect(text.stdout).toContain(
    `Recorded 1 exchanges, 2 secrets hidden, in ${file}\nMade 0 scenarios and 15 sessions of it; replay them with\n`,
  );
  const events = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toMatchObject([
    { event: 'ready', url: expect.stringMatching(/^http:/), file },
    { event: 'exchange', method: 'GET', path: '/api/v1/chat', status: 200, ending: 'complete', hidden: 2 },
    { event: 'stopped', exchanges: 1, hidden: 2, scenarios: 0, sessions: 15 },
  ]);
  expect(readFileSync(file, 'utf8')).not.toMatch(/secret-of-mine|secret-key/);
  const replaced = await record([server.url, '--out', 'hidden', '--redact-prompts'], cwd, ask);
  expect(replaced.stdout).toMatch(/, 2 hidden, \d+ replaced\n/);
  expect(replaced.stdout).toMatch(/\nRecorded 1 exchanges, 2 secrets hidden, \d+ texts replaced, in /);
  await server.close();
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('it exists already.')]);

  const shown = await runCli(['verify', '--replay', file], { cwd, neverInterrupts: true });
  expect(shown.stdout).toMatch(/^chat-mock verify http:\S+ · edition 2026-05 · profile read-only · 1 flow\n/);
  const judged = await runCli(['verify', '--replay', file, '--json'], { cwd, neverInterrupts: true });
  expect([judged.exitCode, JSON.parse(judged.stdout).verdict]).toEqual([0, 'conforms']);
});

test('what is missing is an error that says what to give', async () => {
  const cwd = temporaryDirectory();
  expect(await record([], cwd)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no service.') });
  expect(await record(['http://127.0.0.1:1'], cwd)).toMatchObject({
    exitCode: 2,
    stderr: 'Failed to record: there is no directory to write to. Name one with --out DIR.\n',
  });
});

test('a recording that a kill has cut names the request that was under way', async () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, 'recorded'));
  const server = await createChatMock({ speed: 'instant' }).listen();
  const ask = async (url: string) =>
    void (await (await fetch(`${url}/api/v1/chat`, { headers: { authorization: 'Bearer k' } })).text());
  await record([server.url, '--out', 'recorded'], cwd, async (url) => {
    await ask(url);
    await ask(url);
  });
  await server.close();
  const file = join(cwd, 'recorded', 'recording.ndjson');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual([
    'chat_mock_recording',
    'open',
    'exchange',
    'open',
    'exchange',
  ]);
  writeFileSync(file, `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 50)}`);
  const judged = await runCli(['verify', '--replay', file, '--json'], { cwd, neverInterrupts: true });
  expect(JSON.parse(judged.stdout).notes).toEqual([
    expect.stringMatching(/recording\.ndjson was cut: of line 5 only 50 bytes are there/),
    expect.stringMatching(/^GET \/api\/v1\/chat was under way when the recording .* was cut/),
  ]);
});

test('it listens with HTTPS, and says what clients must trust', async () => {
  const cwd = temporaryDirectory();
  const server = await createChatMock({ speed: 'instant' }).listen();
  const seen: (string | undefined)[] = [];
  const ask = (url: string) =>
    new Promise<void>((resolve, reject) => {
      // Whether it is the right certificate is compared below.
      const request = get(`${url}/api/v1/chat`, { rejectUnauthorized: false, headers: { authorization: 'Bearer k' } });
      request.once('socket', (socket) =>
        socket.once('secureConnect', () => {
          if ('getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function')
            seen.push(socket.getPeerCertificate().fingerprint256);
        }),
      );
      request.once('response', (response) => response.resume().once('end', resolve));
      request.once('error', reject);
    });
  const { stdout, exitCode } = await record([server.url, '--out', 'a', '--tls', 'self-signed', '--json'], cwd, ask);
  await server.close();
  const [ready, exchange] = stdout.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
  expect(exitCode).toBe(0);
  expect(ready).toMatchObject({ event: 'ready', url: expect.stringMatching(/^https:/), ca: expect.any(String) });
  expect(seen).toEqual([ready.fingerprint256]);
  expect(exchange).toMatchObject({ event: 'exchange', status: 200, ending: 'complete' });
  const half = await record([server.url, '--out', 'b', '--tls-cert', 'c.pem'], cwd);
  expect([half.exitCode, half.stderr]).toEqual([2, expect.stringContaining('--tls-key is missing.')]);
});

test.each([
  ['chat-mock.config.yaml', 'tls: self-signed\n'],
  ['chat-mock.config.json', '{ "tls": "self-signed" }'],
])('%s says for record, too, that it listens with HTTPS', async (name, text) => {
  const cwd = temporaryDirectory({ [name]: text });
  const answer = await record(['http://127.0.0.1:1', '--out', 'a', '--json'], cwd, async () => {});
  expect([answer.exitCode, answer.stderr]).toEqual([0, '']);
  expect(JSON.parse(answer.stdout.split('\n')[0] ?? '')).toMatchObject({
    event: 'ready',
    url: expect.stringMatching(/^https:/),
    fingerprint256: expect.any(String),
  });
});

test('a certificate that the config file names and nobody can read is an error before it listens', async () => {
  const cwd = temporaryDirectory({ 'chat-mock.config.yaml': 'tlsCert: none.pem\ntlsKey: none.key\n' });
  const { exitCode, stderr } = await record(['http://127.0.0.1:1', '--out', 'a'], cwd);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('none.pem')]);
});
