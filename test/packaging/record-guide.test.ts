import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readBlocks } from '../support/blocks.ts';
import { build, root } from '../support/built.ts';

const read = (file: string) => readFileSync(join(root, 'docs', file), 'utf8');
const commands = (file: string) => readBlocks(read(file), 'sh').flatMap((text) => text.trimEnd().split('\n'));
const workflow = parse(readBlocks(read('drift.md'), 'yaml')[0] ?? '') as {
  readonly jobs: { readonly drift: { readonly steps: readonly { readonly run?: string }[] } };
};
const directory = mkdtempSync(join(tmpdir(), 'chat-mock-record-'));
const bin = join(directory, 'bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
const children: ChildProcess[] = [];

/** Programs by the names that the guides use; `gh` writes down what it is asked, and knows of one issue or of none. */
function install(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** Starts a command of a guide; resolves with the first line that it prints. */
async function start(command: string) {
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    line: String(line),
    stop: async () => {
      const closed = once(child, 'close');
      child.kill('SIGINT');
      return (await closed)[0] as number | null;
    },
  };
}

function run(command: string, given: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    ...{ cwd: directory, env: { ...env, ...given }, encoding: 'utf8' },
  });
  return { status, printed: stdout + stderr };
}

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const create = async (url: string): Promise<string> => {
  const created = await fetch(`${url}/api/v1/chat`, { method: 'POST', headers, body: '{}' });
  return ((await created.json()) as { session_id: string }).session_id;
};
const ask = async (url: string, id: string) => {
  const body = JSON.stringify({ prompt: 'What is the notice period?', index_ids: ['idx-abc123'] });
  return (await fetch(`${url}/api/v1/chat/${id}/messages/stream`, { method: 'POST', headers, body })).text();
};

let service: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  build();
  mkdirSync(bin);
  install('npx', `shift; exec "${process.execPath}" "${join(root, 'dist/bin/chat-mock.js')}" "$@"`);
  service = await start('npx chat-mock --port 0 --quiet --speed instant');
}, 300_000);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

test('record.md: what is recorded by its command is served, used in a test and judged by its commands', async () => {
  const [record = '', serve = '', , verify = '', ...others] = commands('record.md');
  expect(others).toEqual([]);
  const recorder = await start(`${record.replace('https://api.cloud.llamaindex.ai', service.line)} --port 0 --json`);
  const { url } = JSON.parse(recorder.line) as { url: string };
  const id = await create(url);
  const was = await ask(url, id);
  expect(await recorder.stop()).toBe(0);
  expect(readdirSync(join(directory, 'recorded')).toSorted()).toEqual([
    ...['choices.yaml', 'recording.ndjson', 'scenarios', 'sessions'],
  ]);

  const mock = await start(`${serve} --port 0 --quiet --speed instant`);
  expect(await ask(mock.line, id)).toBe(was);
  expect(await mock.stop()).toBe(0);

  const [inTest = ''] = readBlocks(read('record.md'), 'ts');
  const program = `import { createChatMock } from '${join(root, 'dist/index.js')}';
    ${inTest}
    console.log(JSON.stringify(mock.recording.unused));`;
  const unused = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    ...{ cwd: directory, encoding: 'utf8' },
  });
  expect([unused.stderr, JSON.parse(unused.stdout)]).toEqual([
    '',
    [
      { kind: 'scenario', name: '001-what-is-the-notice-period' },
      { kind: 'session', name: id },
    ],
  ]);

  const judged = run(verify);
  expect([judged.status, judged.printed]).toEqual([0, expect.stringContaining('conforms')]);
});

test('record.md: its import takes the files of other tools', async () => {
  const [, , command = ''] = commands('record.md');
  const id = await create(service.line);
  const target = `${service.line}/api/v1/chat/${id}/messages/stream`;
  const body = JSON.stringify({ prompt: 'Hello', index_ids: ['idx-abc123'] });
  const told = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  const traced = run(`curl -sN --trace trace.txt --trace-time ${told.join(' ')} -d '${body}' '${target}' > answer.sse`);
  expect(traced).toEqual({ status: 0, printed: '' });
  const request = { method: 'GET', url: `${service.line}/api/v1/chat`, headers: [] };
  const content = { mimeType: 'application/json', text: '{"items":[],"next_page_token":null}' };
  const response = { status: 200, headers: [{ name: 'content-type', value: 'application/json' }], content };
  const entry = { startedDateTime: '2026-05-01T00:00:00.000Z', time: 5, request, response, timings: {} };
  writeFileSync(join(directory, 'session.har'), JSON.stringify({ log: { entries: [entry] } }));
  const imported = run(command.replace('--out recorded', '--out imported'));
  expect([imported.status, imported.printed]).toEqual([0, expect.stringContaining('imported')]);
  expect(readdirSync(join(directory, 'imported', 'scenarios'))).toHaveLength(2);
});

test('drift.md: its commands learn and compare, and its workflow opens one issue and then edits it', () => {
  const [learn = '', check = '', ...others] = commands('drift.md');
  expect(others).toEqual([]);
  const here = (command: string) => `${command.replace('https://staging.example', service.line)} --profile read-only`;
  expect(run(here(learn))).toMatchObject({ status: 0, printed: expect.stringContaining('Wrote') });
  expect(run(here(check))).toMatchObject({ status: 0, printed: expect.stringContaining('No change since') });

  const learned = join(directory, 'service.json');
  writeFileSync(learned, readFileSync(learned, 'utf8').replace('"http.schema": "passed"', '"http.schema": "failed"'));
  const [compare = '', report = ''] = workflow.jobs.drift.steps.flatMap(({ run: text }) => (text ? [text] : []));
  const compared = run(compare.replace('--check', '--check --profile read-only'), { STAGING_URL: service.line });
  expect(compared.status).toBe(1);
  expect(readFileSync(join(directory, 'drift.txt'), 'utf8')).toContain('Additions, and what is mended: 1');
  const asked = (issue: string) => {
    install('gh', `echo "$@" >> asked.txt; [ "$2" != list ] || echo '${issue}'`);
    expect(run(report).status).toBe(0);
    const text = readFileSync(join(directory, 'asked.txt'), 'utf8').trimEnd().split('\n');
    rmSync(join(directory, 'asked.txt'));
    return text.map((line) => line.split(' ').slice(0, 3).join(' '));
  };
  expect(asked('')).toEqual(['issue list --search', 'issue create --title']);
  expect(asked('7')).toEqual(['issue list --search', 'issue edit 7']);
  expect(readFileSync(join(directory, 'body.md'), 'utf8')).toMatch(/^~~~text\n.*mended: 1.*\n~~~\n$/s);
});
