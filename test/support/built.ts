import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = new URL('../../', import.meta.url).pathname;
const built = join(root, 'dist/bin/chat-mock.js');
/** What the build starts from; src/generated it makes itself. */
const sources = ['src', 'fixtures', 'scripts', 'package.json', 'tsconfig.build.json'];

/** Builds the project unless its build is up to date; returns when it was built. */
export function build(): number {
  if (!existsSync(built) || newestMs(sources.map((name) => join(root, name))) > statSync(built).mtimeMs)
    npm(root, 'run', '-s', 'build');
  return statSync(built).mtimeMs;
}

/** Runs npm; returns what it wrote to stdout. */
export function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** When any of these, or anything in them, was last changed. */
function newestMs(paths: readonly string[]): number {
  const all = paths.map((path) => {
    const stats = statSync(path);
    if (!stats.isDirectory()) return stats.mtimeMs;
    const names = readdirSync(path).filter((name) => name !== 'generated');
    return Math.max(stats.mtimeMs, newestMs(names.map((name) => join(path, name))));
  });
  return Math.max(...all);
}
