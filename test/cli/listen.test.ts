import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const portOf = async (argv: readonly string[], env: Record<string, string>, cwd?: string) => {
  const { calls, stderr } = await runCli(argv, { env, ...(cwd !== undefined && { cwd }) });
  return stderr || (calls.find(([name]) => name === 'listen')?.[1] as { port: number } | undefined)?.port;
};

test('PORT counts below --port and CHAT_MOCK_PORT, and above a file', async () => {
  const cwd = temporaryDirectory({ 'chat-mock.config.json': '{ "port": 4 }' });
  const own = { CHAT_MOCK_PORT: '2' };
  const foreign = { PORT: '3' };
  expect([
    await portOf(['--port', '1'], { ...own, ...foreign }, cwd),
    await portOf([], { ...own, ...foreign }, cwd),
    await portOf([], foreign, cwd),
    await portOf([], { PORT: '' }, cwd),
    await portOf([], { CHAT_MOCK_PORT: '', PORT: '3' }),
    await portOf([], {}),
  ]).toEqual([1, 2, 3, 4, 3, 4010]);
});

test('a PORT that is not a port is named in the error', async () => {
  expect(await portOf([], { PORT: 'tcp://10.0.0.1' })).toBe(
    'Failed to read PORT: "tcp://10.0.0.1" is not a whole number from 0 to 65535. Give a free port, or 0 to take any.\n',
  );
});

test('commands that listen on no port of their own ignore PORT', async () => {
  const { calls } = await runCli(['run', '--', 'true'], { env: { PORT: '3' } });
  expect(calls).toContainEqual(['listen', { port: 0 }]);
});

test('a Unix socket is named in the banner with a line to copy, and in the JSON', async () => {
  const flags = ['--listen', 'unix:/run/chat mock.sock'];
  const { calls, stdout } = await runCli(flags);
  expect(calls).toContainEqual(['listen', { socketPath: '/run/chat mock.sock', replaceGlobals: true }]);
  expect(stdout).toContain('  URL        unix:/run/chat mock.sock\n');
  expect(stdout).toContain(
    `  curl --unix-socket '/run/chat mock.sock' http://localhost/api/v1/chat -H 'authorization: Bearer any'\n`,
  );
  expect(stdout).not.toContain('export LLAMA_CLOUD_BASE_URL');
  const ready = JSON.parse((await runCli([...flags, '--json'])).stdout.split('\n')[0] ?? '');
  expect(ready).toMatchObject({ url: 'http://localhost', socket: '/run/chat mock.sock' });
  expect((await runCli([...flags, '--quiet'])).stdout).toBe('unix:/run/chat mock.sock\n');
});

test('a relative path starts from the working directory or the file', async () => {
  const cwd = temporaryDirectory({ 'chat-mock.config.json': '{ "listen": "unix:mock.sock" }' });
  expect((await runCli([], { cwd })).calls).toContainEqual([
    'listen',
    { socketPath: join(cwd, 'mock.sock'), replaceGlobals: true },
  ]);
});

test.each(['/run/mock.sock', 'unix:', '4010'])('--listen %s is refused with what to write', async (text) => {
  const { stderr, exitCode } = await runCli(['--listen', text]);
  expect([exitCode, stderr]).toEqual([
    2,
    `Failed to read --listen: "${text}" is not the path of a Unix socket. Write unix:/run/chat-mock.sock; --port takes a port.\n`,
  ]);
});

test('--drain-ms gives streams their time, and the process some more', async () => {
  const { calls, stdout, exitCode } = await runCli(['--drain-ms', '5000', '--json']);
  expect(calls).toContainEqual(['close', { drainMs: 5000 }]);
  expect(calls).toContainEqual(['pause', 6500]);
  expect(stdout.split('\n').slice(1)).toEqual(['{"event":"draining"}', '{"event":"stopped"}', '']);
  expect(exitCode).toBe(0);
});

test('a certificate made at start is told with the lines that make clients trust it', async () => {
  const { calls, stdout } = await runCli(['--tls', 'self-signed']);
  expect(calls).toContainEqual(['listen', { port: 4010, host: '127.0.0.1', tls: 'self-signed', replaceGlobals: true }]);
  expect(stdout).toContain('  TLS        HTTP/2 and HTTP/1.1 · SHA-256 AA:BB\n');
  expect(stdout).toContain('  curl --cacert /tmp/cert.pem ');
  expect(stdout).toContain('  export NODE_EXTRA_CA_CERTS=/tmp/cert.pem\n');
  expect(stdout).toContain('  chromium --ignore-certificate-errors-spki-list=c3BraQ==\n');
  const { stdout: json } = await runCli(['--tls', 'self-signed', '--json']);
  expect(JSON.parse(json.split('\n')[0] ?? '')).toMatchObject({ fingerprint256: 'AA:BB', ca: '/tmp/cert.pem' });
});

test('a certificate of your own is two files', async () => {
  const { calls, stdout } = await runCli(['--tls-cert', '/etc/c.pem', '--tls-key', '/etc/k.pem']);
  const tls = { certFile: '/etc/c.pem', keyFile: '/etc/k.pem' };
  expect(calls).toContainEqual(['listen', expect.objectContaining({ tls })]);
  expect(stdout).not.toContain('--cacert');
});

test.each([
  [['--tls-cert', 'c.pem'], '--tls-key is missing. Give both --tls-cert and --tls-key.'],
  [['--tls-key', 'k.pem'], '--tls-cert is missing. Give both --tls-cert and --tls-key.'],
  [
    ['--tls', 'self-signed', '--tls-cert', 'c.pem', '--tls-key', 'k.pem'],
    'there are two certificates. Give --tls self-signed, or --tls-cert and --tls-key.',
  ],
])('%j is refused', async (flags, reason) => {
  const { stderr, exitCode } = await runCli(flags);
  expect([exitCode, stderr]).toEqual([2, `Failed to serve HTTPS: ${reason}\n`]);
});
