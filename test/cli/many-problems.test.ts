import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { loadChoices, loadFixtures, loadScenarios } from '../../src/node/files.ts';
import { FileProblemsError } from '../../src/runtime/errors.ts';
import { controlled } from '../support/control.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const COUNT = 600;
const repeat = (line: (index: number) => string) => Array.from({ length: COUNT }, (_, index) => line(index)).join('\n');
const badSteps = `scenario: bad\nsteps:\n${repeat(() => '  - thnik: a')}\n`;
const listed = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

test('scenario check lists the first 100 problems and counts the rest, as text and as JSON', async () => {
  const directory = temporaryDirectory({ 'bad.yaml': badSteps });
  const { stdout, exitCode } = await runCli(['scenario', 'check', directory]);
  expect(listed(stdout, /bad\.yaml:\d+:5: step \d+ is "thnik"/g)).toBe(100);
  expect(stdout.endsWith('\n… and 500 more.\n\n600 problems in 1 of 1 file.\n')).toBe(true);
  expect(exitCode).toBe(1);
  const json = JSON.parse((await runCli(['scenario', 'check', directory, '--json'])).stdout);
  expect([json.files, json.problems.length, json.more]).toEqual([1, 100, 500]);
});

test.each<[string, string]>([
  ['keys that are unknown', `scenario: bad\nsteps: [{ text: a }]\n${repeat((index) => `key${index}: a`)}\n`],
  ['keys that stand twice', `scenario: bad\nsteps: [{ text: a }]\n${repeat(() => 'pace: fast')}\n`],
  ['headers with no name', `scenario: bad\nstatus: 503\nheaders:\n${repeat((index) => `  "a b${index}": c`)}\n`],
  ['stops', `scenario: bad\nsteps:\n${repeat(() => '  - stop: {}')}\n`],
  [
    'calls without a result at each of many stops',
    `scenario: bad\nsteps:\n${repeat((index) => `  - event: { type: tool_call, name: a, call_id: c${index}, arguments: {} }`)}\n${repeat(() => '  - stop: {}')}\n`,
  ],
])('of %s too, in the order of the file', async (_, text) => {
  const error = await loadScenarios(temporaryDirectory({ 'bad.yaml': text })).catch((error: unknown) => error);
  if (!(error instanceof FileProblemsError)) throw error;
  const lines = error.message.split('\n');
  expect(lines).toHaveLength(102);
  expect(lines.at(-1)).toBe(`  … and ${error.problems.length - 100} more.`);
  const places = error.problems.map(({ line }) => line);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('choices, fixtures and a configuration do the same', async () => {
  const keys = repeat((index) => `key${index}: a`);
  const directory = temporaryDirectory({
    'choices.yaml': keys,
    'fixtures/indexes.yaml': repeat((index) => `- { id: ${index} }`),
    'chat-mock.config.yaml': keys,
  });
  const messageOf = (error: unknown) => (error as Error).message;
  const messages = [
    await loadChoices(join(directory, 'choices.yaml')).catch(messageOf),
    await loadFixtures(join(directory, 'fixtures')).catch(messageOf),
    (await runCli([], { cwd: directory })).stderr.trimEnd(),
  ];
  for (const message of messages) {
    expect(message).toMatch(/… and \d+ more\.$/);
    expect(String(message).split('\n')).toHaveLength(102);
  }
});

test('so do the control API and a program', async () => {
  const { control } = controlled();
  const steps = Array.from({ length: COUNT }, () => ({ thnik: 'a' }));
  const { status, body } = await control('POST next', { scenario: { steps } });
  expect([status, listed(body.error.message, /\$\.scenario\.steps\[\d+\]: step/g)]).toEqual([400, 100]);
  expect(body.error.message.endsWith('; and 500 more')).toBe(true);
  // biome-ignore lint/suspicious/noExplicitAny: a mistake that a program without types can make.
  expect(() => createChatMock().next({ steps: steps as any })).toThrow(/; and 500 more$/);
  const query = repeat((index) => `key${index}=a`).replaceAll('\n', '&');
  expect((await control(`GET journal?${query}`)).body.error.message.endsWith('; and 500 more')).toBe(true);
});

test('of a long line only what is around the place is shown, and of a long key its beginning', async () => {
  const text = `scenario: bad\nsteps: [{ text: "${'a'.repeat(5000)}" }, { txet: ${'b'.repeat(5000)} }]\n${'c'.repeat(900)}: 1\n`;
  const { stdout } = await runCli(['scenario', 'check', temporaryDirectory({ 'bad.yaml': text })]);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(300);
  const [excerpt = '', mark = ''] = stdout.split('\n').slice(1);
  expect(excerpt.slice(mark.indexOf('^')).startsWith('{ txet: bbb')).toBe(true);
});
