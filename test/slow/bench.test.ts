import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../bench/rows.ts';
import { build, npm, root } from '../support/built.ts';

const folder = mkdtempSync(join(tmpdir(), 'chat-mock-bench-test-'));
beforeAll(() => void build(), 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Results {
  readonly machine: { readonly node: string; readonly versions: object };
  readonly rows: readonly {
    readonly name: string;
    readonly figures: readonly {
      readonly samples: Readonly<Record<string, readonly number[]>>;
      readonly wanted?: { readonly than?: string };
      readonly isMet: boolean | null;
    }[];
  }[];
}

test('the bench measures each row, and says of what is wanted whether it is met', () => {
  const names = rows.filter(({ needsPeers }) => !needsPeers).map(({ name }) => name);
  const only = names.flatMap((name) => ['--only', name]);
  const text = npm(root, 'run', '-s', 'bench', '--', '--smoke', ...only, '--out', folder);
  expect(text).toBe(`${readFileSync(join(folder, 'results.md'), 'utf8')}\n`);
  const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Results;
  expect(results.machine).toMatchObject({ node: process.versions.node, versions: { hono: expect.any(String) } });
  expect(results.rows.map(({ name }) => name)).toEqual(names);
  const figures = results.rows.flatMap(({ name, figures }) => figures.map((figure) => ({ name, ...figure })));
  const bad = figures.filter(
    ({ samples, wanted, isMet }) =>
      !Object.values(samples).every((values) => values.length > 0 && values.every(Number.isFinite)) ||
      (typeof isMet === 'boolean') !== (wanted !== undefined) ||
      (wanted?.than !== undefined && !(wanted.than in samples)),
  );
  expect(bad).toEqual([]);
  for (const name of names) expect(text).toContain(`## ${name}\n`);
}, 600_000);

test.each([
  [['--only', 'nothing-of-that-name'], /No row is called nothing-of-that-name\. Rows: instant-text, /],
  [['--quick', '--full'], /Give only one of --quick, --full\./],
  [['--nonsense'], /Unknown option '--nonsense'/],
])('refuses %j', (args, message) => {
  expect(() =>
    execFileSync(process.execPath, ['--import', 'tsx', 'bench/run.ts', ...args], { cwd: root, stdio: 'pipe' }),
  ).toThrow(message);
});
