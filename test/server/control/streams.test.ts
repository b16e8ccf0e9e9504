import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { defineScenario } from '../../../src/scenario/define-scenario.ts';
import { newSession } from '../../support/client.ts';
import { ask, askIn, controlled } from '../../support/control.ts';

const text = (content: string) => ({ event: { type: 'text', content } });
/** Events at 100, 200 and 300 ms. */
const paced = defineScenario({
  scenario: 'paced',
  pace: { first_ms: 100 },
  steps: [text('a'), { wait_ms: 100 }, text('b'), { wait_ms: 100 }],
});
const held = defineScenario({
  scenario: 'held',
  pace: { first_ms: 0 },
  steps: [text('a'), { hold: 'here' }, text('b')],
});
const frames = [...[text('a'), text('b')].map(({ event }) => `event: message\ndata: ${JSON.stringify(event)}\n\n`)];
const [a = '', b = ''] = frames;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Begins a turn on a manual clock and reads it piece by piece. */
async function begin(prompt: string) {
  const { call, control, mock } = controlled({ scenarios: [paced, held], clock: 'manual' });
  const id = await newSession(call);
  const response = await askIn(call, id, prompt);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const read = async () => {
    const { value, done } = await reader.read();
    return done ? null : new TextDecoder().decode(value);
  };
  const facts = async () => (await control('GET streams')).body.streams[0];
  return { call, control, mock, id, reader, read, facts };
}

describe('GET streams', () => {
  test('tells of a stream that is over what was sent, how it ended, and the hash of it', async () => {
    const { call, control } = controlled({ scenarios: [held] });
    await control('POST next', {
      scenario: { steps: [text('a'), text('b')], ends: { after: { byte: 70 }, how: 'close' } },
    });
    const body = await (await ask(call)).text();
    expect((await control('GET streams')).body).toEqual({
      dropped: 0,
      streams: [
        {
          id: 1,
          session_id: expect.stringMatching(/^ses-/),
          ...{ scenario: 'inline', why: 'queued 1', state: 'over', hold: null },
          ...{ events: 1, bytes: 70, sha256: sha256(body), elapsed_ms: 350 },
          ...{ end: 'close', client_left: null, stalls: 0, stalled_ms: 0 },
        },
      ],
    });
  });

  test('tells of a running one how far it is', async () => {
    const { control, facts, id } = await begin('/paced');
    const nothing = { events: 0, bytes: 0, sha256: sha256(''), elapsed_ms: 0, end: null, client_left: null };
    expect(await facts()).toMatchObject({
      session_id: id,
      scenario: 'paced',
      why: 'prompt',
      state: 'running',
      ...nothing,
    });
    await control('POST clock/advance', { ms: 150 });
    expect(await facts()).toMatchObject({ events: 1, bytes: a.length, sha256: sha256(a), elapsed_ms: 100 });
    await control('POST clock/advance', { ms: 100 });
    expect(await facts()).toMatchObject({ events: 2, bytes: (a + b).length, sha256: sha256(a + b), elapsed_ms: 200 });
  });

  test('tells where a client went away: after which event, byte and millisecond', async () => {
    const { control, facts, reader } = await begin('/paced');
    await control('POST clock/advance', { ms: 150 });
    await reader.cancel();
    expect(await facts()).toMatchObject({
      ...{ state: 'over', hold: null, end: 'client_left', events: 1, bytes: a.length, sha256: sha256(a) },
      client_left: { event: 1, byte: a.length, ms: 150 },
    });
  });

  test('a hold or a pause takes no time of the script, so none counts before a client goes away in it', async () => {
    for (const prompt of ['/held', '/paced']) {
      const { control, facts, reader } = await begin(prompt);
      await control('POST clock/advance', { ms: 150 });
      if (prompt === '/paced') await control('POST streams/1/pause');
      await control('POST clock/advance', { ms: 5000 });
      await reader.cancel();
      expect((await facts()).client_left).toEqual({ event: 1, byte: a.length, ms: prompt === '/paced' ? 150 : 0 });
    }
  });

  test('tells how often a slow reader was waited for', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: Array.from({ length: 60 }, (_, index) => text(String(index))) } });
    const response = await ask(call);
    const stalled = (await control('GET streams')).body.streams[0];
    expect(stalled).toMatchObject({ state: 'running', events: 16, stalls: 1, end: null });
    expect((await response.text()).match(/"text"/g)).toHaveLength(60);
    const facts = (await control('GET streams')).body.streams[0];
    expect(facts).toMatchObject({ state: 'over', events: 61, end: 'close' });
    expect(facts.stalls).toBeGreaterThan(1);
    expect(facts.stalled_ms).toEqual(expect.any(Number));
  });

  test('one that hangs stays so until its client leaves, who is then recorded', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: [text('a')], ends: { after: { event: 1 }, how: 'hang' } } });
    const response = await ask(call);
    expect((await control('GET streams')).body.streams[0]).toMatchObject({ state: 'hanging', end: null, events: 1 });
    await response.body?.cancel();
    expect((await control('GET streams')).body.streams[0]).toMatchObject({
      state: 'over',
      end: 'client_left',
      client_left: { event: 1, byte: 52 },
    });
  });

  test('is of one world', async () => {
    const { call, control } = controlled();
    await (await ask(call, '/fast', { 'x-test-id': 'a' })).text();
    expect((await control('GET streams')).body.streams).toEqual([]);
    expect((await control('GET streams', undefined, { 'x-test-id': 'a' })).body.streams).toHaveLength(1);
  });
});

