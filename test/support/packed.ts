import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = new URL('../../', import.meta.url).pathname;

/** The package as a user gets it: packed, and installed in an empty folder. Returns that folder. */
export function installPacked(): string {
  if (!existsSync(join(root, 'dist/bin/chat-mock.js'))) execFileSync('npm', ['run', '-s', 'build'], { cwd: root });
  const folder = mkdtempSync(join(tmpdir(), 'chat-mock-packed-'));
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const packed = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root)) as
    | readonly { readonly filename: string }[]
    | Record<string, { readonly filename: string }>;
  const [file] = Object.values(packed);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(
    [
      'install',
      '--omit=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      join(folder, file?.filename ?? ''),
    ],
    folder,
  );
  return folder;
}

export interface PackedServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it has logged so far, one object a line. */
  readonly log: readonly Record<string, unknown>[];
  /** Settles when a line that fits has been logged. */
  logged(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/** `npx chat-mock serve --json --port 0` and more, in that folder, once it is ready. */
export async function startPacked(folder: string, args: readonly string[] = []): Promise<PackedServer> {
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules/.bin/chat-mock'), 'serve', '--json', '--port', '0', ...args],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const log: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line) as Record<string, unknown>);
    for (const look of [...waiting]) look();
  });
  const logged: PackedServer['logged'] = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        const line = log.find(fits);
        if (!line) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      look();
    });
  const ready = await logged(({ event }) => event === 'ready');
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    url: String(ready['url']),
    process: child,
    log,
    logged,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
