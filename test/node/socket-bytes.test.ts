import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listening } from '../../src/node/listen.ts';
import { buildMock } from '../../src/node/mock.ts';
import type { Ends, InlineScenario, Wire } from '../../src/scenario/schema.ts';
import { anyEnds, framedScript } from '../support/arbitrary-scenarios.ts';
import { question } from '../support/clients.ts';
import { bytesOf, compile, decode, firstTurn, piecesOf } from '../support/compiled.ts';
import { exchange, type RawExchange } from '../support/raw-client.ts';
import { runs, thinned } from '../support/runs.ts';

const SEED = 7;
const mock = buildMock({ seed: SEED, speed: 'instant' });
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

let worlds = 0;
async function take(
  answer: InlineScenario,
  more: { readonly leaveAfterBytes?: number; readonly afterRead?: () => Promise<unknown> } = {},
): Promise<{ readonly sessionId: string; readonly world: string; readonly seen: RawExchange }> {
  const world = `bytes-${++worlds}`;
  const headers = { 'x-test-id': world };
  const created = await exchange(server, { path: '/api/v1/chat', headers });
  const { session_id: sessionId } = JSON.parse(created.body.toString()) as { session_id: string };
  mock.world(world).next(answer);
  const path = `/api/v1/chat/${sessionId}/messages/stream`;
  return { sessionId, world, seen: await exchange(server, { path, headers, body: question, ...more }) };
}

/** What `compile` alone says of the same turn. */
const compileFor = (sessionId: string, { steps = [], pace, wire, ends }: InlineScenario) =>
  compile(
    { steps, ...(pace && { pace }), ...(wire && { wire }), ...(ends && { ends }) },
    firstTurn({ seed: SEED, sessionId, prompt: question.prompt }),
  );

const script = framedScript.map(({ steps, wire, pace = {} }) => ({
  steps: [...steps.filter((step) => !('hold' in step)), { text: 'Something.' }],
  ...{ wire, pace },
}));
// A piece takes 2 ms, so there are not too many.
const split = fc.oneof(
  fc.constantFrom<NonNullable<Wire['split']>>('event', 'walk', { join_events: 3 }),
  fc.integer({ min: 60, max: 300 }).map((bytes) => ({ bytes })),
  fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 }).map((at) => ({ at })),
  fc.integer({ min: 120, max: 300 }).map((max) => ({ random: { max } })),
);
const ends = anyEnds.filter(({ how }) => how !== 'hang');

describe('over a raw socket, whatever the turn', () => {
  test('and wherever it is cut, the bytes are exactly those promised, and so are the events', async () => {
    const names = { close: 'complete', truncate: 'FIN', reset: 'ECONNRESET' } as Record<string, string>;
    await fc.assert(
      fc.asyncProperty(script, fc.option(split, { nil: undefined }), ends, async (given, split, ends) => {
        const answer = { ...given, ends, wire: { ...given.wire, ...(split && { split }) } };
        const { seen, sessionId } = await take(answer);
        const whole = bytesOf(compileFor(sessionId, given));
        const promised = bytesOf(compileFor(sessionId, answer));
        expect(seen).toMatchObject({ status: 200, end: names[ends.how] });
        expect(seen.body).toEqual(promised);
        expect(seen.body).toEqual(whole.subarray(0, promised.length));
        const all = decode(whole, given.wire.newline);
        const events = decode(seen.body, given.wire.newline);
        expect(events).toEqual(all.slice(0, events.length));
        if (typeof ends.after === 'object' && 'event' in ends.after)
          expect(events).toHaveLength(Math.min(ends.after.event, all.length));
      }),
      { numRuns: runs(60) },
    );
  });

  test('each write is one chunk of HTTP/1.1, so the boundaries are the promised ones', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.option(split, { nil: undefined }), async (given, split) => {
        const answer = { ...given, wire: { ...given.wire, ...(split && { split }) } };
        const { seen, sessionId } = await take(answer);
        expect(seen.chunks.map(String)).toEqual(piecesOf(compileFor(sessionId, answer)).map(toText));
      }),
      { numRuns: runs(40) },
    );
  });
});

