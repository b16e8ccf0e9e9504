import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { users } from '../../bench/soak/users.ts';
import { build, root } from '../support/built.ts';

beforeAll(() => void build(), 300_000);

const soak = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'bench/soak/run.ts', ...args], { cwd: root, encoding: 'utf8' });

test('half a minute of all kinds of users: each answer is right, and nothing grows', () => {
  const { status, stdout, stderr } = soak('--seconds', '30');
  expect([status, stderr]).toEqual([0, '']);
  for (const name of Object.keys(users)) expect(stdout).toMatch(new RegExp(`\\| ${name} +\\| +[1-9]`));
}, 300_000);

test('a number that is none is refused', () => {
  expect(soak('--seconds', 'long').stderr).toContain('--seconds and --users must be numbers above 0');
});
