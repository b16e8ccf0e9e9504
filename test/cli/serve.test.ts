import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ChatMockError } from '../../src/runtime/errors.ts';
import type { Activity } from '../../src/world/activity.ts';
import { runCli } from './support/fake-io.ts';

const { version } = packageJson;
const request: Activity = {
  ...{ id: 1, cameMs: 0, clockMs: 0, sessionId: 'ses-abc123', stream: 1 },
  kind: 'request',
  method: 'POST',
  path: '/api/v1/chat/ses-abc123/messages/stream',
  status: 200,
  durationMs: 12.34567,
  world: null,
  operation: 'streamMessages',
  scenario: 'q3-findings',
  why: 'when',
};
const stream: Activity = {
  kind: 'stream',
  stream: 1,
  method: 'POST',
  path: '/api/v1/chat/ses-abc123/messages/stream',
  world: 'test-7',
  operation: 'streamMessages',
  sessionId: 'ses-abc123',
  scenario: 'q3-findings',
  events: 42,
  bytes: 3120,
  durationMs: 12_345.6,
  end: 'complete',
  how: 'close',
};

test('the banner says where, what and the one line to copy', async () => {
  const { stdout, stderr, exitCode } = await runCli([]);
  expect(stdout).toBe(`chat-mock ${version}
  URL        http://127.0.0.1:4010
  Inspector  http://127.0.0.1:4010/__mock/ (watch and steer it)
  Reference  http://127.0.0.1:4010/__mock/docs (send requests)
  Edition    2026-05 · seed 1 · speed 1 · clock fixed
  Scenarios  5: cited-answer, parallel-tools, q3-findings, slow-tool, …
  Sessions   6
  Keys       any key is accepted

  Try it, or point your client here:
  curl http://127.0.0.1:4010/api/v1/chat -H 'authorization: Bearer any'
  export LLAMA_CLOUD_BASE_URL=http://127.0.0.1:4010 LLAMA_CLOUD_API_KEY=anything

Ctrl-C stops.
`);
  expect([stderr, exitCode]).toEqual(['', 0]);
});

test('with keys, leniency and an open host it says so and shows no key', async () => {
  const { stdout } = await runCli([
    '--host',
    '0.0.0.0',
    '--api-key',
    'llx-1',
    '--api-key',
    'llx-2',
    '--lenient',
    '--seed',
    '\u001b[2J',
  ]);
  expect(stdout).toBe(`chat-mock ${version}
  URL        http://127.0.0.1:4010
  Edition    2026-05 · seed \\u001b[2J · speed 1 · clock fixed · lenient
  Scenarios  5: cited-answer, parallel-tools, q3-findings, slow-tool, …
  Sessions   6
  Keys       2 configured, all others are refused
  Warning    0.0.0.0 is open to other machines, not only to this one; the control API is off without --control-token

  Try it, or point your client here:
  curl http://127.0.0.1:4010/api/v1/chat -H 'authorization: Bearer …'
  export LLAMA_CLOUD_BASE_URL=http://127.0.0.1:4010 LLAMA_CLOUD_API_KEY='one of your --api-key values'

Ctrl-C stops.
`);
});

test.each([
  ['an open host', ['--host', '0.0.0.0']],
  ['no control API', ['--no-control']],
])('with %s the banner names no page', async (_, flags) => {
  expect((await runCli(flags)).stdout).not.toContain('/__mock/');
});

test('with a token the banner names the page that asks for it, and not the one that cannot', async () => {
  const { stdout } = await runCli(['--control-token', 'secret-token']);
  expect(stdout).toContain('  Inspector  http://127.0.0.1:4010/__mock/ (asks for the token)\n');
  expect(stdout).not.toMatch(/__mock\/docs|secret-token/);
});

describe('--open', () => {
  test('opens the inspector once the server is ready', async () => {
    const { calls, stderr } = await runCli(['--open']);
    expect(calls).toContainEqual(['openUrl', 'http://127.0.0.1:4010/__mock/']);
    expect(stderr).toBe('');
  });

  test('where the inspector is off it says what to do, and the server goes on', async () => {
    const { calls, stderr, exitCode } = await runCli(['--open', '--no-control']);
    expect(calls.map(([name]) => name)).not.toContain('openUrl');
    expect([stderr, exitCode]).toEqual([
      'Failed to open the inspector: the control API is off. Start without --no-control.\n',
      0,
    ]);
  });
});

