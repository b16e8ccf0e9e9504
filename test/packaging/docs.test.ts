import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { controlExamples, type givens } from '../../scripts/control-examples.ts';
import { toCurl } from '../../scripts/render-control-api.ts';
import { listBlocks, readBlocks } from '../support/blocks.ts';

const root = new URL('../../', import.meta.url).pathname;
const program = join(root, 'dist/bin/chat-mock.js');
const read = (file: string) => readFileSync(join(root, 'docs', file), 'utf8');
const temporary = mkdtempSync(join(tmpdir(), 'chat-mock-docs-'));

/** A server on any free port, once it is ready. */
async function serve(...args: readonly string[]): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(process.execPath, [program, ...args, '--port', '0', '--quiet'], { cwd: temporary });
  const url = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { url, stop: () => child.kill() };
}

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve();
});
afterAll(() => {
  server.stop();
  rmSync(temporary, { recursive: true });
});

/** What a command prints where the documents' port is the server's. */
function run(command: string): string {
  const here = command.replaceAll('http://127.0.0.1:4010', server.url).replaceAll('curl ', 'curl -sS ');
  const { stdout, stderr } = spawnSync('bash', ['-c', here], { encoding: 'utf8' });
  return stdout.replaceAll('\r\n', '\n') + stderr;
}

/** `…` stands for anything, also for nothing. */
function expectParts(printed: string, shown: string): void {
  let rest = printed;
  for (const part of shown.split('…').map((text) => text.trim())) {
    expect(rest).toContain(part);
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
}

const control = (method: string, path: string, body?: object) =>
  fetch(`${server.url}/__mock/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
const startTurn = (id: string, prompt: string) =>
  fetch(`${server.url}/api/v1/chat/${id}/messages/stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ prompt, index_ids: ['idx-abc123'] }),
  });

beforeEach(async () => {
  await control('POST', 'reset', { all: true });
});

describe('failing-on-purpose.md', () => {
  const guide = read('failing-on-purpose.md');
  const blocks = listBlocks(guide);
  const commands = blocks.flatMap(({ language, text }, index) =>
    language === 'sh' ? [{ text, shown: blocks[index + 1]?.text ?? '' }] : [],
  );

  test('it has thirteen cases, and each a command or a test', () => {
    const cases = guide.split(/^## \d+\. /m).slice(1);
    expect(cases).toHaveLength(13);
    for (const text of cases) {
      expect(listBlocks(text).filter(({ language }) => language === 'sh' || language === 'ts')).toHaveLength(1);
      expect(text).toMatch(/^\*\*The user should see\*\* .*\n\n\*\*Why:\*\* /m);
    }
  });

  test.each(commands)('it prints what is shown: $text', ({ text, shown }) => {
    expectParts(run(text), shown);
  });

  test('its tests pass', () => {
    // In the project's own folder, where `chat-mock` means this package.
    const directory = join(root, '.cache/docs/cases');
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const [index, text] of readBlocks(guide, 'ts').entries())
      writeFileSync(join(directory, `case-${index}.test.ts`), text);
    writeFileSync(join(directory, 'vitest.config.ts'), 'export default {};\n');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const result = spawnSync(process.execPath, [vitest, 'run', '--root', directory], { encoding: 'utf8' });
    expect(result.stdout + result.stderr).toMatch(/Tests .*6 passed/);
    expect(result.status).toBe(0);
  });
});

describe('scenarios.md', () => {
  const guide = read('scenarios.md');
  const directory = join(temporary, 'my-scenarios');
  const texts = readBlocks(guide, 'yaml');
  const chatMock = (args: string, cwd = temporary) =>
    spawnSync(process.execPath, [program, ...args.trim().split(' ')], { cwd, encoding: 'utf8' });

  beforeAll(() => {
    mkdirSync(directory);
    for (const text of texts) writeFileSync(join(directory, `${nameOf(text)}.yaml`), text);
  });

  test('its three commands run', async () => {
    const [check = '', play = '', start = ''] = readBlocks(guide, 'sh')
      .join('')
      .split('\n')
      .map((line) => line.replace('npx chat-mock ', ''));
    expect(chatMock(check).stdout).toBe(`No problems in ${texts.length} files.\n`);
    expect(chatMock(play).stdout).toContain('Yes. Everything is on schedule.');
    const mock = await serve(...start.split(' '));
    const response = await fetch(`${mock.url}/__mock/scenarios`);
    const { scenarios } = (await response.json()) as { scenarios: { scenario: string }[] };
    mock.stop();
    // Beside the built-in ones.
    expect(scenarios.map(({ scenario }) => scenario)).toEqual(expect.arrayContaining(texts.map(nameOf)));
    expect(scenarios.length).toBeGreaterThan(texts.length);
  });

  test('mistakes are told as shown', () => {
    const broken = join(temporary, 'two-stops.yaml');
    const [text = ''] = texts.filter((one) => nameOf(one) === 'two-stops');
    writeFileSync(broken, text.replace('ends-once', 'end-once').replace(/stop: \{\}\n$/, 'stpo: {}\n'));
    const [shown = ''] = readBlocks(guide, 'console');
    expectParts(chatMock('scenario check two-stops.yaml').stdout, shown);
  });

  test('the snippet runs', () => {
    const [text = ''] = readBlocks(guide, 'ts');
    const directory = join(root, '.cache/docs');
    mkdirSync(directory, { recursive: true });
    const file = join(directory, 'scenarios.mts');
    writeFileSync(file, text);
    const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
    expect(execFileSync(process.execPath, [tsx, file], { encoding: 'utf8' })).toBe("[ 'hello', 'inline' ]\n");
  });
});

