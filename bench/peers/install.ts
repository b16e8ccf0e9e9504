import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is compared, by version: a new one is a new comparison. */
export const peerVersions = {
  '@copilotkit/aimock': '1.43.0',
  '@stoplight/prism-cli': '5.14.2',
  '@mockoon/cli': '9.9.0',
  msw: '2.15.0',
} as const;

/** Installs the peers unless they are there; returns the folder. Outside the tree: none of it is a dependency. */
export function installPeers(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const specs = Object.entries(peerVersions).map(([name, version]) => `${name}@${version}`);
  const folder = join(cache, 'chat-mock-bench', specs.join('+').replaceAll(/[@/]/g, '_'));
  const done = join(folder, 'done');
  if (existsSync(done)) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
  execFileSync('npm', ['install', ...quietly, ...specs], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(done, '');
  return folder;
}
