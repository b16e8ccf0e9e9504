import { expect, test } from 'vitest';
import { builtInScenarios } from '../../src/node/built-in.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { buildMockFiles } from '../../src/record/mock/build-mock.ts';
import { wallTimer } from '../../src/runtime/timer.ts';
import { comparable, roundTrip } from '../support/round-trip.ts';
import { thinned } from '../support/runs.ts';
import { startTinyServer } from '../support/tiny-server.ts';

/** Those that wait for somebody, which have tests of their own. */
const left = new Set(['held-answer', 'hang-mid-stream', 'stalled-headers']);
/** Of a burst of megabytes the ends of reads are recorded, too; its replay has the chunks that were sent. */
const bursts = new Set(['long-answer']);

test('what the mock plays, recorded and played again, is the same: bytes, chunks, headers and ends', async () => {
  const braces = { scenario: 'braces', steps: [{ text: 'A {{{{literal}} brace.' }] };
  const server = await createChatMock({ speed: 'instant', scenarios: [...builtInScenarios, braces] }).listen();
  const all = [...builtInScenarios, braces].map(({ scenario }) => scenario).filter((name) => !left.has(name));
  // The inner loop plays every sixth, and the slow suite all of them.
  const names = thinned(all.toReversed(), 6);
  const { made, recorded, replayed } = await roundTrip(
    server.url,
    names.map((name) => `/${name} please`),
  );
  await server.close();
  expect(made.notes).toEqual([]);
  const differing = names.flatMap((name, index) => {
    const [one, two] = [recorded[index], replayed[index]];
    if (!one || !two) return [name];
    try {
      const [was, is] = [comparable(one), comparable(two)];
      expect(bursts.has(name) ? { ...is, chunks: was.chunks } : is).toEqual(was);
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message.slice(0, 1200)}`];
    }
  });
  expect(differing).toEqual([]);
});

test('so is an answer that was held until somebody released it', async () => {
  const mock = createChatMock({ speed: 'instant' });
  const server = await mock.listen();
  const released = mock.held('before-answer', { timeoutMs: 20_000 }).then(() => mock.release('before-answer'));
  const { recorded, replayed, made } = await roundTrip(server.url, ['/held-answer']);
  await server.close();
  expect(await released).toBe(1);
  expect(String(recorded[0]?.body)).toContain('Thank you for waiting.');
  expect([made.notes, replayed.map(comparable)]).toEqual([[], recorded.map(comparable)]);
});

/** A clock of the recorder that jumps ahead when a client loses its patience. */
function createPatience(waitedMs: number) {
  let skippedMs = 0;
  return {
    timer: { ...wallTimer, now: () => wallTimer.now() + skippedMs },
    isOver: () => {
      skippedMs = waitedMs;
      return true;
    },
  };
}

test('so is a stream that went silent until the client left: it goes silent again', async () => {
  const server = await createChatMock({ speed: 'instant' }).listen();
  const { timer, isOver } = createPatience(5000);
  const leavesAt = (body: Buffer) => String(body).split('\n\n').length > 6 && isOver();
  const { recorded, replayed, made, exchanges } = await roundTrip(server.url, ['/hang-mid-stream'], {
    ...{ timer, leavesAt },
  });
  await server.close();
  expect(exchanges.at(-1)).toMatchObject({ ending: 'we_left', reason: 'the client left' });
  expect([recorded[0]?.status, recorded[0]?.end]).toEqual([200, 'left']);
  expect([made.notes, replayed.map(comparable)]).toEqual([[], recorded.map(comparable)]);
  expect(made.files[0]?.text).toContain('  how: hang\n');
});

test('so is a request that was never answered: it is not answered again', async () => {
  const upstream = createChatMock({ speed: 'instant' });
  const server = await upstream.listen();
  const { timer, isOver } = createPatience(5000);
  const untilLeaving = async (mock = upstream) => {
    await mock.journal.wait({ operation: 'streamMessages' });
    isOver();
  };
  const { recorded, replayed, made, exchanges } = await roundTrip(server.url, ['/stalled-headers'], {
    ...{ timer, untilLeaving },
  });
  await server.close();
  expect(exchanges.at(-1)).toMatchObject({ ending: 'we_left', reason: 'the client left', response: null });
  expect([recorded[0]?.status, recorded[0]?.end]).toEqual([null, 'left']);
  expect([made.notes, replayed.map(comparable)]).toEqual([[], recorded.map(comparable)]);
  expect(made.files[0]?.text).toContain('  how: hang\n');
});

test('so is what another server says in its own way: CRLF, other fields, ids with slashes, two turns of a session', async () => {
  const tiny = await startTinyServer();
  const { recorded, replayed, made } = await roundTrip(tiny.url, ['One', 'Two', 'One']);
  await tiny.close();
  expect(replayed.map(comparable)).toEqual(recorded.map(comparable));
  expect([made.scenarios, made.sessions, made.notes]).toEqual([2, 3, []]);
});

test('its files are plain: steps, conditions, a mark, times since the request', async () => {
  const exchange = {
    ...{ id: 1, number: 1, flow: null, role: null, operation: 'streamMessages', session_id: 'ses-1' },
    request: {
      ...{ method: 'POST', target: '/api/v1/chat/ses-1/messages/stream', headers: [] },
      body: '{"prompt":"How are you?","index_ids":["a"]}',
    },
    ...{ start_ms: 0, ending: 'we_left', end_ms: 700, reason: 'the client left', retries: 0, is_broken: false },
    response: streamOf([
      [120, { type: 'thinking_delta', content: 'Hm' }],
      [120.4, { type: 'thinking_delta', content: ', well.' }],
      [121, { type: 'thinking', content: 'Hm, well.' }],
      [400, { type: 'text_delta', content: 'Fine' }],
      [480.5, { type: 'text_delta', content: ' {{x}}' }],
    ]),
  } as const;
  const { files } = await buildMockFiles([exchange as unknown as Parameters<typeof buildMockFiles>[0][number]]);
  expect(files.map(({ path }) => path)).toEqual([
    'scenarios/001-how-are-you.yaml',
    'sessions/001-ses-1.yaml',
    'choices.yaml',
  ]);
  expect(files[0]?.text).toMatchInlineSnapshot(`
    "# Made by chat-mock from a recording.
    # Nobody read on from here (the client left), so it ends here.
    scenario: 001-how-are-you
    description: "Recorded: POST /api/v1/chat/ses-1/messages/stream."
    when:
      prompt:
        equals: How are you?
      turn: 1
    delay_ms: 100
    headers:
      cache-control: null
      x-accel-buffering: null
      Content-Type: text/event-stream
    pace:
      first_ms: 0
      tokens_per_second: 100000
      jitter: 0
    steps:
      - wait_ms: 20
      - event:
          type: thinking_delta
          content: Hm
      - event:
          type: thinking_delta
          content: ", well."
      - wait_ms: 1
      - event:
          type: thinking
          content: Hm, well.
      - wait_ms: 279
      - event:
          type: text_delta
          content: Fine
      - wait_ms: 80.5
      - event:
          type: text_delta
          content: " {{x}}"
      - fail: The recording has no more of it.
    ends:
      after:
        byte: 311
      how: close
    "
  `);
  expect(files[1]?.text).toMatchInlineSnapshot(`
    "# Made by chat-mock from a recording.
    session_id: ses-1
    last_updated_at: "2026-04-22T12:34:40.342245"
    "
  `);
});

/** A stream of events with the times at which each came. */
function streamOf(events: readonly (readonly [number, { readonly type: string; readonly content: string }])[]) {
  const frames = events.map(
    ([, event]) => `event: ${event.type.endsWith('delta') ? 'delta' : 'message'}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return {
    ...{ status: 200, headers: [['Content-Type', 'text/event-stream']], headers_ms: 100, body: frames.join('') },
    chunks: events.map(([atMs], index) => [atMs, Buffer.byteLength(frames[index] ?? '')]),
  };
}
