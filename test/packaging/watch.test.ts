import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPacked, type PackedServer } from '../support/packed.ts';

const folder = mkdtempSync(join(tmpdir(), 'chat-mock-watch-'));
const scenarios = join(folder, 'scenarios');
const file = join(scenarios, 'greeting.yaml');
const sessions = join(folder, 'fixtures/sessions');
let server: PackedServer;

beforeAll(async () => {
  mkdirSync(scenarios);
  mkdirSync(sessions, { recursive: true });
  writeFileSync(file, 'scenario: greeting\nsteps: [{ text: Good morning }]\n');
  writeFileSync(join(sessions, 'old.yaml'), 'session_id: ses-old\nlast_updated_at: 2026-04-01T00:00:00.000000\n');
  const flags = [
    '--scenarios',
    scenarios,
    '--no-built-in',
    '--fixtures',
    join(folder, 'fixtures'),
    '--watch',
    '--speed',
    'instant',
  ];
  server = await installPacked().startServer(flags);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };

async function ask(id: string): Promise<string> {
  const body = JSON.stringify({ prompt: '/greeting', index_ids: ['idx-1'] });
  const response = await fetch(`${server.url}/api/v1/chat/${id}/messages/stream`, { method: 'POST', headers, body });
  return response.text();
}

test('an edit counts from the next turn on, sessions stay, and a broken edit keeps the last good files', async () => {
  const created = await fetch(`${server.url}/api/v1/chat`, { method: 'POST', headers });
  const { session_id: id } = (await created.json()) as { session_id: string };
  expect(await ask(id)).toContain('Good morning');

  writeFileSync(file, 'scenario: greeting\nsteps: [{ text: Good evening }]\n');
  await server.logged(({ event }) => event === 'reloaded');
  expect(await ask(id)).toContain('Good evening');

  writeFileSync(file, 'scenario: greeting\nsteps: [{ txet: Good night }]\n');
  const failed = await server.logged(({ event }) => event === 'reload_failed');
  expect(failed['message']).toContain('greeting.yaml:2:9: step 1 is "txet"; did you mean "text"?');
  expect(await ask(id)).toContain('Good evening');

  writeFileSync(file, 'scenario: greeting\nsteps: [{ text: Good night }]\n');
  writeFileSync(join(sessions, 'new.yaml'), 'session_id: ses-new\nlast_updated_at: 2026-04-02T00:00:00.000000\n');
  await server.logged(({ event, sessions }) => event === 'reloaded' && sessions === 2);
  const listed = await (await fetch(`${server.url}/api/v1/chat`, { headers })).json();
  const ids = (listed as { items: { session_id: string }[] }).items.map(({ session_id }) => session_id);
  expect(ids).toEqual([id, 'ses-new', 'ses-old']);
  expect(await ask(id)).toContain('Good night');
});