describe('POST streams/wait', () => {
  test('answers when a stream has come to a hold, is over, or has lost its client, with its facts', async () => {
    const { control, reader, read } = await begin('/held');
    const isHeld = await control('POST streams/wait', { match: { state: 'held', hold: 'here' } });
    expect(isHeld).toMatchObject({
      status: 200,
      body: { streams: [{ id: 1, state: 'held', hold: 'here', events: 1 }] },
    });
    const isOver = control('POST streams/wait', { match: { state: 'over' } });
    const hasLeft = control('POST streams/wait', { match: { end: 'client_left', session_id: { regex: '^ses-' } } });
    await read();
    await reader.cancel();
    const facts = { id: 1, state: 'over', hold: null, end: 'client_left' };
    expect([await isOver, await hasLeft]).toMatchObject([
      { body: { streams: [facts] } },
      { body: { streams: [facts] } },
    ]);
  });

  test('waits for each change: what begins, is paused, goes on, comes to its hold, hangs', async () => {
    const { mock, call, control } = controlled({ clock: 'manual' });
    const steps = [{ wait_ms: 100 }, { hold: 'here' }, text('a')];
    mock.next({ steps, pace: { first_ms: 0 }, ends: { after: { event: 1 }, how: 'hang' } });
    const to = async (state: string, change: () => unknown) => {
      const waiting = control('POST streams/wait', { match: { state } });
      await change();
      expect((await waiting).body.streams).toMatchObject([{ id: 1, state }]);
    };
    await to('running', () => ask(call));
    await to('paused', () => control('POST streams/1/pause'));
    await to('running', () => control('POST streams/1/resume'));
    await to('held', () => control('POST clock/advance', { ms: 100 }));
    await to('hanging', () => control('POST holds/here/release'));
  });

  test('counts only what matches at the same time', async () => {
    const { mock, call } = controlled({ clock: 'manual' });
    const hold = async (name: string) => {
      mock.next({ steps: [{ hold: name }, text('a')], pace: { first_ms: 0 } });
      await ask(call);
    };
    const twoHeld = mock.waitForStream({ state: 'held' }, { count: 2 });
    let isOver = false;
    void twoHeld.then(() => {
      isOver = true;
    });
    await hold('first');
    mock.release('first');
    await hold('second');
    expect(isOver).toBe(false);
    await hold('third');
    expect((await twoHeld).map(({ hold }) => hold)).toEqual(['second', 'third']);
  });

  test('tells of a hold that a paused stream steps into, and of its release', async () => {
    const { mock, call, control } = controlled({ clock: 'manual' });
    mock.next({ steps: [{ wait_ms: 100 }, text('a'), { hold: 'here' }, text('b')], pace: { first_ms: 0 } });
    await ask(call);
    await control('POST streams/1/pause');
    const isAtHold = mock.waitForStream({ hold: 'here' });
    await control('POST streams/1/step', { events: 2 });
    expect(await isAtHold).toMatchObject([{ state: 'paused', hold: 'here', events: 1 }]);
    const isReleased = mock.waitForStream({ hold: null });
    await control('POST holds/here/release');
    expect(await isReleased).toMatchObject([{ state: 'paused', hold: null, events: 1 }]);
  });

  test('is too late after its time, and tells of the nearest misses', async () => {
    const { control } = await begin('/held');
    expect(await control('POST streams/wait', { match: { state: 'over', scenario: 'held' }, timeout_ms: 0 })).toEqual({
      status: 408,
      body: {
        error: {
          code: 'timeout',
          message:
            'Failed to see 1 such stream within 0 ms: 0 came. Nearest:\n  stream 1 (held): state is "held", not "over"',
        },
      },
    });
    expect((await control('POST streams/wait', { match: { state: 'hold' } })).body.error.message).toContain(
      '"hold" is not allowed; did you mean "held"?',
    );
  });

  test.each(['journal/wait', 'streams/wait'])('who leaves %s is waited for no longer', async (path) => {
    const { call } = controlled();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const leave = new AbortController();
    const waiting = call(`POST /__mock/${path}`, { key: null, body: {}, signal: leave.signal });
    const gone = expect(waiting).rejects.toThrow();
    while (vi.getTimerCount() === 0) await Promise.resolve();
    leave.abort();
    await gone;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('pause, step, resume', () => {
  test('a paused stream does not move with the clock; it steps by events and goes on as if no time had passed', async () => {
    const { control, facts, read } = await begin('/paced');
    expect((await control('POST streams/1/pause')).body).toMatchObject({ id: 1, state: 'paused' });
    await control('POST clock/advance', { ms: 1000 });
    expect(await facts()).toMatchObject({ events: 0 });
    expect((await control('POST streams/1/step')).body).toMatchObject({ state: 'paused', events: 1 });
    expect((await control('POST streams/1/step', { events: 1 })).body).toMatchObject({ events: 2 });
    expect([await read(), await read()]).toEqual(frames);
    expect((await control('POST streams/1/resume')).body).toMatchObject({ state: 'running', events: 2 });
    await control('POST clock/advance', { ms: 99 });
    expect(await facts()).toMatchObject({ events: 2 });
    await control('POST clock/advance', { ms: 1 });
    expect(await facts()).toMatchObject({ events: 3, state: 'over', end: 'close' });
  });

  test.each([
    ['a stream that is not there', 'POST streams/7/pause', 404, 'unknown_stream', 'GET streams lists them'],
    ['a step of one that runs', 'POST streams/2/step', 409, 'not_steerable', 'Stream 2 is running: pause it before'],
    ['a step of one at a hold', 'POST streams/3/step', 409, 'not_steerable', 'Stream 3 is held: pause it before'],
    ['one that hangs', 'POST streams/4/pause', 409, 'not_steerable', 'Stream 4 is hanging: it cannot be paused'],
    ['one with late headers', 'POST streams/5/pause', 409, 'not_steerable', 'Stream 5 has not begun'],
    ['a step of one paused at a hold', 'POST streams/6/step', 409, 'not_steerable', 'it waits at a hold'],
    ['one that is over', 'POST streams/1/step', 409, 'not_steerable', 'Stream 1 is over (close).'],
  ])('%s cannot be steered', async (_, route, status, code, words) => {
    const { mock, call, control } = controlled({ clock: 'manual' });
    const steps = [text('a'), { hold: 'here' }];
    mock.next({ steps: [text('a')], pace: { first_ms: 0 } });
    mock.next({ steps: [{ wait_ms: 100 }, text('a')] });
    mock.next({ steps, pace: { first_ms: 0 } });
    mock.next({ steps: [text('a')], pace: { first_ms: 0 }, ends: { after: { event: 1 }, how: 'hang' } });
    await (await ask(call)).text();
    for (let stream = 2; stream <= 4; stream++) await ask(call);
    mock.next({ steps, delay_ms: 1000 });
    const late = new AbortController();
    const gone = ask((route, options) => call(route, { ...options, signal: late.signal }), '/held').catch(() => {});
    mock.next({ steps, pace: { first_ms: 0 } });
    while (mock.streams.length < 5) await Promise.resolve();
    await ask(call);
    await control('POST streams/6/pause');
    expect(await control(route)).toEqual({
      status,
      body: { error: { code, message: expect.stringContaining(words) } },
    });
    late.abort();
    await gone;
  });
});

describe('holds', () => {
  test('are listed, and released by name', async () => {
    const { control, facts, read } = await begin('/held');
    expect(await read()).toBe(a);
    expect((await control('GET holds')).body).toEqual({ holds: [{ name: 'here', waiting: 1 }] });
    expect(await facts()).toMatchObject({ state: 'held', events: 1 });
    expect((await control('POST holds/here/release')).body).toEqual({ released: 1 });
    expect(await read()).toBe(b);
    expect((await control('GET holds')).body).toEqual({ holds: [] });
  });

  test('all are released at once, whatever their names', async () => {
    const { call, control } = controlled({ scenarios: [held] });
    const other = { steps: [{ hold: 'a name/with ü' }, text('c')] };
    const first = await ask(call, '/held');
    const second = await ask(call, '/held');
    await control('POST next', { scenario: other });
    const third = await ask(call);
    expect((await control('GET holds')).body.holds).toEqual([
      { name: 'here', waiting: 2 },
      { name: 'a name/with ü', waiting: 1 },
    ]);
    expect((await control('POST holds/release')).body).toEqual({ released: 3 });
    expect((await control('POST holds/release')).body).toEqual({ released: 0 });
    for (const response of [first, second, third]) expect(await response.text()).toContain('"stop"');
  });

  test('a name may hold anything, percent-encoded', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: [{ hold: 'a name/with ü' }, text('c')] } });
    const response = await ask(call);
    expect((await control(`POST holds/${encodeURIComponent('a name/with ü')}/release`)).status).toBe(200);
    expect(await response.text()).toContain('"c"');
  });

  test('a name that nobody waits for is told, with those that are waited for', async () => {
    const { control } = await begin('/held');
    expect(await control('POST holds/hree/release')).toEqual({
      status: 404,
      body: {
        error: {
          code: 'nobody_waits',
          message: 'Failed to release "hree": nobody waits for it; did you mean "here"? Waited for: here.',
        },
      },
    });
    await control('POST holds/here/release');
    expect((await control('POST holds/here/release')).body.error.message).toContain('Nobody waits for anything.');
  });

  test('who looks in the wrong world is told of those in which requests came', async () => {
    const { call, control } = controlled();
    for (const world of ['a', 'b', 'c', 'd']) await ask(call, '/held-answer', { 'x-test-id': world });
    const hint =
      'This is the default world; requests came in world "b", world "c", world "d" and 1 more. The header X-Test-Id says which world is meant.';
    for (const route of ['POST holds/here/release', 'POST journal/wait', 'POST streams/wait']) {
      const { body } = await control(route, { timeout_ms: 0 });
      expect(body.error.message.endsWith(hint)).toBe(true);
    }
    const { body } = await control(
      'POST streams/wait',
      { match: { end: 'close' }, timeout_ms: 0 },
      { 'x-test-id': 'a' },
    );
    expect(body.error.message).not.toContain('world');
  });

  test('one that is never released ends the turn with a stop that says so', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: [{ hold: 'never', max_ms: 5 }, text('unseen')] } });
    const body = await (await ask(call)).text();
    expect(body).toContain('"is_error":true,"error":"The hold \\"never\\" was not released within 5 ms."');
    expect(body).not.toContain('unseen');
    expect((await control('GET holds')).body).toEqual({ holds: [] });
  });

  test('are of one world, and end with it', async () => {
    const { call, control } = controlled({ scenarios: [held] });
    const response = await ask(call, '/held', { 'x-test-id': 'a' });
    expect((await control('POST holds/here/release')).status).toBe(404);
    await control('POST reset', {}, { 'x-test-id': 'a' });
    expect(await response.text()).toBe(a);
  });
});

