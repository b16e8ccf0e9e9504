import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ledgerDirectory } from '../../src/cli/verify-environment.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

/** Runs `verify` against a mock, and counts what the mock was asked. */
async function verify(args: readonly string[], env: Record<string, string> = {}) {
  const cwd = temporaryDirectory({ 'no-certificate.pem': 'hello' });
  let requests = 0;
  const mock = createChatMock({
    speed: 'instant',
    onActivity: () => {
      requests += 1;
    },
  });
  const server = await mock.listen();
  const outcome = await runCli(['verify', ...args.map((arg) => arg.replace('URL', server.url))], {
    cwd,
    env: { XDG_STATE_HOME: cwd, ...env },
    neverInterrupts: true,
  });
  await server.close();
  return { ...outcome, cwd, requests };
}

describe('what the environment gives is judged before the first request', () => {
  test.each<[what: string, args: string[], env: Record<string, string>, message: RegExp]>([
    [
      'a proxy without a scheme',
      ['URL'],
      { HTTP_PROXY: 'proxy.test:3128' },
      /"proxy\.test:3128" of HTTP_PROXY: it has no scheme\. Write/,
    ],
    [
      'an entry of NO_PROXY',
      ['URL'],
      { http_proxy: 'http://p:1', no_proxy: 'http://127.0.0.1' },
      /of no_proxy: it is neither/,
    ],
    [
      'a report into a missing directory',
      ['URL', '--report', 'json=a.json', '--report', 'tap=none/x.tap'],
      {},
      /Failed to write ".*none\/x\.tap": ENOENT.*--report/,
    ],
    ['a report over a directory', ['URL', '--report', 'json=.'], {}, /EISDIR.*--report/],
    ['two reports in one file', ['URL', '--report', 'json=a', '--report', 'tap=a'], {}, /two of them go to ".*a"/],
    ['two reports on stdout', ['URL', '--report', 'json=-', '--report', 'tap=-'], {}, /two of them go to stdout/],
    [
      '--json beside a report on stdout',
      ['URL', '--json', '--report', 'tap=-'],
      {},
      /stdout already carries another one/,
    ],
    ['choices into a missing directory', ['URL', '--learn', 'none/x.json'], {}, /none\/x\.json": ENOENT.*--learn/],
    ['choices into a report', ['URL', '--learn', 'a', '--report', 'json=a'], {}, /two of them go to/],
    ['a second server that is none', ['URL', '--against', 'localhost:1'], {}, /"localhost:1": it is not a base URL/],
    [
      'a second server in production',
      ['URL', '--against', 'https://api.cloud.llamaindex.ai'],
      {},
      /--allow-production/,
    ],
    [
      'a key that no header can carry',
      ['URL'],
      { LLAMA_CLOUD_API_KEY: 'llx\n' },
      /Failed to read LLAMA_CLOUD_API_KEY: the value/,
    ],
    ['a state folder that is a file', ['URL'], { XDG_STATE_HOME: '/dev/null' }, /Failed to keep the ledger .*ENOTDIR/],
    ['a query in the base URL', ['URL?key=secret'], {}, /^(?!.*secret).*has a query or a fragment/s],
    [
      'waivers that are not there',
      ['URL', '--waivers', 'none.yaml'],
      {},
      /Failed to read the waivers .*none\.yaml: ENOENT/,
    ],
    [
      'certificates that are not there',
      ['https://127.0.0.1:9'],
      { NODE_EXTRA_CA_CERTS: '/none.pem' },
      /NODE_EXTRA_CA_CERTS, "\/none\.pem": ENOENT/,
    ],
    [
      'certificates that are none',
      ['https://127.0.0.1:9'],
      { NODE_EXTRA_CA_CERTS: '/dev/null' },
      /it holds no certificate/,
    ],
  ])('%s', async (_, args, env, message) => {
    const { exitCode, stderr, requests, cwd } = await verify(args, env);
    expect([exitCode, requests]).toEqual([2, 0]);
    expect(readdirSync(cwd).filter((name) => name === 'a' || name === 'a.json')).toEqual([]);
    expect(stderr).toMatch(message);
  });

  test('and leaves the reports of an earlier run as they are', async () => {
    const cwd = temporaryDirectory({ 'a.json': 'earlier' });
    const args = ['verify', 'http://127.0.0.1:9', '--report', 'json=a.json', '--only', 'nothing.such'];
    expect((await runCli(args, { cwd, neverInterrupts: true })).exitCode).toBe(2);
    expect(readFileSync(join(cwd, 'a.json'), 'utf8')).toBe('earlier');
  });
});

test.each([
  'https://api.cloud.llamaindex.ai.',
  'https://api.cloud.llamaindex.ai..',
  'HTTPS://API.CLOUD.LLAMAINDEX.AI',
  'https://api.cloud.eu.llamaindex.ai:8443/v1',
  'https://api.cloud.us.llamaindex.ai',
  'http://cloud.llamaindex.ai',
  'https://api%2ecloud.llamaindex.ai',
  'https://api。cloud。llamaindex。ai',
  'https://ａpi.cloud.llamaindex.ai',
  'https:api.cloud.llamaindex.ai',
  'https:\\\\api.cloud.llamaindex.ai',
])('%s is production', async (url) => {
  const { exitCode, stderr } = await runCli(['verify', url], { cwd: temporaryDirectory(), neverInterrupts: true });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('it is a production server. Add --allow-production')]);
});

