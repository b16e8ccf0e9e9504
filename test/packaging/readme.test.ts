import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { readBlocks } from '../support/blocks.ts';

const root = new URL('../../', import.meta.url).pathname;
const program = join(root, 'dist/bin/chat-mock.js');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const of = (language: string) => readBlocks(readme, language);
const [started = '', frames = '', mistake = '', verified = ''] = of('console');

const server = spawn(process.execPath, [program], { cwd: mkdtempSync(join(tmpdir(), 'chat-mock-readme-')) });
const printed: string[] = [];
const lines = createInterface({ input: server.stdout });
const waiting: { readonly wanted: string; readonly resolve: () => void }[] = [];
lines.on('line', (line) => {
  printed.push(line);
  for (const { wanted, resolve } of waiting) if (line.includes(wanted)) resolve();
});
const line = (wanted: string) =>
  new Promise<void>((resolve) => {
    if (printed.some((text) => text.includes(wanted))) resolve();
    else waiting.push({ wanted, resolve });
  });

beforeAll(() => line('Ctrl-C'));
afterAll(() => server.kill());

const bare = (text: string) => text.trim().replaceAll(/ +\d+(?:\.\d+)? ms/g, ' … ms');

test('what one sees at the start, the calls and their answers are as recorded', async () => {
  const calls = of('sh').flatMap((text) => text.split('\n').filter((command) => command.startsWith('curl')));
  const answers = calls.map((command) =>
    execFileSync('bash', ['-c', command.replace('curl ', 'curl -s ')], { encoding: 'utf8' }),
  );
  expect(calls).toHaveLength(2);
  for (const part of frames.split('…\n')) expect(answers[1]).toContain(part.trim());
  await line('complete');
  expect(bare(printed.join('\n'))).toBe(bare(started));
});

/** Runs what follows `npx`, with the package that is built here. */
function runHere(command: string, cwd: string) {
  return spawnSync('bash', ['-c', command.replace('npx chat-mock', `"${process.execPath}" "${program}"`)], {
    cwd,
    encoding: 'utf8',
  });
}
const commandsOf = (beginning: string) =>
  of('sh').flatMap((text) => text.split('\n').filter((command) => command.startsWith(beginning)));

test('verify says of this mock what is shown, but for the figures', () => {
  const [command = ''] = commandsOf('npx chat-mock verify');
  const { stdout, status } = runHere(command, tmpdir());
  const bareFigures = (text: string) => text.trim().replaceAll(/\d[\d.]*/g, 'N');
  expect([status, bareFigures(stdout)]).toEqual([0, bareFigures(verified)]);
});

test('the documents are written and compared as shown', () => {
  const directory = mkdtempSync(join(tmpdir(), 'chat-mock-readme-'));
  const commands = commandsOf('npx chat-mock openapi');
  expect(commands).toHaveLength(3);
  const runs = commands.map((command) =>
    runHere(command.replace('https://example.com', 'http://127.0.0.1:4010/__mock'), directory),
  );
  // The removal of an operation breaks clients; the mock's own document is the one just written, in another version.
  expect(runs.map(({ status, stderr }) => [status, stderr])).toEqual([
    [0, expect.any(String)],
    [1, ''],
    [0, ''],
  ]);
  expect(runs[1]?.stdout).toContain('operation-removed');
});

test('the scenario is one, and its mistake is told as shown', () => {
  const [yaml = ''] = of('yaml');
  expect(parseScenario({ file: 'two-sources.yaml', text: yaml })).toMatchObject({ value: { scenario: 'two-sources' } });
  const directory = mkdtempSync(join(tmpdir(), 'chat-mock-readme-'));
  mkdirSync(join(directory, 'scenarios'));
  writeFileSync(join(directory, 'scenarios/two-sources.yaml'), yaml.replace('- think', '- thnik'));
  const run = () =>
    execFileSync(process.execPath, [program, '--scenarios', 'scenarios', '--port', '0'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  expect(run).toThrow(mistake.trim());
});

test.each(of('ts').map((text, index) => ({ text, index })))('snippet $index in TypeScript runs', ({ text, index }) => {
  // In the project's own folder, where `chat-mock` means this package.
  const directory = join(root, '.cache/readme');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `snippet-${index}.mts`);
  writeFileSync(file, text);
  const output = execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), file], {
    encoding: 'utf8',
  });
  if (text.includes('asResponse')) expect(output).toContain('"type":"stop"');
  const [, logged] = /console\.log\(.*\); \/\/ (.*)/.exec(text) ?? [];
  if (logged) expect(output).toBe(`${logged}\n`);
});
