import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './contestants.ts';

/** What the figures depend on beside the code. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly versions: Readonly<Record<string, string>>;
  /** How many processes wanted to run in the minute before the run and in its last one. */
  readonly loads: readonly string[];
}

export const loadText = () => (loadavg()[0] ?? 0).toFixed(1);

export function describeMachine(loads: readonly string[]): Machine {
  return {
    node: process.versions.node,
    processor: cpus()[0]?.model ?? 'unknown processor',
    processors: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${release()} ${arch()}`,
    versions: {
      'chat-mock': versionOf(join(root, 'package.json')),
      ...Object.fromEntries(
        ['hono', '@hono/node-server'].map((name) => [
          name,
          versionOf(join(root, 'node_modules', name, 'package.json')),
        ]),
      ),
    },
    loads,
  };
}

function versionOf(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
