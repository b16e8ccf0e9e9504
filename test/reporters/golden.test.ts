import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/contract/index.ts';
import { reporters, reportFormats } from '../../src/reporters/index.ts';
import { plain, sampleRun } from './sample-run.ts';

const endings: Readonly<Record<string, string>> = {
  json: 'json',
  junit: 'xml',
  sarif: 'sarif.json',
  ctrf: 'ctrf.json',
  markdown: 'md',
  html: 'html',
  ndjson: 'ndjson',
  har: 'har',
};

async function render(format: keyof typeof reporters, annotates = false, width = 100): Promise<string> {
  const pieces: string[] = [];
  const options = { ...plain, annotates, width };
  const report = await reporters[format]();
  for await (const piece of report(sampleRun(), options)) pieces.push(piece);
  return pieces.join('');
}

test.each(reportFormats)('%s shows every outcome', async (format) => {
  await expect(await render(format)).toMatchFileSnapshot(`golden/report-${format}.${endings[format] ?? 'txt'}`);
});

test.each([40, 60, 80])('the value at fault is in sight in %s columns', async (width) => {
  const text = await render('console', false, width);
  const [line = ''] = text.split('\n').filter((one) => one.includes('▶'));
  expect(line).toMatch(/^ {4}▶ frame 2, \+80 ms {2}event.*…?"content":"Rev/);
  expect(line.length).toBeLessThanOrEqual(Math.max(width, 50));
});

test('the guide names every format', () => {
  const guide = readFileSync(new URL('../../docs/verify.md', import.meta.url), 'utf8');
  expect(guide).toContain(`Formats: \`${reportFormats.join(' ')}\``);
});

test('in Actions, failures are annotations', async () => {
  const lines = (await render('console', true)).split('\n').filter((line) => line.startsWith('::'));
  expect(lines.map((line) => line.split('::')[1])).toEqual([
    'error title=custom.check',
    'error title=stream.text-adds-up',
    'warning title=stream.incremental',
    'warning title=pagination.ends',
  ]);
});

test.each(['console', 'tap'] as const)('what a server sends cannot write on a terminal (%s)', async (format) => {
  expect(await render(format)).not.toContain('\u001b[31m');
});

test('an exchange from before the start of the run has its date in HAR, too', async () => {
  const events: RunEvent[] = [];
  for await (const event of sampleRun()) events.push(event);
  const exchange = events.find(({ type }) => type === 'exchange');
  if (!exchange) throw new Error('The sample has exchanges.');
  const pieces: string[] = [];
  const report = await reporters.har();
  async function* run() {
    yield exchange as RunEvent;
    yield* events;
  }
  for await (const piece of report(run(), plain)) pieces.push(piece);
  const { log } = JSON.parse(pieces.join('')) as { log: { entries: { startedDateTime: string }[] } };
  expect(log.entries[0]?.startedDateTime).toBe(log.entries[1]?.startedDateTime);
});
