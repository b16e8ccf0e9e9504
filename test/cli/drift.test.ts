import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { loadChoices } from '../../src/node/files.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const cli = (args: readonly string[], cwd: string) =>
  runCli(['verify', ...args], { cwd, env: { XDG_STATE_HOME: cwd }, neverInterrupts: true });

/** Records a mock, so that the same traffic can be judged again and again. */
async function recordOnce() {
  const cwd = temporaryDirectory();
  const server = await createChatMock({ speed: 'instant' }).listen();
  await cli([server.url, '--profile', 'read-only', '--record', 'run.ndjson'], cwd);
  await server.close();
  const file = join(cwd, 'run.ndjson');
  const edit = (change: (text: string) => string) => writeFileSync(file, change(readFileSync(file, 'utf8')));
  return { cwd, edit, check: () => cli(['--replay', 'run.ndjson', '--learn', 'learned.json', '--check'], cwd) };
}

test('--check compares with what was learned: nothing has changed, a field is new, a choice is another', async () => {
  const { cwd, edit, check } = await recordOnce();
  const learning = await cli(['--replay', 'run.ndjson', '--learn', 'learned.json'], cwd);
  expect(learning.stderr).toMatch(/^Wrote \d+ choices to/);
  const learned = readFileSync(join(cwd, 'learned.json'), 'utf8');
  expect(JSON.parse(learned)).toMatchObject({
    observed: { edition: '2026-05', checks: { 'http.schema': 'passed' } },
  });
  // The same file makes a mock alike.
  expect(await loadChoices(join(cwd, 'learned.json'))).not.toHaveProperty('observed');
  expect(() => createChatMock({ choices: JSON.parse(learned) })).not.toThrow();

  const same = await check();
  expect([same.exitCode, same.stdout]).toEqual([0, expect.stringContaining('No change since')]);

  edit((text) => text.replaceAll('\\"generated_title\\"', '\\"owner\\":\\"me\\",\\"generated_title\\"'));
  const added = await check();
  expect(added.exitCode).toBe(1);
  expect(added.stdout).toMatch(
    /\n\d+ changes since .*learned\.json was written\.\n\nAdditions, and what is mended: \d+\n/,
  );
  expect(added.stdout).toContain('  shape     listSessions $.items[].owner: string: never before, sent now\n');
  expect(added.stdout).not.toContain('Breaks clients');

  edit((text) => text.replaceAll('Not authenticated', 'No entry'));
  const chosen = await check();
  expect(chosen.stdout).toContain('A mock does it otherwise: 1\n');
  expect(chosen.stdout).toMatch(/The choices to change in .*:\n\{\n {2}"auth_missing_detail": "No entry"\n\}/);
  expect(readFileSync(join(cwd, 'learned.json'), 'utf8')).toBe(learned);
});

test('a check that failed since then breaks clients, and so does a field that is gone', async () => {
  const { cwd, edit, check } = await recordOnce();
  await cli(['--replay', 'run.ndjson', '--learn', 'learned.json'], cwd);
  edit((text) => text.replaceAll('\\"last_updated_at\\"', '\\"changed_at\\"'));
  const { exitCode, stdout } = await check();
  expect(exitCode).toBe(1);
  const [, breaking = ''] = /\nBreaks clients: \d+\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
  expect(breaking).toContain('http.schema: passed before, failed now');
  expect(breaking).toContain('$.items[].last_updated_at: string: sent before, never now');
});

interface Traffic {
  readonly events?: readonly object[];
  readonly headers?: readonly (readonly [string, string])[];
  readonly history?: readonly object[];
}
const said = { type: 'text', content: 'Hi' };
const streamed = ['content-type', 'text/event-stream'] as const;

/** A recording of a turn and of a look at its session. */
function recordingOf({ events = [said], headers = [streamed], history = [said] }: Traffic): string {
  const stream = events.map((event) => `event: message\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const json = JSON.stringify({ session_id: 'ses-1', events: history });
  const exchange = (id: number, request: object, response: { readonly body: string; readonly headers: unknown }) => ({
    ...{ id, number: id, flow: null, role: null, session_id: 'ses-1', start_ms: id },
    ...{ operation: id === 1 ? 'streamMessages' : 'getSession' },
    request: { headers: [], ...request },
    response: { status: 200, headers_ms: 1, chunks: [[2, response.body.length]], ...response },
    ...{ ending: 'complete', end_ms: 3, reason: null, retries: 0, is_broken: false },
  });
  const target = '/api/v1/chat/ses-1';
  const sent = { method: 'POST', target: `${target}/messages/stream`, body: '{"prompt":"Hi","index_ids":["a"]}' };
  return [
    { chat_mock_recording: 1, made_by: 'record', target: 'http://127.0.0.1:1', started_at: '2026-01-02T03:04:05.000Z' },
    { exchange: exchange(1, sent, { body: stream, headers }) },
    { exchange: exchange(2, { method: 'GET', target, body: null }, { body: json, headers: [] }) },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

const note = { type: 'note', text: 'x' };
const toned = { ...said, tone: 1 };

test.each<readonly [string, Traffic, string, string]>([
  [
    'a new type of an event',
    { events: [note, said] },
    'Breaks clients',
    'streamMessages event note: object: never before, sent now',
  ],
  [
    'a new type of an event in the history',
    { history: [said, note] },
    'Breaks clients',
    'getSession $.events[] event note: object: never before, sent now',
  ],
  [
    'a new field of an event',
    { events: [toned] },
    'Additions',
    'streamMessages event text.tone: number: never before, sent now',
  ],
  [
    'a new field of an event in the history',
    { history: [toned] },
    'Additions',
    'getSession $.events[] event text.tone: number: never before, sent now',
  ],
  [
    'a new header',
    { headers: [['X-New', '1'], streamed] },
    'Additions',
    'streamMessages header x-new: never before, sent now',
  ],
  [
    'a header that is gone',
    { headers: [] },
    'Breaks clients',
    'streamMessages header content-type: sent before, never now',
  ],
  ['a header of a moment', { headers: [['Date', 'x'], streamed] }, 'No change since', ''],
])('--check tells of %s whom it breaks', async (_, traffic, heading, line) => {
  const cwd = temporaryDirectory({ 'run.ndjson': recordingOf({}), 'now.ndjson': recordingOf(traffic) });
  await cli(['--replay', 'run.ndjson', '--learn', 'learned.json'], cwd);
  const { stdout } = await cli(['--replay', 'now.ndjson', '--learn', 'learned.json', '--check'], cwd);
  expect(stdout).toContain(heading);
  expect(stdout.slice(stdout.indexOf(heading)).split('\n\n')[0]).toContain(line);
});

test('--check needs a file that --learn has written', async () => {
  const { cwd, check } = await recordOnce();
  expect(await check()).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Write it first, with --learn FILE alone.'),
  });
  writeFileSync(join(cwd, 'learned.json'), '{"echo_user_input":true}');
  expect(await check()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it holds choices only') });
  writeFileSync(join(cwd, 'learned.json'), '{"ecko_user_input":true}');
  expect(await check()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('ecko_user_input') });
  expect(await cli(['--replay', 'run.ndjson', '--check'], cwd)).toMatchObject({
    exitCode: 2,
    stderr: 'Failed to check: there is no file to compare with. Name one with --learn FILE.\n',
  });
});