test('what happens is written in one go, one line each', async () => {
  const { writes } = await runCli([], { activities: [request, { ...stream, world: null }], columns: 160 });
  expect(writes.slice(1)).toEqual([
    'POST   /api/v1/chat/ses-abc123/messages/stream                200    12 ms  scenario q3-findings (when)\n' +
      'POST   /api/v1/chat/ses-abc123/messages/stream                end   12.3 s  scenario q3-findings  42 events, 3120 bytes  complete\n',
  ]);
});

const lineCases: readonly (readonly [what: string, activity: Activity, line: string])[] = [
  [
    'a request without a scenario',
    { ...request, method: 'GET', path: '/api/v1/chat', scenario: null, why: null, durationMs: 0.41 },
    'GET    /api/v1/chat                                           <green>200</green>   0.4 ms',
  ],
  [
    'a refusal',
    { ...request, method: 'DELETE', path: '/api/v1/chat/x', status: 404, scenario: null, problem: 'Session not found' },
    'DELETE /api/v1/chat/x                                         <yellow>404</yellow>    12 ms  <dim>Session not found</dim>',
  ],
  [
    'a failure in a world',
    { ...request, status: 503, why: null, world: 'w' },
    'POST   /api/v1/chat/ses-abc123/messages/stream                <bold,red>503</bold,red>    12 ms  <dim>scenario q3-findings  world w</dim>',
  ],
  [
    'a client that left',
    { ...stream, end: 'client_left', events: 3 },
    'POST   /api/v1/chat/ses-abc123/messages/stream                <yellow>end</yellow>   12.3 s  <dim>scenario q3-findings  3 events, 3120 bytes  client left after event 3  world test-7</dim>',
  ],
  [
    'a turn that failed',
    { ...stream, end: 'failed', world: null },
    'POST   /api/v1/chat/ses-abc123/messages/stream                <bold,red>end</bold,red>   12.3 s  <dim>scenario q3-findings  42 events, 3120 bytes  turn failed</dim>',
  ],
  [
    'a stream the server stopped',
    { ...stream, end: 'stopped', world: null },
    'POST   /api/v1/chat/ses-abc123/messages/stream                <yellow>end</yellow>   12.3 s  <dim>scenario q3-findings  42 events, 3120 bytes  stopped after event 42</dim>',
  ],
  [
    'control characters',
    {
      ...request,
      method: 'GET',
      path: '/a\u001b]0;x\u0007\r\n\u009b\u202e?api_key=secret',
      world: '\u001b[2J',
      scenario: null,
    },
    'GET    /a\\u001b]0;x\\u0007\\u000d\\u000a\\u009b\\u202e             <green>200</green>    12 ms  <dim>world \\u001b[2J</dim>',
  ],
];
test.each(lineCases)('the line of %s', async (_, activity, line) => {
  const { writes } = await runCli([], { activities: [activity], showsStyles: true, columns: 160 });
  expect(writes[1]).toBe(`${line}\n`);
});

test('nothing wraps or is lost at 100 columns, nor at 80', async () => {
  const path = '/api/v1/chat/ses-0123456789abcdef01234567/messages/stream';
  const why = 'generated; there is no scenario "slow-tol"; did you mean "slow-tool"?';
  const activities: Activity[] = [
    { ...request, path, why, scenario: 'agent' },
    { ...stream, path, end: 'client_left' },
    { ...request, path, status: 422, scenario: null, problem: 'body.prompt: Field required and 2 more' },
  ];
  const lines = async (columns: number) =>
    (await runCli([], { activities, columns })).writes[1]?.split('\n').slice(0, -1);
  expect(await lines(100)).toEqual([
    'POST   /api/v1/chat/ses-012345…/messages/stream  200    12 ms  agent (generated)',
    '       there is no scenario "slow-tol"; did you mean "slow-tool"?',
    'POST   /api/v1/chat/ses-012345…/messages/stream  end   12.3 s',
    '       q3-findings  42 events  client left after event 42  world test-7',
    'POST   /api/v1/chat/ses-012345…/messages/stream  422    12 ms',
    '       body.prompt: Field required and 2 more',
  ]);
  for (const columns of [80, 100, 140])
    for (const line of (await lines(columns)) ?? []) expect(line.length).toBeLessThanOrEqual(columns);
});