describe('openapi.md', () => {
  const blocks = listBlocks(read('openapi.md'));
  const commands = blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1];
    return language === 'sh' ? [{ text, shown: next?.language === 'console' ? next.text : '' }] : [];
  });

  // In the order of the guide: a later one reads the file that an earlier one has written.
  test.each(commands)('it prints what is shown: $text', ({ text, shown }) => {
    const own = text
      .split('\n')
      .filter((line) => line.includes('chat-mock')) // What others print is theirs.
      .join('\n');
    const there = `cd ${temporary} && ${own.replaceAll('npx chat-mock', `node ${program}`)}`;
    expectParts(run(there), shown.replaceAll('http://127.0.0.1:4010', server.url));
  });

  test('its exit codes are as told', () => {
    const code = (...args: string[]) => spawnSync(process.execPath, [program, 'openapi', 'diff', ...args]).status;
    expect([code('2026-05', '2026-08'), code('2026-08', '2026-09'), code('2026-05', 'nothing')]).toEqual([1, 0, 2]);
  });
});

describe('control-api.md', () => {
  /** Makes so what an example presupposes. */
  const prepare: Readonly<Record<keyof typeof givens, () => Promise<unknown>>> = {
    nothing: async () => {},
    queued: () => control('POST', 'next', { scenario: 'overloaded' }),
    held: async () => {
      await control('PUT', 'clock', { mode: 'fixed', speed: 'instant' });
      await startTurn('ses-never-run', '/held-answer');
    },
    running: () => startTurn('ses-never-run', '/slow-tool'),
    paused: async () => {
      await startTurn('ses-never-run', '/slow-tool');
      await control('POST', 'streams/1/pause');
    },
    manual: () => control('PUT', 'clock', { mode: 'manual' }),
    asked: async () => {
      await control('PUT', 'clock', { mode: 'fixed', speed: 'instant' });
      await (await startTurn('ses-q3-review', 'What were the main findings in Q3?')).text();
    },
  };

  test.each(Object.entries(controlExamples))('%s answers as shown', async (call, example) => {
    const [method = '', path = ''] = call.split(' ');
    await prepare[example.given]();
    const printed = run(toCurl(method, { path, ...example }).replace('curl ', 'curl --max-time 2 '));
    if (typeof example.answer === 'string') expect(printed).toMatch(new RegExp(`^${example.answer}\n`));
    else expect(pick(JSON.parse(printed), example.answer)).toEqual(example.answer);
  });
});

function nameOf(yaml: string): string {
  return /^scenario: ([\w-]+)/m.exec(yaml)?.[1] ?? '';
}

/** The part of a value that another one names: its keys, its first items. */
function pick(value: unknown, named: unknown): unknown {
  if (Array.isArray(named))
    return named.length === 0 ? value : named.map((item, index) => pick((value as unknown[])[index], item));
  if (typeof named !== 'object' || named === null || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(named).map(([key, inner]) => [key, pick(Reflect.get(value, key), inner)]));
}

test('operating.md: its commands keep a log, play it, serve it and compare it', async () => {
  const [keep = '', plays = ''] = readBlocks(read('operating.md'), 'sh').filter((text) => text.includes('mock.log'));
  const argumentsOf = (command: string) => command.trim().split(' ').slice(2);
  const kept = await serve(...argumentsOf(keep));
  await fetch(`${kept.url}/api/v1/chat`, { method: 'POST', headers: { authorization: 'Bearer any' } });
  kept.stop();
  copyFileSync(join(temporary, 'mock.log'), join(temporary, 'other.log'));
  const [play = '', stop = '', compare = ''] = plays.trim().split('\n');
  const printed = [play, compare].map((command) =>
    execFileSync(process.execPath, [program, ...argumentsOf(command)], { cwd: temporary, encoding: 'utf8' }),
  );
  expect(printed).toEqual([
    expect.stringMatching(/^ +1 {2}201 .*POST \/api\/v1\/chat\n$/),
    'No answer differs (1 compared).\n',
  ]);
  const stopped = spawn(process.execPath, [program, ...argumentsOf(stop.replace('120', '1')), '--port', '0'], {
    cwd: temporary,
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: stopped.stdout })) {
    lines.push(line);
    if (line.startsWith('After input 1: http://')) stopped.kill();
  }
  expect(lines.at(-1)).toMatch(/^After input 1: http/);
});