test('credentials in the URL are refused, whoever they are for', async () => {
  const { stderr } = await runCli(['verify', 'https://me:secret@api.cloud.llamaindex.ai.'], { neverInterrupts: true });
  expect(stderr).toContain('the base URL holds a password');
  expect(stderr).not.toContain('secret');
});

test('a redirect to production is not followed', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) =>
    response.writeHead(307, { location: 'https://api.cloud.llamaindex.ai/api/v1/chat' }).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number }; // TCP.
  // A proxy that nobody answers at: what goes out would fail.
  const { exitCode, stderr } = await runCli(['verify', `http://127.0.0.1:${port}`, '--profile', 'read-only'], {
    cwd: temporaryDirectory(),
    env: { HTTPS_PROXY: 'http://127.0.0.1:1', https_proxy: 'http://127.0.0.1:1' },
    neverInterrupts: true,
  });
  server.close();
  expect([exitCode, stderr]).toEqual([
    3,
    expect.stringContaining('307 to https://api.cloud.llamaindex.ai/api/v1/chat'),
  ]);
});

test('an error names the proxy that was asked, without its password', async () => {
  const { exitCode, stderr } = await verify(['URL'], { HTTP_PROXY: 'http://me:secret@127.0.0.1:1' });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/through the proxy http:\/\/127\.0\.0\.1:1 \(HTTP_PROXY\): .*Check the proxy/);
  expect(stderr).not.toContain('secret');
});

test('a server that NO_PROXY names is asked directly', async () => {
  const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.0/8' };
  expect((await verify(['URL', '--profile', 'read-only'], env)).exitCode).toBe(0);
});

test('without a home directory the state folder must be named', async () => {
  const home = () => '/home/other';
  expect(ledgerDirectory({ XDG_STATE_HOME: '/state' }, home)).toBe('/state/chat-mock/ledgers');
  expect(ledgerDirectory({ HOME: '/home/me' }, home)).toBe('/home/me/.local/state/chat-mock/ledgers');
  expect(ledgerDirectory({}, home)).toBe('/home/other/.local/state/chat-mock/ledgers');
  const homeless = () => {
    throw new Error('A system error occurred: uv_os_homedir returned ENOENT');
  };
  expect(() => ledgerDirectory({}, homeless)).toThrow(/this user has no home directory\. Set XDG_STATE_HOME/);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told as itself, and the other reports are written', async () => {
  const { exitCode, stderr, cwd } = await verify([
    'URL',
    ...['--profile', 'read-only', '--report', 'har=/dev/full', '--report', 'json=a.json'],
  ]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^Failed to write "\/dev\/full": ENOSPC: no space left on device.* Make room there/m);
  expect(stderr).not.toContain('bug');
  expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'))).toMatchObject({ verdict: 'conforms' });
});
