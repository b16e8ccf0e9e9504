import { expect, test } from 'vitest';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

test('import says what it has made, and what cannot be known', async () => {
  const cwd = temporaryDirectory({ 'answer.sse': 'event: message\ndata: {"type":"text","content":"Hi"}\n\n' });
  const { exitCode, stdout, stderr } = await runCli(['import', 'answer.sse', '--out', 'recorded'], { cwd });
  expect([exitCode, stdout.replaceAll(`${cwd}/`, '')]).toEqual([
    0,
    'Imported 1 exchanges, 0 secrets hidden, into recorded/recording.ndjson\nMade 1 scenarios and 0 sessions of it; replay them with\n  chat-mock --scenarios recorded/scenarios --choices recorded/choices.yaml\n',
  ]);
  expect(stderr).toContain('a saved body has no request and no times');
  const again = await runCli(['import', 'answer.sse', '--out', 'recorded', '--force', '--json'], { cwd });
  expect(JSON.parse(again.stdout)).toMatchObject({ event: 'imported', exchanges: 1, scenarios: 1, sessions: 0 });
  expect(await runCli(['import', '--out', 'x'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no file.'),
  });
  expect(await runCli(['import', 'answer.sse'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--out DIR'),
  });
});
