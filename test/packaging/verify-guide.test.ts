import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBlocks } from '../support/blocks.ts';

const root = new URL('../../', import.meta.url).pathname;
const program = join(root, 'dist/bin/chat-mock.js');
const guide = readFileSync(join(root, 'docs/verify.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'chat-mock-verify-'));
const stops: (() => void)[] = [];

/** A program of its own: this process must be free to be the gateway. */
function start(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, '--port', '0', '--quiet', ...args], { cwd: directory });
  stops.push(() => child.kill());
  return new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
}

/** A gateway that holds an answer back until it is whole. */
async function startGateway(target: string): Promise<string> {
  const gateway = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization, 'content-type': type } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(body);
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  stops.push(() => gateway.close());
  return `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
}

function verify(...args: readonly string[]): Promise<{ readonly printed: string; readonly code: number | null }> {
  const child = spawn(process.execPath, [program, 'verify', ...args], { cwd: directory });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ printed, code })));
}

/** Without figures, wherever the package lies, and whatever the mock says: that is decided by which flow comes first. */
const bare = (text: string) =>
  text
    .trim()
    .replaceAll(/"content":"[^"]*"/g, '"content":"…"')
    .replaceAll(/\d[\d.]*/g, 'N')
    .replaceAll(/file:\S*(?=\/docs\/)/g, 'file:…');
const [conforms = '', buffered = ''] = readBlocks(guide, 'text');
let instant = '';
beforeAll(async () => {
  instant = await start(['--speed', 'instant']);
});
afterAll(() => {
  for (const stop of stops) stop();
});

test('a server that conforms is told as shown, but for the figures', async () => {
  const { printed, code } = await verify(instant);
  expect([bare(printed), code]).toEqual([bare(conforms), 0]);
});

test('a gateway that buffers is told as shown, but for the figures', async () => {
  const { printed, code } = await verify(
    await startGateway(await start(['--speed', '4'])),
    '--only',
    'stream.incremental',
  );
  expect(code).toBe(1);
  const lines = new Set(
    bare(printed)
      .split('\n')
      .map((line) => line.trim()),
  );
  for (const line of bare(buffered).split('\n')) expect([...lines]).toContain(line.trim());
});

test('its waivers are taken, and one that is stale fails the run', async () => {
  const [waivers = ''] = readBlocks(guide, 'yaml').filter((text) => text.includes('waivers:'));
  writeFileSync(join(directory, 'waivers.yaml'), waivers);
  const { printed, code } = await verify(instant, '--only', 'title.persists', '--waivers', 'waivers.yaml');
  expect(code).toBe(1);
  expect(printed).toContain('title.persists');
});

test('what was learned is obeyed', async () => {
  const [, learn = ''] = /verify (?:https:\S+) (.*--learn \S+)/.exec(guide) ?? [];
  expect((await verify(instant, ...learn.split(' '))).code).toBe(0);
  const [, choose = ''] = /npx chat-mock (--choices \S+)/.exec(guide) ?? [];
  const learned = await start([...choose.split(' '), '--speed', 'instant']);
  expect((await verify(learned)).code).toBe(0);
});

test('the snippet runs', () => {
  const [text = ''] = readBlocks(guide, 'ts');
  const folder = join(root, '.cache/docs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'verify.mts');
  writeFileSync(file, text.replace('http://127.0.0.1:4010', instant));
  execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), file], { encoding: 'utf8' });
});
