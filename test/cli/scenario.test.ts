import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toTerminal, toWire } from '../../src/cli/play.ts';
import { compileScenario } from '../../src/node/play.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const broken = `scenario: broken
steps:
  - txet: Hello
  - text: "{{compny.name}}"
`;
const late = `scenario: late
steps:
  - stop: {}
  - text: After the end
violates: [stream.deltas-closed]
`;
const good = 'scenario: good\nsteps: [{ text: Hello }]\n';

test('scenario check tells every problem of every file, with the line it is in', async () => {
  const directory = temporaryDirectory({ 'broken.yaml': broken, 'good.yaml': good, 'late.yaml': late });
  const { stdout, exitCode } = await runCli(['scenario', 'check', directory]);
  expect(
    stdout.replaceAll(`${directory}/`, ''),
  ).toBe(`broken.yaml:3:5: step 1 is "txet"; did you mean "text"? Steps are: think, text, tool, together, wait_ms, hold, event, raw, huge, stop, fail.
  3 |   - txet: Hello
    |     ^

late.yaml:3:5: events follow the stop. If that is meant, add violates: [stream.ends-once].
  3 |   - stop: {}
    |     ^

late.yaml:5:12: the turn does not break stream.deltas-closed; remove it, or break it
  5 | violates: [stream.deltas-closed]
    |            ^

3 problems in 2 of 3 files.
`);
  expect(exitCode).toBe(1);
});

test('a template that faker does not know is told before any turn', async () => {
  const file = join(temporaryDirectory({ 'a.yaml': 'scenario: a\nsteps: [{ text: "{{compny.name}}" }]\n' }), 'a.yaml');
  const { stdout, exitCode } = await runCli(['scenario', 'check', file, '--json']);
  const message = `{{compny.name}} cannot be filled: there is no module "compny"; did you mean "{{company.name}}"?`;
  expect(JSON.parse(stdout)).toEqual({ files: 1, problems: [{ file, line: 2, column: 17, message }] });
  expect(exitCode).toBe(1);
});

test('the built-in scenarios have no problems', async () => {
  const directory = new URL('../../fixtures/scenarios', import.meta.url).pathname;
  const { stdout, exitCode } = await runCli(['scenario', 'check', directory]);
  expect(stdout).toMatch(/^No problems in \d+ files\.\n$/);
  expect(exitCode).toBe(0);
});

test.each([
  [['scenario', 'check'], 'Failed to check scenarios: no file is named.'],
  [['scenario', 'check', '/nowhere/a.yaml'], 'Failed to read /nowhere/a.yaml: there is no such file or directory.'],
  [['scenario', 'play'], 'Failed to play: no scenario is named. Known: agent-error, '],
  [
    ['scenario', 'play', 'slow-tol'],
    'Failed to play: there is no scenario "slow-tol"; did you mean "slow-tool"? Known: ',
  ],
  [['scenario', 'chekc'], 'Failed to run "scenario chekc": there is no such command. Did you mean scenario check?'],
])('chat-mock %j is told what is missing', async (argv, message) => {
  const { stderr, exitCode } = await runCli(argv);
  expect(stderr.slice(0, message.length)).toBe(message);
  expect(exitCode).toBe(2);
});

test('scenario play prints the turn as a reader sees it', async () => {
  const { stdout, exitCode } = await runCli(['scenario', 'play', 'tool-recovers']);
  await expect(stdout).toMatchFileSnapshot('golden/scenario-play.txt');
  expect(exitCode).toBe(0);
});

const asked = { prompt: 'x', seed: 1, edition: '2026-05' } as const;

test('scenario play --wire prints every action, its bytes, and the hash of all', async () => {
  const scenario = defineScenario({
    scenario: 'cut',
    pace: { first_ms: 10, tokens_per_second: 1000, jitter: 0 },
    steps: [{ hold: 'go' }, { raw: { base64: '8J8=' } }, { text: 'Hi' }],
    ends: { after: { byte: 20 }, how: 'reset' },
  });
  const sent = Buffer.concat([Buffer.from('8J8=', 'base64'), Buffer.from('event: delta\ndata:')]);
  expect(toWire(await compileScenario(scenario, asked))).toBe(String.raw`       0.0 ms  wait   10.0 ms
      10.0 ms  hold   go (until released, 60000 ms at most)
      10.0 ms  bytes       2  <f0 9f>
      10.0 ms  wait   1.0 ms
      11.0 ms  bytes      18  "event: delta\ndata:"
      11.0 ms  end    reset
sha256 ${createHash('sha256').update(sent).digest('hex')} of 20 bytes in 2 writes
`);
});

test('a huge frame is shown by its beginning and its size; --wire shows all of it', async () => {
  const { stdout } = await runCli(['scenario', 'play', 'huge-frame', '--speed', 'instant']);
  expect(stdout).toMatch(/^x{4000}… \(99999\d\d characters; --wire shows all\)\n\n✓ /);
  expect(stdout.length).toBeLessThan(4200);
  const wire = await runCli(['scenario', 'play', 'huge-frame', '--wire']);
  expect(wire.stdout).toContain(`"${'x'.repeat(100)}`.slice(1));
  expect(wire.stdout.length).toBeGreaterThan(10_000_000);
});

test('late headers are waited for, and an answer that breaks off is shown as far as it comes', async () => {
  const late = {
    delay_ms: 2500,
    status: 503,
    body: 'Out of order.',
    ends: { after: { byte: 3 }, how: 'reset' },
  } as const;
  const { actions } = await compileScenario(defineScenario({ scenario: 'late', ...late }), asked);
  expect([...actions]).toEqual([
    { kind: 'wait', ms: 2500 },
    { kind: 'bytes', bytes: new TextEncoder().encode('Out'), events: [] },
    { kind: 'end', how: 'reset' },
  ]);
});

test('an answer that is none of a stream is shown with its head', async () => {
  const scenario = defineScenario({ scenario: 'busy', status: 503, headers: { 'retry-after': '2' }, body: 'Busy.' });
  const shown: string[] = [];
  const io = { stdout: { write: (text: string) => void shown.push(text) }, paint: (_: unknown, text: string) => text };
  await toTerminal(await compileScenario(scenario, asked), { io: { ...io, wait: async () => {} }, speed: 1 });
  expect(shown.join('')).toBe('HTTP 503\nretry-after: 2\n\nBusy.\n');
});

test('events that are broken on purpose are shown as far as there is something to show', async () => {
  const types = ['text_delta', 'text', 'thinking', 'user_input', 'tool_call', 'tool_result', 'surprise', 'stop'];
  const steps = types.map((type) => ({ event: { type } }));
  const shown: string[] = [];
  const io = { stdout: { write: (text: string) => void shown.push(text) }, paint: (_: unknown, text: string) => text };
  const scenario = defineScenario({ scenario: 'broken', steps });
  await toTerminal(await compileScenario(scenario, asked), { io: { ...io, wait: async () => {} }, speed: 'instant' });
  expect(shown.join('')).toBe(
    '(nothing)\n\n(nothing)\n\n(nothing)\n→ (nothing) (nothing)\n← (nothing) (nothing)\n{"type":"surprise"}\n✓ ? tokens in, ? out\n',
  );
});
