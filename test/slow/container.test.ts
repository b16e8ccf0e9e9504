import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const dockerfile = read('Dockerfile');
/** Instructions, each in one line. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => /^(\S+) (.*)$/.exec(line)?.slice(1) as [string, string]);
const last = (name: string) => instructions.findLast(([found]) => found === name)?.[1] ?? '';
const isRoot = process.getuid?.() === 0;
const hasNamespaces = isRoot && spawnSync('unshare', ['--pid', '--fork', '--mount-proc', '--net', 'true']).status === 0;

let app: string;
beforeAll(() => {
  // What the image holds: see its COPY instructions.
  app = mkdtempSync(join(tmpdir(), 'chat-mock-image-'));
  for (const name of ['package.json', 'LICENSE', 'dist'])
    cpSync(join(root, name), join(app, name), { recursive: true });
  chmodSync(app, 0o755);
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

describe('the Dockerfile', () => {
  test('has known instructions in stages, and runs as a user without rights', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'LABEL', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT'];
    expect(instructions.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
    expect([instructions.filter(([name]) => name === 'FROM').length, last('USER')]).toEqual([2, 'node']);
    const stages = instructions.flatMap(([name, text]) => (name === 'FROM' ? [/ AS (\w+)$/.exec(text)?.[1]] : []));
    for (const [name, text] of instructions) {
      const [, from] = (name === 'COPY' && /--from=(\S+)/.exec(text)) || [];
      if (from) expect(stages).toContain(from);
    }
    for (const name of ['ENTRYPOINT']) expect(JSON.parse(last(name))).toEqual(['node', '/app/dist/bin/chat-mock.js']);
  });

  test('copies what the program needs and the build makes', () => {
    const copied = instructions.flatMap(([name, text]) => (name === 'COPY' ? text.split(' ') : []));
    for (const path of ['/src/package.json', '/src/LICENSE', '/src/dist']) expect(copied).toContain(path);
    const ignored = read('.dockerignore').split('\n').filter(Boolean);
    for (const needed of [
      'src',
      'scripts',
      'docs',
      'fixtures',
      'contracts',
      'package-lock.json',
      'tsconfig.build.json',
    ])
      expect(ignored).not.toContain(needed);
  });
});

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml')) as {
    services: Record<string, { depends_on?: object; environment?: Record<string, string>; read_only?: boolean }>;
  };

  test('names services that are there, and variables that are flags', async () => {
    const names = Object.keys(compose.services);
    for (const { depends_on = {} } of Object.values(compose.services))
      expect(names).toEqual(expect.arrayContaining(Object.keys(depends_on)));
    const { serve } = await import('../../src/cli/commands/serve.ts');
    const { toVariable } = await import('../../src/cli/option.ts');
    expect(Object.keys(serve.options).map(toVariable)).toEqual(
      expect.arrayContaining(Object.keys(compose.services['mock']?.environment ?? {})),
    );
    expect(compose.services['mock']?.read_only).toBe(true);
  });
});

describe('the program as in a container', () => {
  /** Runs a command without rights, with a tree that it cannot write to, without a network but its own loopback. */
  function start(command: string, { isAlone = false } = {}) {
    const drop = `exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs ${command}`;
    const script = `ip link set lo up 2>/dev/null || true; mount -o remount,ro / 2>/dev/null || true; ${drop}`;
    const flags = ['--pid', '--fork', '--mount-proc', '--mount', '--kill-child', ...(isAlone ? ['--net'] : [])];
    return spawn('unshare', [...flags, 'sh', '-c', script], {
      cwd: '/',
      env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    });
  }
  const lineOf = (child: ReturnType<typeof start>) =>
    new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)));
    });

  test.skipIf(!hasNamespaces)('serves as process 1, answers the health check, and stops on SIGTERM', async () => {
    const child = start(`${process.execPath} ${app}/dist/bin/chat-mock.js --port 0 --json`);
    const ready = JSON.parse(await lineOf(child)) as { url: string; pid: number };
    expect(ready.pid).toBe(1);
    const [, , check = ''] = JSON.parse(/CMD (\[.*\])$/.exec(last('HEALTHCHECK'))?.[1] ?? '[]') as string[];
    const healthy = (port: string) =>
      spawnSync(process.execPath, ['-e', check], { env: { CHAT_MOCK_PORT: port } }).status;
    expect([healthy(new URL(ready.url).port), healthy('1')]).toEqual([0, 1]);
    const session = await fetch(`${ready.url}/api/v1/chat`, {
      method: 'POST',
      headers: { authorization: 'Bearer any' },
    });
    expect(session.status).toBe(201);
    // Process 1 of the namespace is the child of unshare.
    const inner = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    process.kill(Number(inner), 'SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  test.skipIf(!hasNamespaces)('starts without a network', async () => {
    const child = start(`${process.execPath} ${app}/dist/bin/chat-mock.js --port 0 --json`, { isAlone: true });
    expect(JSON.parse(await lineOf(child))).toMatchObject({ event: 'ready' });
    // Whoever drops its rights no longer ends with its parent.
    process.kill(Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')), 'SIGKILL');
  });
});
