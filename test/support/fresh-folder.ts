import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { npm } from './built.ts';
import { installPacked } from './packed.ts';

const root = new URL('../../', import.meta.url).pathname;

export interface FreshFolder {
  readonly path: string;
  /** Writes a file below it. */
  write(name: string, text: string): void;
  /** Changes a file below it. */
  edit(name: string, change: (text: string) => string): void;
  /** Runs a command line in it, with the binaries of its packages. */
  run(
    command: string,
    env?: Readonly<Record<string, string>>,
  ): { readonly status: number | null; readonly output: string };
  /** Starts a command line in it that goes on until it is stopped. */
  start(command: string, env?: Readonly<Record<string, string>>): Running;
  remove(): void;
}

interface Running {
  /** Settles when it has printed what matches; rejects if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/**
 * A project as a user has it: the packed chat-mock, which is a folder of its own and so finds its peers there, and the
 * tools of this project, linked.
 */
export function createFreshFolder(name: string): FreshFolder {
  const path = mkdtempSync(join(tmpdir(), `chat-mock-${name}-`));
  const packages = join(path, 'node_modules');
  for (const { name: entry, parentPath } of listPackages()) {
    const relative = join(parentPath, entry).slice(join(root, 'node_modules/').length);
    mkdirSync(dirname(join(packages, relative)), { recursive: true });
    symlinkSync(join(root, 'node_modules', relative), join(packages, relative));
  }
  cpSync(join(installPacked().folder, 'node_modules/chat-mock'), join(packages, 'chat-mock'), { recursive: true });
  linkBinaries(join(packages, '.bin'));
  return open(path);
}

/** A project outside of this one, with the packed chat-mock and these packages, as npm installs them. */
export function installFolder(name: string, packages: readonly string[]): FreshFolder {
  const folder = open(mkdtempSync(join(tmpdir(), `chat-mock-${name}-`)));
  const packed = readdirSync(installPacked().folder).filter((file) => file.endsWith('.tgz'));
  const files = packed.map((file) => join(installPacked().folder, file));
  npm(folder.path, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...files, ...packages);
  return folder;
}

function open(path: string): FreshFolder {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  };
  write('package.json', '{ "private": true, "type": "module" }');
  const bins = `${join(path, 'node_modules/.bin')}:${process.env['PATH']}`;
  const options = (env: Readonly<Record<string, string>>) => ({
    cwd: path,
    env: { ...process.env, NO_COLOR: '1', PATH: bins, ...env },
  });
  return {
    path,
    write,
    edit: (file, change) => write(file, change(readFileSync(join(path, file), 'utf8'))),
    run: (command, env = {}) => {
      const given = { ...options(env), encoding: 'utf8', timeout: 120_000 } as const;
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], given);
      return { status, output: stdout + stderr };
    },
    start: (command, env = {}) =>
      watch(spawn('bash', ['-c', `exec ${command}`], { ...options(env), stdio: ['ignore', 'pipe', 'pipe'] })),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): Running {
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += stripVTControlCharacters(chunk.toString());
      for (const look of looks) look();
    });
  return {
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
        };
        looks.add(look);
        look();
        void exited.then((code) => reject(new Error(`It ended with ${code} and printed:\n${output}`)));
      }),
    stop: () => {
      child.kill();
      return exited;
    },
  };
}

/** Those of this project's packages, and chat-mock. */
function linkBinaries(folder: string): void {
  mkdirSync(folder);
  const binaries = join(root, 'node_modules/.bin');
  for (const name of readdirSync(binaries)) symlinkSync(join(binaries, name), join(folder, name));
  symlinkSync('../chat-mock/dist/bin/chat-mock.js', join(folder, 'chat-mock'));
}

/** Packages of this project, those of scopes one by one. */
function listPackages() {
  const all = readdirSync(join(root, 'node_modules'), { withFileTypes: true });
  const scopes = all.filter(({ name }) => name.startsWith('@'));
  const scoped = scopes.flatMap(({ name }) => readdirSync(join(root, 'node_modules', name), { withFileTypes: true }));
  return [...all.filter(({ name }) => !/^@|^chat-mock$|^\./.test(name)), ...scoped];
}
