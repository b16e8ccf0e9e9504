import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url).pathname;
const program = join(root, 'dist/bin/chat-mock.js');

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Runs the action as a runner does: the shell of each step, with its environment files. */
function runAction(given: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'chat-mock-action-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // In place of the registry: the package that is built here.
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(bin, 'npx'), 0o755);
  const files = { GITHUB_OUTPUT: '', GITHUB_ENV: '', GITHUB_STEP_SUMMARY: '' } as Record<string, string>;
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: fallback }]) => [name, given[name] ?? fallback]),
  );
  const outputs: Record<string, Record<string, string>> = {};
  const ran: string[] = [];
  let log = '';
  let status = 0;
  for (const [index, step] of action.runs.steps.entries()) {
    const context = { inputs, steps: outputs };
    if (status !== 0 || !isWanted(step.if, inputs)) continue;
    ran.push(step.id ?? step.uses ?? 'run');
    if (step.run === undefined) continue;
    const own = Object.fromEntries(Object.keys(files).map((name) => [name, join(folder, `${name}-${index}`)]));
    for (const file of Object.values(own)) writeFileSync(file, '');
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value, context)]));
    const result = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${bin}:${process.env['PATH']}`,
        HOME: folder,
        RUNNER_TEMP: folder,
        GITHUB_ACTIONS: 'true',
        ...own,
        ...env,
      },
    });
    log += result.stdout + result.stderr;
    status = result.status ?? 1;
    for (const [name, file] of Object.entries(own)) files[name] += readFileSync(file, 'utf8');
    if (step.id)
      outputs[step.id] = Object.fromEntries(
        readFileSync(own['GITHUB_OUTPUT'] ?? '', 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
    const [, pid] = /\(process (\d+)\)/.exec(result.stdout) ?? [];
    if (pid) closers.push(() => process.kill(Number(pid)));
  }
  const results = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, fill(value, { inputs, steps: outputs })]),
  );
  return { status, log, ran, files, folder, results };
}

/** The conditions that the action uses: `inputs.x == ''`, `!=`, joined by `&&`. */
function isWanted(condition: string | undefined, inputs: Readonly<Record<string, string>>): boolean {
  return (condition ?? '').split('&&').every((part) => {
    const [, name = '', sign] = /^\s*inputs\.([a-z-]+) (==|!=) ''\s*$/.exec(part) ?? [];
    if (condition === undefined) return true;
    if (!sign) throw new Error(`The test does not know the condition ${part}.`);
    return (inputs[name] === '') === (sign === '==');
  });
}

function fill(
  text: string,
  {
    inputs,
    steps,
  }: { inputs: Readonly<Record<string, string>>; steps: Readonly<Record<string, Record<string, string>>> },
): string {
  return text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, path: string) => {
    const [room, name = '', , output = ''] = path.split('.');
    return (room === 'inputs' ? inputs[name] : steps[name]?.[output]) ?? '';
  });
}

describe('the action', () => {
  test('is composite, and no script holds an input', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run, shell } of action.runs.steps) {
      if (run === undefined) continue;
      expect([shell, run.includes('${{')]).toEqual(['bash', false]);
    }
  });

  test('starts a mock, and the next steps find it in the environment', async () => {
    const { status, ran, files, results, log } = runAction({
      args: '--speed=instant\n--seed=7',
      'api-key': 'only-this',
    });
    expect([status, ran, log]).toEqual([0, ['serve'], expect.stringContaining('The mock listens on')]);
    expect(files['GITHUB_ENV']).toBe(`LLAMA_CLOUD_BASE_URL=${results['url']}\nCHAT_MOCK_URL=${results['url']}\n`);
    const health = await (await fetch(`${results['url']}/__mock/health`)).json();
    expect(health).toMatchObject({ status: 'ok', seed: 7 });
    expect((await fetch(`${results['url']}/api/v1/chat`, { headers: { authorization: 'Bearer other' } })).status).toBe(
      401,
    );
  });

  test('a mock that does not start ends the step with its log', () => {
    const { status, log } = runAction({ args: '--no-such-flag' });
    expect([status, log]).toEqual([
      1,
      expect.stringMatching(/::error title=chat-mock::[\s\S]*there is no flag "--no-such-flag"/),
    ]);
  });

  test('an input is never a command', () => {
    const { folder } = runAction({
      args: '$(touch hacked)\n`touch hacked`\n; touch hacked',
      version: 'x; touch hacked',
    });
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
  });

  test('verifies a server: annotations, summary, reports, and the exit code at the end', async () => {
    // In a process of its own: this one waits for the step.
    const server = spawn(process.execPath, [
      program,
      '--port',
      '0',
      '--quiet',
      '--speed',
      'instant',
      '--api-key',
      'the-good-key',
    ]);
    closers.push(() => server.kill());
    const url = await new Promise<string>((resolve) =>
      server.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    const good = runAction({ verify: url, 'api-key': 'the-good-key', args: '--profile=read-only' });
    expect([good.status, good.results['exit-code'], good.ran]).toEqual([
      0,
      '0',
      ['serve', 'verify', 'actions/upload-artifact@v4', 'run'].slice(1),
    ]);
    expect(good.files['GITHUB_STEP_SUMMARY']).toContain('conforms');
    for (const file of ['junit.xml', 'report.json', 'report.html', 'summary.md'])
      expect(existsSync(join(good.results['reports'] ?? '', file))).toBe(true);
    const bad = runAction({ verify: url, 'api-key': 'another-key', args: '--profile=read-only', artifact: '' });
    expect(bad.status).not.toBe(0);
    expect(String(bad.status)).toBe(bad.results['exit-code']);
    expect(JSON.stringify(bad)).not.toContain('the-good-key');
  });
});
