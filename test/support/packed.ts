import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build, npm, root } from './built.ts';

export interface Packed {
  /** Where it is installed; outside the project, so that nothing is found in the project's own node_modules. */
  readonly folder: string;
  /** Runs the command to its end; what it wrote to stdout. */
  run(...args: readonly string[]): string;
  /** Starts `chat-mock serve --port 0 --json` and more; settles when it is ready. */
  startServer(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<PackedServer>;
}

export interface PackedServer {
  readonly url: string;
  /** What it has logged so far, one object a line. */
  readonly log: readonly LogLine[];
  /** Settles when a line that fits has been logged. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

export type LogLine = Readonly<Record<string, unknown>>;

/** The package as a user gets it: built unless it is up to date, packed, and installed in an empty folder, once for each build. */
export function installPacked(): Packed {
  const folder = join(tmpdir(), `chat-mock-packed-${Math.round(build())}`);
  if (!existsSync(folder)) put(install(), folder);
  const program = join(folder, 'node_modules/.bin/chat-mock');
  return {
    folder,
    run: (...args) =>
      execFileSync(process.execPath, [program, ...args], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    startServer: (args = [], env = {}) => start(program, { folder, args, env }),
  };
}

/** In one step at the end: an install that broke off is never taken for one. Another process may have been faster. */
function put(installed: string, folder: string): void {
  try {
    renameSync(installed, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(installed, { recursive: true });
  }
}

function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chat-mock-install-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const file = npm(root, 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim();
  const quick = ['--prefer-offline', '--no-audit', '--no-fund'];
  npm(folder, 'install', '--omit=dev', '--ignore-scripts', ...quick, join(folder, file));
  return folder;
}

async function start(
  program: string,
  {
    folder,
    args,
    env,
  }: { readonly folder: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<PackedServer> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--json', ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line) as LogLine);
    for (const look of waiting) look();
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
  const ready = await Promise.race([
    logged(({ event }) => event === 'ready'),
    exited.then((code) => {
      throw new Error(`chat-mock ${args.join(' ')} ended with ${code} before it was ready.`);
    }),
  ]);
  return {
    url: String(ready['url']),
    log,
    logged,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
