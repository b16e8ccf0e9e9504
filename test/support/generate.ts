import { execFileSync } from 'node:child_process';

/** The generated modules are made anew before the tests, so that no test sees yesterday's. */
export function setup(): void {
  execFileSync('npm', ['run', '-s', 'generate'], { stdio: 'inherit' });
}
