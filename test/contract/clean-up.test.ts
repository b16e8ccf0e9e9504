import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Activity } from '../../src/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { type Bundle, bundle } from '../cli/support/bundle.ts';
import { runProcess } from '../cli/support/run-process.ts';
import { runs } from '../support/runs.ts';
import { runVerify } from '../support/verify.ts';

let program: Bundle;
const state = mkdtempSync(join(tmpdir(), 'chat-mock-state-'));
beforeAll(async () => {
  program = await bundle('src/cli/main.ts');
});
afterAll(() => {
  rmSync(state, { recursive: true });
});

/** Flows that create, list and delete. */
const few = ['--only', 'sessions.*', '--only', 'pagination.*'];

/** A mock that calls back at each request, and can say which sessions it has. */
async function watchedMock() {
  const watch: { onRequest: (activity: Activity) => void } = { onRequest: () => {} };
  const mock = createChatMock({ speed: 'instant', onActivity: (activity) => watch.onRequest(activity) });
  const server = await mock.listen();
  const list = async () => {
    const request = new Request('http://mock/api/v1/chat?page_size=1000', { headers: { authorization: 'Bearer x' } });
    return (await mock.fetch(request)).text();
  };
  return { watch, server, list };
}

/** Runs `verify` and sends it a signal once it has sent that many creating requests. */
function runAndKill(
  url: string,
  {
    watch,
    afterCreates,
    signal,
  }: { watch: { onRequest: (activity: Activity) => void }; afterCreates: number; signal: NodeJS.Signals },
) {
  let child: ChildProcess | undefined;
  let creates = 0;
  watch.onRequest = (activity) => {
    if (activity.kind !== 'request' || activity.operation !== 'createSession') return;
    creates += 1;
    // It may create more before its first line has arrived here.
    if (creates < afterCreates || !child || child.killed) return;
    child.kill(signal);
  };
  const onReady = (started: ChildProcess) => {
    child = started;
  };
  return runProcess(program.file, ['verify', url, '--profile', 'full'], { env: { XDG_STATE_HOME: state }, onReady });
}

test('killed again and again in the middle, it leaves nothing behind after the next run', async () => {
  const { watch, server, list } = await watchedMock();
  const before = await list();
  for (const afterCreates of [2, 9, 23, 3, 5, 7, 11, 13, 16, 19].slice(0, runs(10))) {
    const { ended } = await runAndKill(server.url, { watch, afterCreates, signal: 'SIGKILL' });
    expect(ended).toBe('SIGKILL');
  }
  expect(await list()).not.toBe(before);
  watch.onRequest = () => {};
  const { ended, stdout } = await runProcess(program.file, ['verify', server.url, ...few], {
    env: { XDG_STATE_HOME: state },
  });
  expect({ ended, after: await list() }).toEqual({ ended: 0, after: before });
  expect(stdout).toContain('An earlier run was killed');
  expect(readdirSync(join(state, 'chat-mock/ledgers'))).toEqual([]);
  await server.close();
});

test('two processes at the same time leave each other’s sessions alone', async () => {
  const { server, list } = await watchedMock();
  const before = await list();
  const run = () => runProcess(program.file, ['verify', server.url, ...few], { env: { XDG_STATE_HOME: state } });
  const both = await Promise.all([run(), run()]);
  for (const { ended, stdout } of both) expect(stdout, String(ended)).toContain(' 0 sessions left');
  expect(await list()).toBe(before);
  expect(readdirSync(join(state, 'chat-mock/ledgers'))).toEqual([]);
  await server.close();
});

test('Ctrl-C cleans up and exits with 130', async () => {
  const { watch, server, list } = await watchedMock();
  const before = await list();
  const { ended, stdout } = await runAndKill(server.url, { watch, afterCreates: 6, signal: 'SIGINT' });
  expect({ ended, after: await list() }).toEqual({ ended: 130, after: before });
  expect(stdout).toContain('interrupted:');
  await server.close();
});

describe('what cannot be deleted', () => {
  test('is listed, and the run exits with 4', async () => {
    const { fetch } = createChatMock({ speed: 'instant' });
    const stubborn = async (request: Request) =>
      request.method === 'DELETE' &&
      request.headers.get('authorization') === 'Bearer good' &&
      !request.url.includes('?')
        ? Response.json({ detail: 'not now' }, { status: 409 })
        : fetch(request);
    const { report } = await runVerify({ fetch: stubborn, apiKey: 'good', only: ['sessions.id-percent-encoded'] });
    expect([report.verdict, report.exit_code, report.left.length > 0]).toEqual(['left_behind', 4, true]);
  });

  test.each([
    ['though the server says that there is no such session: it is in the list still', true, 4],
    ['but what is gone from the list too is not', false, 0],
  ])('%s', async (_, isKept, exitCode) => {
    const { fetch } = createChatMock({ speed: 'instant' });
    const forgetful = async (request: Request) => {
      if (request.method !== 'DELETE' || request.headers.get('authorization') !== 'Bearer good') return fetch(request);
      if (!isKept) await fetch(request);
      return Response.json({ detail: 'Session not found' }, { status: 404 });
    };
    const { report } = await runVerify({ fetch: forgetful, apiKey: 'good', only: ['sessions.id-percent-encoded'] });
    expect([report.exit_code, report.left.length > 0]).toEqual([exitCode, isKept]);
  });
});

test('a session that is unknown without a key, or to another project, is not taken for deleted', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const good = { authorization: 'Bearer good' };
  const list = async () => (await fetch(new Request('http://mock/api/v1/chat', { headers: good }))).text();
  const before = await list();
  const secretive = async (request: Request) =>
    request.method === 'DELETE' &&
    (request.headers.get('authorization') !== good.authorization || request.url.includes('?'))
      ? Response.json({ detail: 'Session not found' }, { status: 404 })
      : fetch(request);
  const { report } = await runVerify({ fetch: secretive, apiKey: 'good', only: ['auth.no-key', 'validation.refuses'] });
  expect({ left: report.left, after: await list() }).toEqual({ left: [], after: before });
});

test('a caller that stops listening leaves nothing behind either', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const list = async () =>
    (await fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer x' } }))).text();
  const before = await list();
  const { verify } = await import('../../src/contract/index.ts');
  for await (const event of verify({ fetch }))
    if (event.type === 'exchange' && event.exchange.operation === 'createSession') break;
  expect(await list()).toBe(before);
});
