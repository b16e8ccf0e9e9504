import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const cli = (args: readonly string[], cwd: string) =>
  runCli(['verify', ...args], { cwd, env: { XDG_STATE_HOME: cwd }, neverInterrupts: true });

test('--record writes a file that --replay judges alike, without the server', async () => {
  const cwd = temporaryDirectory();
  const server = await createChatMock({ speed: 'instant' }).listen();
  const recorded = await cli([server.url, '--only', 'concurrency.*', '--record', 'run.ndjson', '--json'], cwd);
  await server.close();
  expect(recorded).toMatchObject({ exitCode: 0, stderr: '' });
  const file = join(cwd, 'run.ndjson');
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const replayed = await cli(['--replay', 'run.ndjson', '--json'], cwd);
  expect(replayed).toMatchObject({ exitCode: 0, stderr: '', stdout: recorded.stdout });

  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"status":201', '"status":200'));
  const broken = await cli(['--replay', 'run.ndjson', '--learn', 'learned.json'], cwd);
  expect(broken.exitCode).toBe(1);
  expect(broken.stdout).toContain('violates: ');
  expect(broken.stderr).toMatch(/^Wrote \d+ choices to .*learned\.json\n$/);
});

test('a flag that needs a server is an error with --replay, and so is a file that is not there', async () => {
  const cwd = temporaryDirectory();
  const against = await cli(['--replay', 'run.ndjson', '--against', 'http://127.0.0.1:1'], cwd);
  expect([against.exitCode, against.stderr]).toEqual([
    2,
    'Failed to replay: --against needs a server, and --replay sends nothing. Leave out one of them.\n',
  ]);
  const url = await cli(['http://127.0.0.1:1', '--replay', 'run.ndjson'], cwd);
  expect(url.stderr).toBe(
    'Failed to replay: there is a base URL, too, and --replay sends nothing. Leave out one of them.\n',
  );
  const missing = await cli(['--replay', 'none.ndjson'], cwd);
  expect([missing.exitCode, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/^Failed to read ".*none\.ndjson": ENOENT.*\. Check the path of --replay\.\n$/),
  ]);
});
