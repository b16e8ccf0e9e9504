import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundle } from './support/bundle.ts';
import { runProcess } from './support/run-process.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

let program: Bundle;
beforeAll(async () => {
  program = await bundle('test/cli/support/stub-main.ts');
});

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it with 0, everything written', async (signal) => {
    const { ended, stdout, stderr } = await runProcess(program.file, ['--json'], {
      onReady: (child) => child.kill(signal),
    });
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
    expect(stdout.startsWith('{"event":"ready","url":"http://stub:4010",')).toBe(true);
    expect(stdout.endsWith('}\n{"event":"stopped"}\n')).toBe(true);
  });

  // How long it waits is asserted where time is not real: serve.test.ts.
  test('a server that hangs is left behind, with 0; a terminal that hangs up twice is no impatience', async () => {
    const env = { STUB_HANGS: '1', STUB_SIGNALS: 'SIGHUP SIGHUP' };
    const { ended, stdout } = await runProcess(program.file, ['--json'], { env });
    expect({ ended, saysStopped: stdout.includes('{"event":"stopped"}\n') }).toEqual({ ended: 0, saysStopped: true });
  });

  test('asking again ends it at once with 130', async () => {
    // Those of the first moment count as one: npm forwards what the terminal has sent already.
    const env = { STUB_HANGS: '1', STUB_SIGNALS: 'SIGINT '.repeat(1000).trim() };
    const { ended, stdout } = await runProcess(program.file, ['--json'], { env });
    expect({ ended, saysStopped: stdout.includes('stopped') }).toEqual({ ended: 130, saysStopped: false });
  });
});

describe('output', () => {
  test('a reader that leaves breaks nothing', async () => {
    const { ended, stderr } = await runProcess(program.file, ['--json'], {
      // What is logged until it stops, and that it has stopped, is written to nobody.
      onReady: (child) => {
        child.stdout?.destroy();
        child.kill('SIGTERM');
      },
    });
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  });

  const colourCases: readonly (readonly [env: Record<string, string>, isColoured: boolean])[] = [
    [{}, false],
    [{ CI: 'true' }, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ NO_COLOR: '1' }, false],
  ];
  test.each(colourCases)('colour with %o: %s', async (env, isColoured) => {
    const { stdout } = await runProcess(program.file, [], { env, onReady: (child) => child.kill('SIGTERM') });
    expect(stdout.includes('\u001b[')).toBe(isColoured);
  });
});

describe('a configuration in TypeScript', () => {
  const config = { 'chat-mock.config.ts': 'const port: number = 4011;\nexport default { port, quiet: true };\n' };
  const isNative = Boolean(Reflect.get(process.features, 'typescript'));

  test('is read, by Node or by jiti', async () => {
    const cwd = temporaryDirectory(config);
    const { stdout, stderr } = await runProcess(program.file, [], { cwd, onReady: (child) => child.kill('SIGTERM') });
    expect({ stdout, stderr }).toEqual({ stdout: 'http://stub:4011\n', stderr: '' });
  });

  test.skipIf(isNative)('without either, the error names jiti', async () => {
    const cwd = temporaryDirectory(config);
    const elsewhere = temporaryDirectory();
    cpSync(dirname(program.file), elsewhere, { recursive: true });
    const { ended, stdout, stderr } = await runProcess(join(elsewhere, basename(program.file)), [], { cwd });
    expect({ ended, stdout }).toEqual({ ended: 2, stdout: '' });
    expect(stderr).toBe(
      `Failed to load the configuration "${cwd}/chat-mock.config.ts": Node ${process.versions.node} does not read TypeScript. Use Node 22.18 or newer, or npm install --save-dev jiti, or write it in JavaScript.\n`,
    );
  });
});

describe.skipIf(!existsSync('/dev/full'))('a disk that is full', () => {
  test.each(['--version', '--help'])('is told as itself when %s cannot be written: exit 2', (flag) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program.file, flag], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(stderr).toMatch(/^Failed to write to stdout: ENOSPC: no space left on device.* Make room there/);
    expect([status, stderr.includes('bug of chat-mock')]).toEqual([2, false]);
  });

  test('ends nothing silently when stderr is on it, too', () => {
    const full = openSync('/dev/full', 'w');
    const { status } = spawnSync(process.execPath, [program.file, '--version'], { stdio: ['ignore', full, full] });
    closeSync(full);
    expect(status).toBe(2);
  });
});
