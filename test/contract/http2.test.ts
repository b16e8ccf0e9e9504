import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { createSocketClient } from '../../src/contract/client/socket-client.ts';
import { type RunEvent, verify } from '../../src/contract/index.ts';
import { defaultAnswerLimits } from '../../src/contract/record/answer-limits.ts';
import { har } from '../../src/reporters/har.ts';
import { wallTimer } from '../../src/runtime/timer.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { plain } from '../reporters/sample-run.ts';
import { instantMock, newSession } from '../support/client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve() {
  const { mock, call } = instantMock();
  const server = await mock.listen({ tls: 'self-signed' });
  closers.push(server.close);
  return { mock, call, server, tls: { ca: readFileSync(server.certificate?.certFile ?? '', 'utf8') } };
}

async function record(
  answer: InlineScenario,
  { http1 = false, idleMs = 5000, leaveAfter = null as { events: number } | null } = {},
) {
  const { mock, call, server, tls } = await serve();
  const client = createSocketClient({ baseUrl: server.url, timer: wallTimer, tls, proxy: null, http1 });
  closers.push(client.close);
  const id = await newSession(call);
  mock.next(answer);
  const request = {
    method: 'POST',
    target: `/api/v1/chat/${id}/messages/stream`,
    headers: [
      ['Authorization', 'Bearer any'],
      ['Content-Type', 'application/json'],
    ] as const,
    body: new TextEncoder().encode(JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] })),
  };
  const signal = new AbortController().signal;
  const limits = {
    signal,
    idleMs,
    totalMs: 20_000,
    answerLimits: defaultAnswerLimits,
    leaveAfter,
    isStream: true,
    paceMs: 0,
  };
  return client.send(request, limits);
}

const two: InlineScenario = { steps: [{ text: 'One, two.' }] };

test('a whole stream is complete, and each DATA frame is a chunk', async () => {
  const { response, ending } = await record({ ...two, wire: { split: { bytes: 50 } } });
  expect([response?.status, response?.httpVersion, ending]).toEqual([200, '2', 'complete']);
  expect(response?.chunks.slice(0, -1).every(({ sizeBytes }) => sizeBytes === 50)).toBe(true);
  expect(response?.headers).toContainEqual(['content-type', 'text/event-stream; charset=utf-8']);
});

test.each([
  ['truncate', 'truncated', 'the server ended the stream with RST_STREAM REFUSED_STREAM (7)'],
  ['reset', 'reset', 'the server ended the connection with GOAWAY REFUSED_STREAM (7)'],
] as const)('%s is told as %s, with all bytes before it', async (how, ending, reason) => {
  const received = await record({ ...two, ends: { after: { event: 2 }, how, http2_code: 'refused_stream' } });
  expect([received.ending, received.reason]).toEqual([ending, reason]);
  expect(
    Buffer.from(received.response?.body ?? [])
      .toString()
      .match(/^data:/gm),
  ).toHaveLength(2);
});

test('silence and leaving are told as over HTTP/1.1', async () => {
  const hang = { ...two, ends: { after: { event: 1 }, how: 'hang' } } as const;
  expect((await record(hang, { idleMs: 300 })).ending).toBe('idle');
  expect((await record(two, { leaveAfter: { events: 1 } })).ending).toBe('we_left');
});

test.each([
  ['HTTP/2, which the server offers', false],
  ['HTTP/1.1, if asked to', true],
])('a run over TLS conforms, and speaks %s', async (_, http1) => {
  const { mock, server, tls } = await serve();
  const events: RunEvent[] = [];
  for await (const event of verify({ url: server.url, tls, http1, profile: 'safe', ledgerDirectory: null })) {
    events.push(event);
    if (event.type !== 'finished') continue;
    const { report } = event;
    const failed = report.checks.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id);
    expect([report.exit_code, failed]).toEqual([0, []]);
  }
  // Only HTTP/1.1 has such a header; HTTP/2 has `:authority`, which Node's adapter does not make one of.
  const [listed] = mock.journal.find({ operation: 'listSessions' });
  expect('host' in (listed?.headers ?? {})).toBe(http1);
  let text = '';
  for await (const piece of har(eachOf(events), plain)) text += piece;
  const { entries } = (JSON.parse(text) as { log: { entries: { response: { httpVersion: string } }[] } }).log;
  expect(new Set(entries.map(({ response }) => response.httpVersion))).toEqual(
    new Set([http1 ? 'HTTP/1.1' : 'HTTP/2']),
  );
});

async function* eachOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
