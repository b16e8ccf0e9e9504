import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { reportFormats } from '../../src/reporters/index.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

/** `runCli` interrupts a program once it is ready; here it must run to its end. */
async function verify(args: readonly string[], setup: { cwd?: string; env?: Record<string, string> } = {}) {
  const cwd = setup.cwd ?? temporaryDirectory();
  const server = await createChatMock({ speed: 'instant' }).listen();
  const outcome = await runCli(['verify', server.url, ...args], {
    cwd,
    env: { XDG_STATE_HOME: cwd, ...setup.env },
    neverInterrupts: true,
  });
  await server.close();
  return { ...outcome, cwd, stdout: outcome.stdout.replaceAll(server.url, 'URL') };
}

/** One flow, with streams. */
const few = ['--only', 'concurrency.*'];

test('for a server that conforms, the verdict and what was skipped', async () => {
  const { exitCode, stdout, stderr } = await verify([]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(
    /^chat-mock verify URL · edition 2026-05 · profile safe · \d+ flows · at most 600 s\n\nconforms: \d+ passed, \d+ skipped · .* · 0 sessions left · coverage \d+ % · exit 0\n\n(?:(?:skipped, | {2}).*\n)+$/,
  );
});

test('several reports at once, and what was learned', async () => {
  const { cwd, exitCode, stderr } = await verify([
    ...reportFormats.flatMap((format) => ['--report', `${format}=${format}.out`]),
    '--learn',
    'learned.json',
    ...few,
  ]);
  expect([exitCode, stderr.replace(/\d+ choices/, 'choices')]).toEqual([
    0,
    `Wrote choices to ${join(cwd, 'learned.json')}\n`,
  ]);
  const sizes = reportFormats.map((format) => readFileSync(join(cwd, `${format}.out`), 'utf8').length > 100);
  expect(sizes).toEqual(reportFormats.map(() => true));
});

test('--json is the report and nothing else', async () => {
  const { stdout } = await verify(['--json', '--profile', 'read-only', '--edition', 'auto']);
  expect(JSON.parse(stdout)).toMatchObject({
    schema_version: 3,
    verdict: 'conforms',
    exit_code: 0,
    edition: '2026-05',
  });
});

test('a server that does not conform: exit 1, and everything to act on', async () => {
  const { exitCode, stdout } = await verify(['--edition', '2026-09', '--only', 'http.schema', '--concurrency', '1']);
  expect(exitCode).toBe(1);
  for (const part of [
    'FAILED  http.schema',
    'where     ',
    'expected  read_only or query',
    'by hand   ',
    'curl -sS -X POST ',
    'repeat    chat-mock verify URL --only http.schema --seed 1',
  ])
    expect(stdout).toContain(part);
});

test('a waiver file', async () => {
  const cwd = temporaryDirectory({
    'good.yaml': 'waivers:\n  - { check: http.schema, reason: "not there yet", owner: me, expires: "9999-12-31" }\n',
    'bad.yaml': 'waivers:\n  - { check: http.schema, owner: me, expires: soon }\n',
  });
  const args = ['--edition', '2026-09', '--only', 'http.schema', '--waivers'];
  expect((await verify([...args, join(cwd, 'good.yaml')])).exitCode).toBe(0);
  const { exitCode, stderr } = await verify([...args, join(cwd, 'bad.yaml')]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/bad\.yaml:2:5: "reason" is missing/);
});

test('--against tells where two servers differ', async () => {
  const other = await createChatMock({ speed: 'instant', choices: { sse_newline: 'crlf' } }).listen();
  const { exitCode, stdout } = await verify(['--against', other.url, ...few]);
  await other.close();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('  choice    end of line in a stream: "lf" here, "crlf" there\n');
  expect(stdout).toContain('{\n  "sse_newline": "crlf"\n}\n');
});

test('--list, --explain and --dry-run send nothing', async () => {
  expect((await runCli(['verify', '--list'])).stdout).toMatch(
    /^stream\.ends-once +must +A stream MUST have exactly one stop event/m,
  );
  expect((await runCli(['verify', '--explain', 'stream.ends-once'])).stdout).toMatch(
    /^stream\.ends-once\n {2}A stream MUST .*\n {2}level +must, documented\n/,
  );
  expect((await runCli(['verify', '--dry-run', '--profile', 'read-only'])).stdout).toContain('  GET /api/v1/chat\n');
  const { exitCode, stderr } = await runCli(['verify', '--explain', 'stream.end-once']);
  expect([exitCode, stderr]).toEqual([
    2,
    'Failed to choose checks: none is called "stream.end-once"; did you mean "stream.ends-once"? See chat-mock verify --list.\n',
  ]);
});

test.each([
  [
    'verify',
    'Failed to run verify: there is no base URL. Name the server, as in chat-mock verify http://127.0.0.1:4010.',
  ],
  [
    'verify localhost:4010',
    'Failed to verify "localhost:4010": it is not a base URL. Give scheme and host, as in http://127.0.0.1:4010.',
  ],
  [
    'verify a b',
    'Failed to run verify: "b" is one argument too many. What verify takes are flags; the name of a command comes first. See chat-mock verify --help.',
  ],
  [
    'verify --report junt=x',
    'Failed to read --report: "junt=x" has no known format. Did you mean junit? Formats are: console, json, junit, sarif, ctrf, tap, markdown, html, ndjson, har.',
  ],
  ['verify --report junit', 'Failed to read --report: "junit" names no file. Write junit=FILE, or junit=- for stdout.'],
])('chat-mock %s', async (command, message) => {
  const { exitCode, stderr } = await runCli(command.split(' '));
  expect([exitCode, stderr]).toEqual([2, `${message}\n`]);
});

test('nobody there: exit 3', async () => {
  const { exitCode, stderr } = await runCli(['verify', 'http://127.0.0.1:9'], {
    cwd: temporaryDirectory(),
    neverInterrupts: true,
  });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^Failed to reach http:\/\/127\.0\.0\.1:9: .* Start the server, or check the base URL\.\n$/);
});