describe('the clock', () => {
  test('is told, set, and advanced through exactly what is due', async () => {
    const { call, control } = controlled({ scenarios: [paced] });
    expect((await control('GET clock')).body).toEqual({ mode: 'fixed', speed: 'instant', now_ms: 0, waiting: 0 });
    expect((await control('PUT clock', { mode: 'manual' })).body).toEqual({
      mode: 'manual',
      speed: null,
      now_ms: 0,
      waiting: 0,
    });
    const responses = [await ask(call, '/paced'), await ask(call, '/paced')];
    expect((await control('GET clock')).body).toMatchObject({ waiting: 2 });
    expect((await control('POST clock/advance', { ms: 99 })).body).toMatchObject({ now_ms: 99, waiting: 2, met: 0 });
    expect((await control('POST clock/advance', { ms: 101 })).body).toMatchObject({ now_ms: 200, waiting: 2, met: 4 });
    const { streams } = (await control('GET streams')).body;
    expect(streams.map(({ events }: { events: number }) => events)).toEqual([2, 2]);
    expect((await control('POST clock/advance', { ms: 5000 })).body).toMatchObject({
      now_ms: 5200,
      waiting: 0,
      met: 2,
    });
    for (const response of responses) expect(await response.text()).toContain('"stop"');
  });

  test('set to instant, it lets all go on that wait', async () => {
    const { control, read } = await begin('/paced');
    expect((await control('PUT clock', { mode: 'fixed', speed: 'instant' })).body).toMatchObject({
      speed: 'instant',
      waiting: 0,
    });
    expect([await read(), await read()]).toEqual(frames);
  });

  test.each([
    ['POST clock/advance', { ms: 1 }, 409, 'clock_not_manual', 'Set its mode to manual first'],
    ['POST clock/advance', { ms: -1 }, 400, 'bad_body', '$.ms'],
    ['PUT clock', { mode: 'slow' }, 400, 'bad_body', '$.mode'],
    ['PUT clock', { mode: 'fixed', speed: 0 }, 400, 'bad_body', '$.speed'],
  ])('%s %j is refused with %i', async (route, body, status, code, words) => {
    const { control } = controlled();
    expect(await control(route, body)).toEqual({
      status,
      body: { error: { code, message: expect.stringContaining(words) } },
    });
  });

  test('that is no longer manual goes on with the speed it had, or was started with', async () => {
    const fast = controlled({ speed: 20 });
    await fast.control('PUT clock', { mode: 'manual' });
    expect((await fast.control('PUT clock', { mode: 'fixed' })).body).toMatchObject({ mode: 'fixed', speed: 20 });
    const manual = controlled({ clock: 'manual', speed: 20 });
    expect((await manual.control('PUT clock', { mode: 'fixed' })).body).toMatchObject({ mode: 'fixed', speed: 20 });
  });

  test('of one world does not move those of others', async () => {
    const { control } = controlled({ clock: 'manual' });
    await control('POST clock/advance', { ms: 500 }, { 'x-test-id': 'a' });
    expect((await control('GET clock')).body.now_ms).toBe(0);
    expect((await control('GET clock', undefined, { 'x-test-id': 'a' })).body.now_ms).toBe(500);
  });

  test('real is that of data: what is written carries the time of the wall', async () => {
    const { call, control } = controlled();
    const day = async () =>
      ((await (await call('POST /api/v1/chat')).json()) as { last_updated_at: string }).last_updated_at.slice(0, 10);
    expect(await day()).toBe('2026-04-22');
    expect((await control('PUT clock', { mode: 'real' })).body).toMatchObject({ mode: 'real', speed: 'instant' });
    expect(await day()).not.toBe('2026-04-22');
  });
});
