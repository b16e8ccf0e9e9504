import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
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

test('what is not UTF-8 is refused; a byte order mark is not', async () => {
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

const scenario = (name: string) => `scenario: ${name}\nsteps: [{ text: Hello. }]\n`;

test('directories below are read too, and endings in any case', async () => {
  const directory = temporaryDirectory({
    'b.YAML': scenario('b'),
    'a/c.Yml': scenario('c'),
    'a/deep/er/d.JSON': '{"scenario":"d","steps":[{"text":"1"}]}',
  });
  expect((await loadScenarios(directory)).map(({ scenario }) => scenario)).toEqual(['c', 'd', 'b']);
  expect((await checkScenarios([directory])).files).toHaveLength(3);
});

test('a name stands once in a whole tree; a mistake below is one of the tree', async () => {
  const twins = temporaryDirectory({ 'a.yaml': scenario('a'), 'below/a.yml': scenario('a') });
  const first = join(twins, 'a.yaml');
  await expect(loadScenarios(twins)).rejects.toThrow(
    `${join(twins, 'below/a.yml')}:1:1: another file holds a scenario of this name: ${first}`,
  );
  const wrong = temporaryDirectory({ 'a.yaml': scenario('a'), 'below/b.YML': scenario('c') });
  await expect(loadScenarios(wrong)).rejects.toThrow('below/b.YML:1:11: the name must equal the file\'s: "b", not "c"');
});

test('links are followed, each directory once; hidden directories and packages are left out', async () => {
  const elsewhere = temporaryDirectory({ 'linked.yaml': scenario('linked'), 'one.yaml': scenario('one') });
  const directory = temporaryDirectory({
    'a.yaml': scenario('a'),
    '.git/b.yaml': '{',
    'node_modules/c/package.json': '{',
  });
  symlinkSync(directory, join(directory, 'loop'));
  symlinkSync(elsewhere, join(directory, 'other'));
  symlinkSync(elsewhere, join(directory, 'other-again'));
  expect((await loadScenarios(directory)).map(({ scenario }) => scenario)).toEqual(['a', 'linked', 'one']);
});

test('what is not a file, or is very large, is refused at once', async () => {
  const directory = temporaryDirectory({ 'a.yaml': scenario('a') });
  execFileSync('sh', ['-c', `mkfifo ${join(directory, 'pipe.yaml')}`]);
  await expect(loadScenarios(directory)).rejects.toThrow(/pipe\.yaml: it is not a file\. Check that/);
  const large = temporaryDirectory({ 'a.yaml': '' });
  truncateSync(join(large, 'a.yaml'), 65 * 1024 * 1024);
  await expect(loadScenarios(large)).rejects.toThrow('a.yaml: it is larger than 67108864 bytes.');
});

test('a tree that is too deep is the wrong one', async () => {
  const deep = temporaryDirectory({ [`${'a/'.repeat(40)}a.yaml`]: scenario('a') });
  await expect(loadScenarios(deep)).rejects.toMatchObject({ code: 'too_many_files' });
});

test('a directory without any scenario, or fixture, is told', async () => {
  const empty = temporaryDirectory({ 'notes.txt': '', '.hidden.yaml': '{', 'below/README.md': '' });
  const noScenarios = `Failed to load scenarios: ${empty} holds none. Name a directory with .yaml, .yml or .json files`;
  await expect(loadScenarios(empty)).rejects.toThrow(noScenarios);
  await expect(checkScenarios([empty])).rejects.toThrow(noScenarios);
  const full = temporaryDirectory({ 'a.yaml': scenario('a') });
  await expect(checkScenarios([full, empty])).rejects.toThrow(noScenarios);
  await expect(loadFixtures(empty)).rejects.toThrow(`Failed to load fixtures: ${empty} holds none.`);
});

test('of fixtures one kind is enough, in any depth and case; scenarios may stand beside them', async () => {
  const sessions = temporaryDirectory({ 'sessions/below/a.YAML': session, 'scenarios/a.yaml': '{' });
  expect(await loadFixtures(sessions)).toMatchObject({ sessions: [{ session_id: 'ses-1' }], indexes: [] });
  const indexes = temporaryDirectory({ 'indexes.YAML': `- ${index}\n` });
  expect(await loadFixtures(indexes)).toMatchObject({ sessions: [], indexes: [{ id: 'idx-1' }] });
});

test('a fixture in the wrong place is told', async () => {
  const directory = temporaryDirectory({
    'sessions/a.yaml': session,
    'ses-2.yaml': session,
    'session/b.yaml': session,
    'Indexes.yaml': '',
  });
  const where = ['Indexes.yaml', 'ses-2.yaml', 'session/b.yaml'].map(
    (name) => `  ${join(directory, name)}:1:1: is not read`,
  );
  const error = await loadFixtures(directory).catch((error: Error) => error);
  expect(String(error)).toContain('Failed to load fixtures: 3 problems.');
  for (const line of where) expect(String(error)).toContain(line);
});