test('--json writes one object a line, ready first and stopped last', async () => {
  const { stdout } = await runCli(['--json', '--port', '4011', '--seed', 'blue'], {
    activities: [{ ...request, path: '/a\u009b?key=secret' }, stream],
  });
  expect(stdout.split('\n')).toEqual([
    `{"event":"ready","url":"http://127.0.0.1:4011","control_url":"http://127.0.0.1:4011/__mock","edition":"2026-05","seed":"blue","scenarios":5,"pid":7,"version":"${version}"}`,
    '{"event":"request","method":"POST","path":"/a\\u009b","status":200,"duration_ms":12.346,"world":null,"operation":"streamMessages","scenario":"q3-findings","why":"when"}',
    '{"event":"stream","method":"POST","path":"/api/v1/chat/ses-abc123/messages/stream","duration_ms":12345.6,"world":"test-7","operation":"streamMessages","session_id":"ses-abc123","scenario":"q3-findings","events":42,"bytes":3120,"end":"complete","how":"close"}',
    '{"event":"stopped"}',
    '',
  ]);
});

test('--quiet prints the base URL and nothing else', async () => {
  expect((await runCli(['--quiet'], { activities: [request] })).stdout).toBe('http://127.0.0.1:4010\n');
});

test('--quiet --json prints ready and stopped only', async () => {
  const { stdout } = await runCli(['--quiet', '--json'], { activities: [request] });
  expect(stdout.match(/"event":"\w+"/g)).toEqual(['"event":"ready"', '"event":"stopped"']);
});

test('a server that does not close is left behind after 1.5 s', async () => {
  const { calls, stdout, exitCode } = await runCli(['--json'], { hangs: true });
  expect(calls.slice(-2)).toEqual([
    ['pause', 1500],
    ['exitAfter', [100, 0]],
  ]);
  expect([stdout.endsWith('{"event":"stopped"}\n'), exitCode]).toEqual([true, 0]);
});

test('an answer that was queued and never used is told at the end', async () => {
  const unused = [{ scenario: 'slow-tool', operation: 'streamMessages', times: 3, used: 1 }];
  expect(await runCli([], { unused })).toMatchObject({
    stderr: 'Queued and never used: slow-tool for streamMessages, 2 of 3 times.\n',
    exitCode: 0,
  });
});

test('--watch without a directory has nothing to watch, and so nothing is left listening', async () => {
  const { stderr, exitCode, calls } = await runCli(['--watch']);
  expect({ stderr, exitCode, calls: calls.map(([name]) => name) }).toEqual({
    stderr: 'Failed to watch: there is nothing to watch. Name a directory with --scenarios or --fixtures.\n',
    exitCode: 2,
    calls: ['buildMock'],
  });
});

test('of many edits at once, as when branches are changed, the files are read again once', async () => {
  const { stdout } = await runCli(['--watch', '--scenarios', 'here', '--json'], { edits: 300 });
  expect(stdout.match(/"event":"reload/g)).toHaveLength(1);
});

test('a watch that fails later is told, and the server goes on', async () => {
  const watchError = new ChatMockError('cannot_watch', 'Failed to go on watching here.');
  const { stderr, exitCode } = await runCli(['--watch', '--scenarios', 'here'], { watchError });
  expect({ stderr, exitCode }).toEqual({ stderr: 'Failed to go on watching here.\n', exitCode: 0 });
});

test('a busy port leaves nothing behind that is watched', async () => {
  const listenError = new ChatMockError('port_in_use', 'Failed to listen.');
  const { stderr, calls } = await runCli(['--watch', '--scenarios', 'here'], { listenError });
  expect({ stderr, last: calls.at(-1) }).toEqual({
    stderr: 'Failed to listen.\n',
    last: ['unwatch', ['/nowhere/here']],
  });
});

test.each([
  [{ node: '26.3.0', bun: '1.4.5' }, 'Bun 1.4.5', 'may share an HTTP/1.1 chunk'],
  [{ node: '26.3.0', deno: '2.9.6', v8: '14' }, 'Deno 2.9.6', 'no difference is known'],
])('a runtime that is not Node is named with what differs: %o', async (versions, name, differs) => {
  const { stdout } = await runCli([], { versions });
  const [line = ''] = /^ {2}Runtime .*$/m.exec(stdout) ?? [];
  expect(line).toContain(`${name}: `);
  expect(line).toContain(differs);
  expect(line).toContain('every ending is exact');
  const { stdout: json } = await runCli(['--json'], { versions });
  expect(JSON.parse(json.split('\n')[0] ?? '')).toMatchObject({
    runtime: name,
    runtime_differs: expect.stringContaining(differs),
  });
});

test('on Node, nothing is said of the runtime', async () => {
  const all = await Promise.all([runCli([]), runCli(['--json'])]);
  expect(all.map(({ stdout }) => /runtime/i.test(stdout))).toEqual([false, false]);
});