const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('without a socket each piece is a read of its own', async () => {
  const wire: Wire = { split: { bytes: 11 }, newline: 'crlf' };
  const answer = { steps: [{ text: 'One two three 😀.' }], wire };
  const world = 'reads';
  const headers = { 'x-test-id': world, authorization: 'Bearer test', 'content-type': 'application/json' };
  const created = await mock.fetch(new Request('http://mock/api/v1/chat', { method: 'POST', headers }));
  const { session_id: sessionId } = (await created.json()) as { session_id: string };
  mock.world(world).next(answer);
  const url = `http://mock/api/v1/chat/${sessionId}/messages/stream`;
  const response = await mock.fetch(new Request(url, { method: 'POST', headers, body: JSON.stringify(question) }));
  const reads: string[] = [];
  for await (const read of response.body ?? []) reads.push(Buffer.from(read).toString('hex'));
  expect(reads).toEqual(piecesOf(compileFor(sessionId, answer)).map((piece) => Buffer.from(piece).toString('hex')));
});

test('walk reaches every boundary of a turn, one with each turn', async () => {
  const world = 'walk';
  const headers = { 'x-test-id': world };
  const steps = [{ event: { type: 'stop' } }];
  mock.world(world).next({ steps, pace: { first_ms: 0 }, wire: { split: 'walk' } }, { times: 100 });
  const seen: string[][] = [];
  const total = bytesOf(compile({ steps })).length;
  for (let turn = 1; turn <= total; turn++) {
    const created = await exchange(server, { path: '/api/v1/chat', headers });
    const { session_id } = JSON.parse(created.body.toString()) as { session_id: string };
    const path = `/api/v1/chat/${session_id}/messages/stream`;
    seen.push((await exchange(server, { path, headers, body: question })).chunks.map(String));
  }
  const whole = bytesOf(compile({ steps })).toString();
  expect(seen).toEqual([
    ...Array.from({ length: total - 1 }, (_, index) => [whole.slice(0, index + 1), whole.slice(index + 1)]),
    [whole],
  ]);
});

describe('a body of 8 MB that is cut off', () => {
  const steps = [{ huge: 8_000_000 }, { huge: 60_000 }, { text: 'The end.' }];
  const readers = {
    'that reads at once': undefined,
    'that is slow': () => setImmediate(),
    'that stops for long now and then': async () => {
      for (let turn = 0; turn < 50; turn++) await setImmediate();
    },
  };

  test.each(
    thinned(
      Object.entries(readers).flatMap(([title, afterRead]) =>
        (['reset', 'truncate', 'close'] as const).flatMap((how) =>
          [{ how }, { how, after: { byte: 7_999_999 } }, { how, after: { event: 2 } }].map((ends: Ends) => ({
            title,
            ends,
            afterRead,
          })),
        ),
      ),
      4,
    ),
  )('reaches a client $title to the last byte before $ends', async ({ ends, afterRead }) => {
    const answer = { steps, ends };
    const { seen, sessionId } = await take(answer, afterRead && { afterRead });
    const promised = bytesOf(compileFor(sessionId, answer));
    expect([seen.body.length, seen.end]).toEqual([
      promised.length,
      { reset: 'ECONNRESET', truncate: 'FIN', close: 'complete', hang: 'left' }[ends.how],
    ]);
    expect(seen.body.equals(promised)).toBe(true);
  });

  test('and its facts say the same: bytes, events, how it ended, and the hash of what the client got', async () => {
    const ends: Ends = { after: { byte: 1_000_000 }, how: 'reset' };
    const { seen, world } = await take({ steps, ends });
    const [stream] = mock.world(world).streams;
    const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(seen.body));
    expect([stream?.bytes, stream?.events, stream?.end, stream?.sha256()]).toEqual([
      1_000_000,
      0,
      'reset',
      Buffer.from(hash).toString('hex'),
    ]);
  });
});
