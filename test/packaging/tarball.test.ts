import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { Report } from '../../src/contract/index.ts';
import { installPacked, type PackedServer } from '../support/packed.ts';

const packed = installPacked();
const servers: PackedServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

async function startServer(...options: Parameters<typeof packed.startServer>): Promise<PackedServer> {
  const server = await packed.startServer(...options);
  servers.push(server);
  return server;
}

test('npx finds it where it is installed', () => {
  const run = () =>
    execFileSync('npx', ['--no-install', 'chat-mock', '--help'], { cwd: packed.folder, encoding: 'utf8' });
  expect(run()).toContain('chat-mock [serve]');
});

test('it says its version, its help and its document', () => {
  expect(packed.run('--version')).toBe(`${packageJson.version}\n`);
  expect(packed.run('serve', '--help')).toContain('--api-key');
  expect(packed.run('openapi')).toContain('\nopenapi: 3.2.0\n');
  expect(JSON.parse(packed.run('openapi', '--format', 'json', '--edition', '2026-09'))).toMatchObject({
    openapi: '3.2.0',
    info: { version: '2026-09' },
  });
  expect(packed.run('openapi', 'diff', '2026-08', '2026-09')).toContain('2026-09: 0 breaking, 5 non-breaking');
});

test('it serves, configured by flags and by the environment', async () => {
  const server = await startServer(['--seed', '7'], { CHAT_MOCK_EDITION: '2026-08' });
  expect(server.log[0]).toMatchObject({ event: 'ready', version: packageJson.version, seed: 7, edition: '2026-08' });
  expect(await (await fetch(`${server.url}/__mock/health`)).json()).toMatchObject({ status: 'ok', seed: 7 });
});

test('nothing but what is needed is in it', () => {
  const installed = join(packed.folder, 'node_modules/chat-mock');
  expect(readdirSync(installed).sort()).toEqual(['package.json', ...packageJson.files].sort());
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|\.tsbuildinfo$|(?:^|\/)\.(?!\.)/.test(file))).toEqual([]);
});

test('each entry has one file of types, beside those that entries share', () => {
  const dist = join(packed.folder, 'node_modules/chat-mock/dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
  const entries = Object.values(packageJson.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.types.replace('./dist/', '')],
  );
  expect(files.filter((file) => !file.startsWith('types/')).sort()).toEqual([...entries].sort());
  expect(files.length).toBeLessThan(2 * entries.length);
});

test('the notices of the packages in it are with it', () => {
  const notices = readFileSync(join(packed.folder, 'node_modules/chat-mock/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of [
    'hono',
    '@hono/node-server',
    'zod',
    'yaml',
    '@faker-js/faker',
    'undici',
    'chokidar',
    'diff',
    'vue',
    'preact',
    'marked',
  ])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
});

test('the types resolve for each entry, those of its dependencies included', () => {
  const source = `import { createChatMock, defineScenario } from 'chat-mock';
import { ChatSessionSummary, type Event } from 'chat-mock/schemas';
import { buildDocument } from 'chat-mock/openapi';
import { type Check, defineCheck, type Finding, verify } from 'chat-mock/contract';
const mock = createChatMock({ seed: 1, speed: 'instant', scenarios: [defineScenario({ scenario: 'a', steps: [{ text: 'b' }] })] });
const event: Event = { type: 'text', content: 'a' };
const title: string | null | undefined = ChatSessionSummary.parse({}).generated_title;
// @ts-expect-error: no such edition
buildDocument({ edition: '2020-01', spec: '3.1' });
const verdicts = async (): Promise<string[]> => {
  const told: string[] = [];
  for await (const happened of verify({ fetch: (request) => mock.fetch(request), profile: 'read-only' }))
    if (happened.type === 'case') told.push(happened.result.verdict);
  return told;
};
// @ts-expect-error: a check says what it requires
defineCheck({ id: 'own.check' });
const own: Check = defineCheck({
  id: 'own.check',
  requirement: 'It MUST answer.',
  level: 'must',
  evidence: 'documented',
  source: 'here',
  rationale: 'To us.',
  appliesTo: ({ operation }) => operation === 'listSessions',
  run: (exchanges): Finding[] => exchanges.map(({ operation }) => ({ exchange: 0, at: String(operation), expected: '', actual: '' })),
});
export { event, mock, own, title, verdicts };
`;
  writeFileSync(join(packed.folder, 'consumer.mts'), source);
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'false'];
  const run = () =>
    execFileSync(process.execPath, [tsc, ...flags, 'consumer.mts'], { cwd: packed.folder, encoding: 'utf8' });
  expect(run()).toBe('');
});

