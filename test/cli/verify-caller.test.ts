import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const mock = createChatMock({ speed: 'instant' });
let server: Awaited<ReturnType<typeof mock.listen>>;
beforeAll(async () => {
  server = await mock.listen({ port: 0 });
});
afterAll(() => server.close());

async function verify(args: readonly string[], { cwd = temporaryDirectory(), url = server.url } = {}) {
  const outcome = await runCli(['verify', url, ...args], { cwd, env: { XDG_STATE_HOME: cwd }, neverInterrupts: true });
  return { ...outcome, cwd };
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;
/** In CI its absence is a failure. */
const testWithCurl = test.skipIf(!hasCurl && !process.env['CI']);
if (!hasCurl) process.stderr.write('No curl: two tests are skipped. apt-get install curl mends that.\n');

/** What lines for a shell print. */
async function shell(lines: string): Promise<string> {
  const env = { PATH: process.env['PATH'], LLAMA_CLOUD_API_KEY: 'x' };
  return (await promisify(execFile)('bash', ['-c', lines], { env })).stdout;
}

const few = ['--only', 'http.schema', '--profile', 'read-only'];

test('--header and --cookie are sent with every request, and are in no report', async () => {
  mock.reset();
  const args = ['--header', 'X-Gateway: sesame-of-the-gateway', '--cookie', 'route=secret-of-the-route'];
  const { exitCode, stdout } = await verify([...few, ...args, '--report', 'har=-']);
  expect(exitCode).toBe(0);
  const seen = mock.journal.entries.map(({ headers }) => [headers['x-gateway'], headers['cookie'] !== undefined]);
  expect(seen.length).toBeGreaterThan(0);
  expect(new Set(seen.map(([gateway]) => gateway))).toEqual(new Set(['sesame-of-the-gateway']));
  expect(seen.some(([, hasCookie]) => hasCookie)).toBe(true);
  expect(stdout).not.toMatch(/sesame-of-the-gateway|secret-of-the-route/);
});

test.each([
  [['--header', 'no colon'], 'Failed to read --header: the value is not a header. Write it as in "X-Team: search".'],
  [['--header', 'Authorization: Bearer x'], 'give the key with --api-key'],
  [['--header', 'Content-Length: 3'], 'the runner sends this header itself'],
  [['--header', 'X: a\u0001'], 'its value has characters that no header may have'],
  [['--base-path', 'gateway'], 'it is not a path. Write it with a slash before it, as in /gateway.'],
  [['--client-cert', 'a.pem'], 'give both --client-cert and --client-key'],
  [['--shard', '3/2'], 'is not a part of several. Write it as in 2/5, the second of five parts.'],
  [['--shard', '60/99'], 'part 60 of 99 is empty'],
  [['--fail-under-coverage', '101'], 'is not a whole number from 0 to 100'],
])('%j is refused before anything is sent', async (args, message) => {
  mock.reset();
  const { exitCode, stderr } = await verify(args);
  expect({ exitCode, stderr: stderr.includes(message) ? message : stderr }).toEqual({ exitCode: 2, stderr: message });
  expect(mock.journal.entries).toEqual([]);
});

test('--base-path comes before the paths of the API', async () => {
  const below = createChatMock({ speed: 'instant', basePath: '/gateway/v2' });
  const address = await below.listen({ port: 0 });
  const url = new URL(address.url).origin;
  expect((await verify([...few, '--base-path', '/gateway/v2'], { url })).exitCode).toBe(0);
  expect((await verify(few, { url })).exitCode).not.toBe(0);
  await address.close();
});

test('--fail-under-coverage makes a run that reaches too little inconclusive', async () => {
  const { exitCode, stdout } = await verify([...few, '--fail-under-coverage', '99']);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/note The run reached \d+ % of the model, and at least 99 % is asked for\./);
  expect((await verify([...few, '--fail-under-coverage', '1'])).exitCode).toBe(0);
});

test('the shards of a run are its flows, each once', async () => {
  const flowsOf = async (...args: readonly string[]) => {
    const { stdout } = await verify(['--profile', 'read-only', '--report', 'ndjson=-', ...args]);
    const started = stdout.split('\n').find((line) => line.startsWith('{"type":"started"')) ?? '{}';
    return (JSON.parse(started) as { readonly flows: readonly { readonly flow: string }[] }).flows.map(
      ({ flow }) => flow,
    );
  };
  const parts = [await flowsOf('--shard', '1/2'), await flowsOf('--shard', '2/2')];
  expect(parts.flat().toSorted()).toEqual((await flowsOf()).toSorted());
  expect(parts.every((part) => part.length > 0)).toBe(true);
});

