import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createFetchClient } from '../../src/contract/client/fetch-client.ts';
import { createSocketClient } from '../../src/contract/client/socket-client.ts';
import { defaultAnswerLimits } from '../../src/contract/record/answer-limits.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { type Timer, wallTimer } from '../../src/runtime/timer.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
const limits = {
  ...{ signal: new AbortController().signal, idleMs: 50, totalMs: 100, paceMs: 0, leaveAfter: null, isStream: false },
  answerLimits: { ...defaultAnswerLimits, bodyBytes: 100_000, pieces: 1000, lines: 1000 },
};
const get = { method: 'GET', target: '/', headers: [], body: null };
const bodyOf = (pull: (controller: ReadableStreamDefaultController) => void | Promise<void>) =>
  new ReadableStream({ pull }, { highWaterMark: 0 });

describe('a server in this process', () => {
  const answers: Readonly<Record<string, readonly [answer: () => Response | Promise<Response>, ending: string]>> = {
    'that never answers': [() => new Promise(() => {}), 'idle'],
    'that never sends a byte': [() => new Response(bodyOf(() => new Promise(() => {}))), 'idle'],
    'that sends empty pieces for ever': [
      () => new Response(bodyOf((controller) => controller.enqueue(new Uint8Array(0)))),
      'too_much',
    ],
    'that sends bytes for ever': [
      () => new Response(bodyOf((controller) => controller.enqueue(new Uint8Array(1)))),
      'too_much',
    ],
    'that sends texts for bytes': [() => new Response(bodyOf((controller) => controller.enqueue('text'))), 'not_http'],
    'that breaks': [() => new Response(bodyOf((controller) => controller.error(new Error('broken')))), 'truncated'],
    'that throws': [() => Promise.reject(new Error('broken')), 'not_connected'],
    'that sends a bomb': [
      () => new Response(gzipSync(new Uint8Array(1_000_000)), { headers: { 'content-encoding': 'gzip' } }),
      'too_much',
    ],
    'whose body was decoded already': [
      () => new Response('{"plain":true}', { headers: { 'content-encoding': 'gzip' } }),
      'complete',
    ],
  };
  test.each(Object.entries(answers))('%s', async (_, [answer, ending]) => {
    const client = createFetchClient({ fetch: async () => answer(), baseUrl: 'http://mock', timer: wallTimer });
    const received = await client.send(get, limits);
    expect(received.ending, received.reason ?? '').toBe(ending);
  });

  test('has its body read as it is where the platform has decoded it', async () => {
    const fetch = async () => new Response('{"plain":true}', { headers: { 'content-encoding': 'gzip' } });
    const { response } = await createFetchClient({ fetch, baseUrl: 'http://mock', timer: wallTimer }).send(get, limits);
    expect([Buffer.from(response?.body ?? []).toString(), response?.decoded]).toEqual([
      '{"plain":true}',
      'content-encoding gzip was undone before we saw it',
    ]);
  });
});

test('a proxy that never answers is waited for no longer than a server', async () => {
  const mute = createTcpServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => mute.once('listening', resolve));
  const { port } = mute.address() as AddressInfo; // TCP.
  const proxy = { url: `http://127.0.0.1:${port}`, label: 'mute' };
  const client = await createSocketClient({ baseUrl: 'http://chat.test', timer: wallTimer, proxy });
  closers.push(client.close, () => mute.close());
  expect((await client.send(get, limits)).ending).toBe('idle');
});

