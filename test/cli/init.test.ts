import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const manifest = (packages: readonly string[]) =>
  JSON.stringify({ devDependencies: Object.fromEntries(packages.map((name) => [name, '*'])) });
const filesOf = (directory: string) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));

test('it writes what fits the tools of a project, and says what is left', async () => {
  const cwd = temporaryDirectory({
    'package.json': manifest(['vite', 'vitest', '@playwright/test', 'next']),
    'pnpm-lock.yaml': '',
    'playwright.config.ts': 'mine',
  });
  const { stdout, exitCode } = await runCli(['init', '--yes'], { cwd });
  expect(exitCode).toBe(0);
  expect(filesOf(cwd).sort()).toEqual([
    'chat-mock.test.ts',
    'e2e/chat-mock.spec.ts',
    'instrumentation.ts',
    'mocks/hello.yaml',
    'package.json',
    'playwright.config.ts',
    'pnpm-lock.yaml',
    'vite.config.ts',
  ]);
  expect(readFileSync(join(cwd, 'playwright.config.ts'), 'utf8')).toBe('mine');
  expect(stdout.slice(stdout.indexOf('Next\n'))).toBe(`Next
  pnpm add -D chat-mock
  In playwright.config.ts: import { chatMockServer } from 'chat-mock/playwright'; and webServer: [chatMockServer({ scenarios: 'mocks' })]
  In next.config: serverExternalPackages: ['chat-mock']
  pnpm exec chat-mock --scenarios mocks --watch
`);
});

test('it shows the files and asks first; without a terminal it wants --yes', async () => {
  const cwd = temporaryDirectory({ 'package.json': manifest(['chat-mock']) });
  const refused = await runCli(['init'], { cwd, reply: 'n' });
  expect(refused.stdout).toContain('mocks/hello.yaml (new)\n+ # yaml-language-server:');
  expect(refused.stdout.endsWith('Nothing was written.\n')).toBe(true);
  const unasked = await runCli(['init'], { cwd });
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Pass --yes') });
  expect(filesOf(cwd)).toEqual(['package.json']);
  expect((await runCli(['init'], { cwd, reply: 'Y' })).stdout).toContain('Wrote mocks/hello.yaml');
  const again = await runCli(['init'], { cwd });
  expect([again.exitCode, again.stdout.split('\n')[0]]).toEqual([0, 'All files are there already.']);
});

test('it needs a project', async () => {
  const { stderr, exitCode } = await runCli(['init', '--yes'], { cwd: temporaryDirectory() });
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining('there is no package.json. Go to the directory of a project, or make one with npm init.'),
  ]);
});
