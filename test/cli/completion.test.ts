import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { runCli } from './support/fake-io.ts';

/** What bash offers for a line whose last word is being typed. */
async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runCli(['completion', 'bash']);
  const script = `${stdout}
COMP_WORDS=(chat-mock ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_chat_mock; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

test('bash completes commands, their flags, and values that are known', async () => {
  const words = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  expect(await complete('')).toEqual(expect.arrayContaining(words));
  expect(await complete('ver')).toEqual(['verify']);
  expect(await complete('--sp')).toEqual(['--speed']);
  expect(await complete('verify', '--on')).toEqual(['--only']);
  expect(await complete('scenario', '')).toEqual(['check', 'new', 'play']);
  expect(await complete('scenario', 'play', '--wi')).toEqual(['--wire']);
  expect(await complete('openapi', 'd')).toEqual(['diff']);
  expect(await complete('openapi', '--che')).toEqual(['--check']);
  expect(await complete('--clock', 'm')).toEqual(['manual']);
  expect(await complete('serve', '--edition', '2026-0')).toEqual(['2026-05', '2026-08', '2026-09']);
});

test.each(['bash', 'zsh', 'fish'])('%s gets every command and flag of the table', async (shell) => {
  const { stdout, exitCode } = await runCli(['completion', shell]);
  expect(exitCode).toBe(0);
  for (const { name } of commands) for (const word of name.split(' ')) expect(stdout).toContain(word);
  for (const flag of ['no-built-in', 'wait-ms', 'remote-refs', 'version']) expect(stdout).toContain(flag);
});

test('a word that only begins the name of commands lists them', async () => {
  for (const argv of [['scenario'], ['scenario', '--help'], ['help', 'scenario']])
    expect(await runCli(argv, { showsStyles: true })).toMatchObject({
      exitCode: 0,
      stdout: `Usage: chat-mock scenario COMMAND [flags]

<bold>Commands</bold>
  scenario check PATH…     Check scenario files for mistakes.
  scenario new NAME        Write a scenario file to start from.
  scenario play NAME|FILE  Print a scenario's turn as it streams.
`,
    });
});

test('no line of any help wraps at 80 or 100 columns', async () => {
  for (const columns of [80, 100])
    for (const { name } of commands) {
      const { stdout } = await runCli([...name.split(' '), '--help'], { columns });
      expect(stdout.split('\n').filter((line) => line.length > columns)).toEqual([]);
    }
});
