import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installPacked } from './packed.ts';

const root = new URL('../../', import.meta.url).pathname;

export interface FreshFolder {
  readonly path: string;
  /** Writes a file below it. */
  write(name: string, text: string): void;
  /** Runs a command line in it, with the binaries of its packages. */
  run(
    command: string,
    env?: Readonly<Record<string, string>>,
  ): { readonly status: number | null; readonly output: string };
  remove(): void;
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
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  };
  write('package.json', '{ "private": true, "type": "module" }');
  return {
    path,
    write,
    run: (command, env = {}) => {
      const bins = `${join(packages, 'chat-mock/dist/bin')}:${join(packages, '.bin')}:${process.env['PATH']}`;
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
        cwd: path,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', PATH: bins, ...env },
        timeout: 120_000,
      });
      return { status, output: stdout + stderr };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Packages of this project, those of scopes one by one, and the folder of their binaries. */
function listPackages() {
  const all = readdirSync(join(root, 'node_modules'), { withFileTypes: true });
  const scopes = all.filter(({ name }) => name.startsWith('@'));
  const scoped = scopes.flatMap(({ name }) => readdirSync(join(root, 'node_modules', name), { withFileTypes: true }));
  return [...all.filter(({ name }) => !/^@|^chat-mock$|^\.(?!bin$)/.test(name)), ...scoped];
}