test('the entries run', () => {
  const script = `import { createChatMock } from 'chat-mock';
import { Event } from 'chat-mock/schemas';
import { buildDocument, diffDocuments, writeDocument } from 'chat-mock/openapi';
import { defineCheck, verify } from 'chat-mock/contract';
const mock = createChatMock();
const response = await mock.fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer x' } }));
const files = ['docs/reference.js', '', 'inspector.js', 'inspector.css'];
const pages = await Promise.all(files.map(async (file) => (await mock.fetch('http://mock/__mock/' + file)).status));
console.log(response.status, pages.join(), Event.safeParse({ type: 'text' }).success, buildDocument({ edition: '2026-05', spec: '3.1' }).openapi);
const { changes } = diffDocuments(buildDocument({ edition: '2026-05' }), buildDocument({ edition: '2026-08' }));
console.log(changes[0].kind, (await writeDocument(buildDocument(), 'yaml')).length > 1000);
const instant = createChatMock({ speed: 'instant' });
for await (const event of verify({ fetch: (request) => instant.fetch(request) }))
  if (event.type === 'finished') console.log(event.report.verdict, event.report.exit_code, event.report.counts.failed);
const own = defineCheck({
  id: 'own.found',
  requirement: 'It MUST be found.',
  level: 'must',
  evidence: 'documented',
  source: 'here',
  rationale: 'To us.',
  appliesTo: () => true,
  run: ([{ operation }]) => [{ exchange: 0, at: operation, expected: 'this', actual: 'that' }],
});
const steps = [{ call: 'listSessions', encode: 'as_needed', key: 'good', expect: 'accepted' }];
const flows = [{ flow: 'own', summary: 'Lists.', profile: 'read-only', alone: false, checks: ['own.found'], steps }];
for await (const event of verify({ fetch: (request) => instant.fetch(request), checks: [own], only: ['own.*'], flows })) {
  if (event.type === 'case') console.log(event.check, event.result.verdict, event.result.findings[0].at);
  if (event.type === 'finished') console.log(event.report.exit_code);
}`;
  const run = () =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: packed.folder, encoding: 'utf8' });
  expect(run()).toBe(
    '200 200,200,200,200 false 3.1.0\noperation-removed true\nconforms 0 0\nown.found failed listSessions\n1\n',
  );
});

test('a report cites facts by URLs of the document that is installed', async () => {
  const { url } = await startServer(['--speed', 'instant']);
  const report = JSON.parse(packed.run('verify', url, '--only', 'auth.*', '--json')) as Report;
  const [{ source = '' } = {}] = report.checks;
  expect(readFileSync(fileURLToPath(source), 'utf8')).toContain(`<a id="${new URL(source).hash.slice(1)}">`);
  expect(packed.run('verify', '--explain', 'auth.no-key')).toMatch(/source +file:.*\n {2}fact +Every operation needs/);
});

test('SIGTERM ends a stream that is in the middle, and then the process, with 0', async () => {
  const server = await startServer();
  const response = await fetch(`${server.url}/api/v1/chat/ses-never-run-bound/messages/stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: '/slow-tool', index_ids: ['idx-abc123', 'idx-def456'] }),
  });
  const reader = response.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  const exited = server.stop();
  // The body ends well, long before the tool's eight seconds are over.
  for (let read = await reader?.read(); read && !read.done; ) read = await reader?.read();
  expect(await exited).toBe(0);
  expect(server.log.slice(-2)).toMatchObject([
    { event: 'stream', scenario: 'slow-tool', end: 'stopped' },
    { event: 'stopped' },
  ]);
});

test('a busy port is an error that names it', async () => {
  const { port } = new URL((await startServer()).url);
  expect(failure('serve', '--port', port)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `Failed to listen on 127.0.0.1:${port}: the port is in use. Stop the other server, or choose any free port with --port 0.\n`,
  });
});

function failure(...args: readonly string[]): unknown {
  try {
    return packed.run(...args);
  } catch (error) {
    return error;
  }
}