describe('a run', () => {
  /** Does not wait where a server asks for patience. */
  const impatient: Timer = { ...wallTimer, sleep: async () => {} };
  const busy = (retryAfter: string) => new Response(null, { status: 429, headers: { 'retry-after': retryAfter } });

  test('ends at the first request where that is refused for load: nothing can be judged', async () => {
    let requests = 0;
    const fetch = async () => {
      requests += 1;
      return busy('999999');
    };
    await expect(runVerify({ fetch, timer: impatient })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('refused the first request for load with 429, 4 times'),
    });
    expect(requests).toBe(4);
  });

  test('waits no more once waiting has come to nothing for two minutes, and does not sum up what was worth it', async () => {
    const { fetch } = createChatMock({ speed: 'instant' });
    let sleptMs = 0;
    const timer: Timer = {
      ...wallTimer,
      sleep: async (delayMs) => {
        sleptMs += delayMs;
      },
    };
    let requests = 0;
    const refusing = async (request: Request) => {
      requests += 1;
      return requests === 1 ? fetch(request) : busy('999999');
    };
    const some = { flows: flowsNamed('session-life', 'session-ids'), concurrency: 1 };
    const { report } = await runVerify({ fetch: refusing, timer, ...some });
    expect(report.exit_code).toBe(3);
    expect(sleptMs).toBeLessThanOrEqual(120_000);
    sleptMs = 0;
    let turn = 0;
    const grudging = async (request: Request) => {
      turn += 1;
      return turn % 2 === 0 ? busy('5') : fetch(request);
    };
    const { report: other } = await runVerify({ fetch: grudging, timer, ...some });
    expect([other.exit_code, sleptMs > 120_000]).toEqual([0, true]);
  });

  test('stops at its bound, says so, judges what it has and deletes what it has created', async () => {
    const mock = createChatMock({ speed: 'instant' });
    const list = async () =>
      (await mock.fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer x' } }))).text();
    const before = await list();
    let ring = () => {};
    const timer: Timer = {
      ...wallTimer,
      after: (delayMs, callback) => {
        if (delayMs !== 77_000) return wallTimer.after(delayMs, callback);
        ring = callback;
        return () => {};
      },
    };
    const fetch = async (request: Request) => {
      if (request.url.includes('/messages/stream')) ring();
      return mock.fetch(request);
    };
    const { report, events } = await runVerify({ fetch, timer, maxRunMs: 77_000 });
    expect(events.find(({ type }) => type === 'started')).toMatchObject({ max_run_ms: 77_000 });
    expect([report.verdict, report.exit_code]).toEqual(['inconclusive', 3]);
    expect(report.notes).toContain('The run was stopped: it took longer than 77000 ms.');
    expect(await list()).toBe(before);
  });

  test('gives up a clean-up that takes too long, and says what is left', async () => {
    const { fetch } = createChatMock({ speed: 'instant' });
    const stubborn = async (request: Request) =>
      request.method === 'DELETE' && request.headers.get('authorization') === 'Bearer good'
        ? new Promise<Response>(() => {})
        : fetch(request);
    const timer: Timer = {
      ...wallTimer,
      after: (delayMs, callback) => wallTimer.after(delayMs === 60_000 ? 100 : delayMs, callback),
    };
    // They delete nothing themselves.
    const flows = flowsNamed('one-turn', 'two-turns');
    const { report } = await runVerify({ fetch: stubborn, timer, apiKey: 'good', flows });
    expect([report.verdict, report.left.length > 1]).toEqual(['left_behind', true]);
  });

  test('keeps no more answers than fit into memory: a flow that would is inconclusive', async () => {
    const { fetch } = createChatMock({ speed: 'instant' });
    let lists = 0;
    const huge = async (request: Request) => {
      const url = new URL(request.url);
      if (!url.searchParams.has('page_size')) return fetch(request);
      lists += 1;
      url.searchParams.delete('page_token');
      const response = await fetch(new Request(url, request));
      if (lists === 1) return response;
      const page = (await response.json()) as object;
      return Response.json({ ...page, next_page_token: `token-${lists}`, filler: 'x'.repeat(100_000) });
    };
    const budget = { keptBytes: 1_500_000 };
    const { report } = await runVerify({ fetch: huge, only: ['pagination.*'], concurrency: 1, budget });
    expect(report.exit_code).toBe(3);
    expect(report.checks.map(({ why }) => why).join()).toContain('do not fit into memory together');
  });

  test('cuts long bodies in what it reports, and says so', async () => {
    const { fetch } = createChatMock({ speed: 'instant' });
    const long = async (request: Request) => {
      const response = await fetch(request);
      if (response.status !== 201) return response;
      return Response.json(
        { ...((await response.json()) as object), filler: `${'x'.repeat(100_000)}END` },
        { status: 201 },
      );
    };
    const { events } = await runVerify({ fetch: long, only: ['sessions.views-agree'] });
    const created = events
      .flatMap((event) => (event.type === 'exchange' ? [event.exchange] : []))
      .find((one) => one.status === 201);
    expect(created?.response_body).toMatch(/^\{.*x…\n\[chat-mock cut the body here: it has 100\d{3} bytes\]$/s);
    expect([created?.is_cut, created?.response_body.length]).toEqual([true, expect.closeTo(65_600, -3)]);
  });
});