test('--flows runs flows of a directory beside the built-in ones, and tells mistakes with their lines', async () => {
  const cwd = temporaryDirectory({
    'good/own.yaml':
      'area: own\nflows:\n  - flow: own-list\n    summary: Lists the sessions.\n    profile: read-only\n    checks: [http.schema]\n    steps:\n      - { call: listSessions, expect: accepted }\n',
    'bad/own.yaml':
      'area: own\nflows:\n  - flow: own-list\n    summary: Lists the sessions.\n    profile: read-only\n    checks: [http.schem]\n    steps:\n      - { call: listSessions }\n',
  });
  const good = await verify(
    ['--profile', 'read-only', '--only', 'http.schema', '--report', 'json=-', '--flows', `${cwd}/good`],
    { cwd },
  );
  const report = JSON.parse(good.stdout) as Report;
  expect(report.checks.flatMap(({ cases }) => cases.map(({ flow }) => flow))).toContain('own-list');
  const bad = await verify(['--flows', `${cwd}/bad`], { cwd });
  expect(bad.exitCode).toBe(2);
  expect(bad.stderr).toMatch(/own\.yaml:6:\d+: .*http\.schem/);
});

const titles = ['--only', 'title.*'];

/** A server whose title answer breaks the schema; everything else is the mock's. */
async function listenBroken() {
  const broken = createChatMock({ speed: 'instant', sessions: [] });
  broken.setChaos([{ operation: 'generateSessionTitle', answer: { status: 200, body: { session_id: 7 } } }]);
  return { broken, address: await broken.listen({ port: 0 }) };
}

testWithCurl('--keep keeps the sessions of failed flows; the lines of the report delete them', async () => {
  const { broken, address } = await listenBroken();
  const list = async () => {
    const answer = await broken.fetch(`${address.url}/api/v1/chat`, { headers: { authorization: 'Bearer x' } });
    return ((await answer.json()) as { readonly items: readonly { readonly session_id: string }[] }).items;
  };
  const { stdout, exitCode } = await verify(['--keep', ...titles, '--report', 'json=-'], { url: address.url });
  expect(exitCode).toBe(1);
  const { kept } = JSON.parse(stdout) as Report;
  expect(kept.length).toBeGreaterThan(0);
  expect((await list()).map(({ session_id }) => session_id).toSorted()).toEqual(
    kept.map(({ session_id }) => session_id).toSorted(),
  );
  for (const { delete: line } of kept) await shell(line);
  expect(await list()).toEqual([]);
  await address.close();
});

testWithCurl('the lines of a finding make it happen again, and leave nothing behind', async () => {
  const { broken, address } = await listenBroken();
  const { stdout } = await verify([...titles, '--report', 'json=-'], { url: address.url });
  const { checks } = JSON.parse(stdout) as Report;
  const [finding] = checks.flatMap(({ id, cases }) =>
    id === 'http.schema' ? cases.flatMap(({ findings }) => findings) : [],
  );
  broken.reset();
  broken.setChaos([{ operation: 'generateSessionTitle', answer: { status: 200, body: { session_id: 7 } } }]);
  const printed = await shell((finding?.reproduce ?? []).join('\n'));
  expect(printed).toContain('{"session_id":7}');
  expect(broken.journal.entries.map(({ operation, status }) => [operation, status])).toEqual([
    ['createSession', 201],
    ['generateSessionTitle', 200],
    ['deleteSession', 204],
  ]);
  await address.close();
});

testWithCurl('the lines of a finding create no session but the one that they delete', async () => {
  const broken = createChatMock({ speed: 'instant', sessions: [] });
  const address = await broken.listen({ port: 0 });
  const rules = [{ operation: 'getSessionSummary', answer: { status: 500 } }];
  broken.setChaos(rules);
  const { stdout } = await verify(['--only', 'validation.accepts', '--report', 'json=-'], { url: address.url });
  const { checks } = JSON.parse(stdout) as Report;
  const [finding] = checks.flatMap(({ id, cases }) =>
    id === 'validation.accepts' ? cases.flatMap(({ findings }) => findings) : [],
  );
  broken.reset();
  broken.setChaos(rules);
  await shell((finding?.reproduce ?? []).join('\n'));
  const list = await broken.fetch(`${address.url}/api/v1/chat`, { headers: { authorization: 'Bearer x' } });
  expect([broken.journal.find({ status: 500 }).length, await list.json()]).toMatchObject([1, { items: [] }]);
  await address.close();
});
