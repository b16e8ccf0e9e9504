import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { commands } from '../../src/cli/commands/index.ts';
import { readBlocks } from '../support/blocks.ts';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

test.each(['--version', '-V', 'serve --version', '--port 1 -V'])('chat-mock %s prints the version', async (command) => {
  const { stdout, exitCode } = await runCli(command.split(' '));
  expect([stdout, exitCode]).toEqual([`${packageJson.version}\n`, 0]);
});

describe('help', () => {
  test.each(['--help', '-h', '--json --help'])('chat-mock %s explains the program', async (command) => {
    const { stdout, exitCode } = await runCli(command.split(' '));
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot('golden/help.txt');
  });
  test('so does help, as a word before the name', async () => {
    expect(await runCli(['help', 'scenario', 'play'])).toEqual(await runCli(['scenario', 'play', '--help']));
    expect((await runCli(['help'])).stdout).toBe((await runCli(['--help'])).stdout);
    expect((await runCli(['help', 'srve'])).stderr).toContain('Did you mean serve?');
  });
  test.each(commands.map(({ name }) => name))('chat-mock %s --help explains the command', async (name) => {
    const { stdout } = await runCli([...name.split(' '), '--help']);
    await expect(stdout).toMatchFileSnapshot(`golden/help-${name.replace(' ', '-')}.txt`);
  });
  test('README shows the flags of serve as they are; copy them there from golden/help-serve.txt', async () => {
    const { stdout } = await runCli(['serve', '--help']);
    expect(readBlocks(readFileSync('README.md', 'utf8'), 'console')).toContain(stdout);
  });
});

describe('openapi', () => {
  const json = '{\n  "openapi": "3.2.0",\n  "info": {\n    "version": "2026-08"\n  }\n}\n';
  test('prints YAML, or JSON if asked to', async () => {
    expect((await runCli(['openapi'])).stdout).toBe(
      '# Made by chat-mock openapi; never edited.\nopenapi: 3.2.0\ninfo:\n  version: 2026-05\n',
    );
    expect((await runCli(['openapi', '--edition=2026-08', '--format=json'])).stdout).toBe(json);
  });
  test('writes a file in the format its name asks for', async () => {
    const cwd = temporaryDirectory();
    const out = join(cwd, 'api.json');
    const { stdout, stderr, exitCode } = await runCli(['openapi', '--edition=2026-08', '--out', 'api.json'], { cwd });
    expect({ stdout, stderr, exitCode, text: readFileSync(out, 'utf8') }).toEqual({
      stdout: '',
      stderr: `Wrote ${out}\n`,
      exitCode: 0,
      text: json,
    });
  });
  test('checks a file, and shows where it is not current', async () => {
    const cwd = temporaryDirectory({ 'api.json': json, 'old.json': json.replace('2026-08', '2026-05') });
    const check = ['openapi', '--edition=2026-08', '--check', '--out'];
    expect(await runCli([...check, 'api.json'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: `${join(cwd, 'api.json')} is current\n`,
    });
    const { exitCode, stdout, stderr } = await runCli([...check, 'old.json'], { cwd, showsStyles: true });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: `@@ line 1 @@
 {
   "openapi": "3.2.0",
   "info": {
<red>-    "version": "2026-05"</red>
<green>+    "version": "2026-08"</green>
   }
 }
`,
      stderr: `${join(cwd, 'old.json')} is not current (- is in it, + should be). Write it anew: chat-mock openapi --edition=2026-08 --out old.json\n`,
    });
    expect(readFileSync(join(cwd, 'old.json'), 'utf8')).toContain('2026-05');
  });
});
