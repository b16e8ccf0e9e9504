import { expect, test } from 'vitest';
import { buildMock } from '../../src/node/mock.ts';
import type { Meddle } from '../../src/self-test/meddle.ts';
import { meddleWith } from '../../src/self-test/meddle.ts';
import { recordVerify, replayText } from '../support/recordings.ts';
import { flowsNamed } from '../support/verify.ts';

const fetch = (meddle: Meddle = (hop) => hop.next()) => meddleWith(buildMock({ speed: 'instant' }).fetch, meddle);
const flows = flowsNamed('one-turn', 'walk', 'keys', 'session-life');
const KEY = 'sk-secret-of-the-test';

test('a recorded run is judged as the run itself, times and all', async () => {
  const { report, text } = await recordVerify({ fetch: fetch(), flows, apiKey: KEY });
  expect(report.verdict).toBe('conforms');
  expect(await replayText(text)).toEqual(report);
});

test('so is a run that fails, which was asked twice, and one that another failure blocks', async () => {
  const meddle: Meddle = async (hop) => {
    const response = await hop.next();
    return response.headers.get('content-type')?.startsWith('text/event-stream')
      ? new Response((await response.text()).replaceAll('event: delta', 'event: message'), response)
      : response;
  };
  const { report, text } = await recordVerify({ fetch: fetch(meddle), flows, apiKey: KEY });
  expect(report.counts.failed).toBeGreaterThan(0);
  expect(await replayText(text)).toEqual(report);
});

test('a key that the server echoes in any form is in no recording, and the report is the same', async () => {
  const meddle: Meddle = async (hop) => {
    const response = await hop.next();
    const body = await response.text();
    if (!body.startsWith('{')) return new Response(body === '' ? null : body, response);
    const echo = { ...JSON.parse(body), echo: `${KEY} ${Buffer.from(`user:${KEY}`).toString('base64')}` };
    return new Response(JSON.stringify(echo), response);
  };
  const { report, text } = await recordVerify({ fetch: fetch(meddle), flows, apiKey: KEY });
  expect(text).not.toContain(KEY);
  expect(text).not.toContain(Buffer.from(KEY).toString('base64').slice(3, -3));
  expect(text).toContain('Bearer [redacted]');
  expect(await replayText(text)).toEqual(report);
});

test('other checks can be chosen than those of the run', async () => {
  const { text } = await recordVerify({ fetch: fetch(), flows });
  const report = await replayText(text, { only: ['stream.ends-once'] });
  expect(report.checks.find(({ id }) => id === 'stream.ends-once')).toMatchObject({
    verdict: 'passed',
    repeat: expect.stringContaining('--only stream.ends-once'),
  });
});

test('a recording that was cut: the flows that are whole are judged, the rest is not observed and never passed', async () => {
  const { report, text } = await recordVerify({ fetch: fetch(), flows, concurrency: 1 });
  const lines = text.trimEnd().split('\n');
  const firstFlow = lines.findIndex((line) => line.startsWith('{"flow"'));
  const cut = await replayText(`${lines.slice(0, firstFlow + 1).join('\n')}\n{"exchange":{"id":`);
  expect(cut.notes).toEqual([
    `The recording run.ndjson was cut: of line ${firstFlow + 2} only 18 bytes are there, so its last exchange is missing.`,
    'The run that run.ndjson records did not come to its end.',
  ]);
  const passed = (one: typeof report) => one.checks.filter(({ verdict }) => verdict === 'passed').map(({ id }) => id);
  expect(passed(report)).toEqual(expect.arrayContaining(passed(cut)));
  expect(passed(cut).length).toBeLessThan(passed(report).length);
  expect(cut.checks.flatMap(({ why, cases }) => (cases.length === 0 ? [why] : []))).toContain(
    'not observed: no exchange of the recording shows it',
  );
});

test.each([
  ['', 'Failed to read the recording run.ndjson: it has no whole line. Name a file that chat-mock has recorded.'],
  ['{"log":{}}\n', 'run.ndjson:1:1: is not a recording: its first line has no "chat_mock_recording"'],
  [
    `{"chat_mock_recording":1,"made_by":"record","target":"x","started_at":"x"}\n{"exchange":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`,
    'run.ndjson:2:1: is nested too deeply',
  ],
  ['{"chat_mock_recording":9}\n', 'run.ndjson:1:1: chat_mock_recording'],
])('what is not a recording is an error with its line: %j', async (text, message) => {
  await expect(replayText(text)).rejects.toThrow(message);
});

test('a line that is wrong is an error with its number', async () => {
  const { text } = await recordVerify({ fetch: fetch(), flows: flowsNamed('keys') });
  const lines = text.trimEnd().split('\n');
  const withLine = (line: string) => replayText(`${[...lines.slice(0, 3), line].join('\n')}\n`);
  await expect(withLine('{"exchnge":{}}')).rejects.toThrow('run.ndjson:4:1: is "exchnge"; did you mean "exchange"?');
  await expect(withLine('{"exchange":')).rejects.toThrow('run.ndjson:4:1: it is not JSON');
  await expect(withLine((lines[2] ?? '').replace('"method"', '"methd"'))).rejects.toThrow(
    'run.ndjson:4:1: exchange.request.method',
  );
});

test('traffic that no flow has sent: what is there is judged, the rest is not observed', async () => {
  const { text } = await recordVerify({ fetch: fetch(), flows: flowsNamed('one-turn') });
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const { run, ...rest } = JSON.parse(header);
  const exchanges = lines
    .map((line) => JSON.parse(line))
    .flatMap(({ exchange }) => (exchange ? [exchange] : []))
    .map(({ expectation, ...exchange }) => ({ exchange: { ...exchange, flow: null, role: null, operation: null } }));
  const traffic = [{ ...rest, made_by: 'record' }, ...exchanges].map((line) => `${JSON.stringify(line)}\n`).join('');
  const report = await replayText(traffic);
  const verdicts = Object.fromEntries(report.checks.map(({ id, verdict, why }) => [id, [verdict, why]]));
  expect(run.flows).toEqual(['one-turn']);
  expect([report.verdict, report.exit_code]).toEqual(['conforms', 0]);
  expect(verdicts['stream.ends-once']?.[0]).toBe('passed');
  expect(verdicts['auth.no-key']).toEqual(['skipped', 'not observed: no exchange shows it']);
  expect(report.counts.inconclusive).toBe(0);

  const broken = traffic.replaceAll('event: delta', 'event: message');
  expect((await replayText(broken)).exit_code).toBe(1);
});
