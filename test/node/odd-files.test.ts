import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkScenarios, loadFixtures, loadScenarios } from '../../src/node/files.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';

const session = 'last_updated_at: 2026-04-01T00:00:00.000000\nsession_id: ses-1\n';
const index =
  '{ id: idx-1, name: A, project_id: p, source_directory_id: s, output_directory_id: o, sync_config_id: y, export_config_id: e, files: [a.pdf] }';

test('two sessions of one id are refused, with the place of the second', async () => {
  const directory = temporaryDirectory({ 'sessions/a.yaml': session, 'sessions/b.yaml': session });
  await expect(loadFixtures(directory)).rejects.toThrow(
    `${join(directory, 'sessions/b.yaml')}:2:13: "ses-1" is that of ${join(directory, 'sessions/a.yaml')} already`,
  );
});

test('two indexes of one id are refused', async () => {
  const directory = temporaryDirectory({ 'indexes.yaml': `- ${index}\n- ${index}\n` });
  await expect(loadFixtures(directory)).rejects.toThrow('indexes.yaml:2:9: "idx-1" is that of another index already');
});

test('two files of one scenario are refused', async () => {
  const directory = temporaryDirectory({
    'a.json': '{"scenario":"a","steps":[{"text":"1"}]}',
    'a.yaml': 'scenario: a\nsteps: [{ text: "2" }]\n',
  });
  await expect(loadScenarios(directory)).rejects.toThrow('a.yaml:1:1: another file holds a scenario of this name');
});

test('what is no UTF-8 is refused; a byte order mark is not', async () => {
  const text = 'scenario: a\nsteps: [{ text: "é" }]\n';
  const latin = temporaryDirectory({ 'a.yaml': Buffer.from(text, 'latin1') });
  await expect(loadScenarios(latin)).rejects.toThrow(
    'a.yaml:2:18: is not UTF-8; it looks like Latin-1 or Windows-1252, so save the file as UTF-8',
  );
  for (const mark of ['\ufeff', '']) {
    const wide = temporaryDirectory({ 'a.yaml': Buffer.from(mark + text, 'utf16le') });
    await expect(loadScenarios(wide)).rejects.toThrow('a.yaml:1:1: is UTF-16; save the file as UTF-8');
  }
  expect(await loadScenarios(temporaryDirectory({ 'a.yaml': `\ufeff${text}` }))).toEqual([
    { scenario: 'a', steps: [{ text: 'é' }] },
  ]);
});

test('what is wrong with one file, its bytes or its name, hides nothing of the others', async () => {
  const directory = temporaryDirectory({
    'a.json': '{"scenario":"a","steps":[{"text":"1"}]}',
    'a.yaml': 'scenario: a\nsteps: [{ text: "2" }]\n',
    'b.yaml': Buffer.from('scenario: b\nsteps: [{ text: "é" }]\n', 'latin1'),
    'c.yaml': 'scenario: c\nsteps: [{ txet: "3" }]\n',
  });
  const { problems } = await checkScenarios([directory]);
  expect(problems.map(({ file, line, message }) => [basename(file), line, message.split(/[;,]/)[0]])).toEqual([
    ['a.yaml', 1, 'another file holds a scenario of this name'],
    ['b.yaml', 2, 'is not UTF-8'],
    ['c.yaml', 2, 'step 1 is "txet"'],
  ]);
});
