import { describe, expect, test, vi } from 'vitest';
import { ChatMockError, createChatMock, defineScenario } from '../../src/index.ts';
import { newSession } from '../support/client.ts';
import { ask, askIn, controlled } from '../support/control.ts';

const text = (content: string) => ({ event: { type: 'text', content } });
const short = defineScenario({ scenario: 'short', steps: [{ text: 'Short.' }] });
const held = defineScenario({
  scenario: 'held',
  pace: { first_ms: 100 },
  steps: [text('a'), { hold: 'here' }, text('b')],
});
const scenarios = [short, held];

const failure = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof ChatMockError ? [error.code, error.message] : error;
  }
};

describe('a program', () => {
  test('queues answers by name or in place, and sees what waits', async () => {
    const { mock, call } = controlled({ scenarios });
    const given = { steps: [text('inline')] };
    expect(mock.next('short', { times: 2 })).toEqual({
      ...{ id: 1, scenario: 'short', script: short, operation: 'streamMessages', match: {}, times: 2, used: 0 },
    });
    mock.next(given, { match: { body: { prompt: 'Now!' } } });
    mock.next({ status: 503 }, { operation: 'listSessions' });
    expect(mock.queued.map(({ id, scenario }) => [id, scenario])).toEqual([
      [1, 'short'],
      [2, 'inline'],
      [3, 'inline'],
    ]);
    expect((await call('GET /api/v1/chat')).status).toBe(503);
    expect(await (await ask(call)).text()).toContain('"content":"Short."');
    expect(await (await ask(call)).text()).toContain('"content":"Short."');
    expect(await (await ask(call, 'Now!')).text()).toContain('"content":"inline"');
    expect(mock.queued).toEqual([]);
  });

  test('matches headers by any case of their names', async () => {
    const { mock, call } = controlled({ scenarios });
    mock.next({ status: 418 }, { operation: '*', match: { headers: { 'X-Team': 'blue' } } });
    expect((await call('GET /api/v1/chat', { headers: { 'x-team': 'blue' } })).status).toBe(418);
    expect(mock.journal.verify({ headers: { 'X-TEAM': 'blue' } }).matched).toBe(1);
  });

  test('is told of a name that is none', () => {
    const { mock } = controlled({ scenarios });
    expect(failure(() => mock.next('shrot'))).toEqual([
      'unknown_scenario',
      'Failed to queue an answer: there is no scenario "shrot"; did you mean "short"? Known: short, held.',
    ]);
    expect(failure(() => mock.release('here'))).toEqual([
      'nobody_waits',
      'Failed to release "here": nobody waits for it. Nobody waits for anything.',
    ]);
    expect(failure(() => mock.clock.advance(1))).toEqual([
      'clock_not_manual',
      'Failed to advance the clock: it moves by itself. Set its mode to manual first.',
    ]);
  });

  test('moves time, releases holds and reads the facts of streams', async () => {
    const { mock, call } = controlled({ scenarios, clock: 'manual' });
    const response = await ask(call, '/held');
    expect(mock.clock).toMatchObject({ mode: 'manual', speed: null, nowMs: 0, waiting: 1 });
    expect([mock.clock.advance(99), mock.clock.advance(1), mock.holds]).toEqual([0, 1, [{ name: 'here', waiting: 1 }]]);
    expect([mock.release('here'), mock.release(), mock.holds]).toEqual([1, 0, []]);
    const body = await response.text();
    const [stream] = mock.streams;
    expect([stream?.start.scenario, stream?.events, stream?.bytes, stream?.end]).toEqual([
      'held',
      body.match(/^data:/gm)?.length,
      Buffer.byteLength(body),
      'close',
    ]);
    mock.clock.set({ mode: 'real', speed: 5 });
    expect(mock.clock).toMatchObject({ mode: 'real', speed: 5, waiting: 0 });
  });

  test('asks the journal: entries, find, verify, wait', async () => {
    const { mock, call } = controlled({ scenarios });
    const waiting = mock.journal.wait({ operation: 'createSession' }, { count: 2 });
    await newSession(call);
    await call('GET /nowhere');
    await newSession(call, { index_ids: ['a'] });
    expect((await waiting).map(({ id }) => id)).toEqual([1, 3]);
    const { journal } = mock;
    expect([journal.entries.length, journal.dropped, journal.find({ status: 404 }).map(({ path }) => path)]).toEqual([
      3,
      0,
      ['/nowhere'],
    ]);
    expect(journal.verify({ body: { index_ids: ['a'] } }).matched).toBe(1);
    expect(journal.verify({ status: 503 })).toMatchObject({
      matched: 0,
      nearest: [3, 2, 1].map((id) => ({ entry: { id }, mismatches: [{ at: 'status', expected: 503 }] })),
    });
    await expect(mock.journal.wait({ status: 503 }, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('waits for a stream to be held, or over', async () => {
    const { mock, call } = controlled();
    mock.next({ steps: [{ hold: 'here' }] });
    const held = mock.waitForStream({ hold: 'here' });
    const answer = ask(call);
    expect((await held).map(({ id, state, hold }) => ({ id, state, hold }))).toEqual([
      { id: 1, state: 'held', hold: 'here' },
    ]);
    const over = mock.waitForStream({ end: 'close' });
    mock.release('here');
    await (await answer).text();
    expect((await over).map(({ state }) => state)).toEqual(['over']);
    const tooLate = mock.waitForStream({ end: 'reset' }, { timeoutMs: 0 });
    await expect(tooLate).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('end is "close"'),
    });
    const signal = AbortSignal.abort(new Error('Enough.'));
    await expect(mock.waitForStream({ end: 'reset' }, { signal })).rejects.toThrow('Enough.');
  });

  test('prints records as the control API answers them', async () => {
    const { mock, call, control } = controlled({ scenarios });
    await (await ask(call)).text();
    const told = await control('GET journal');
    expect(JSON.parse(JSON.stringify(mock.journal.entries))).toEqual(told.body.entries);
    expect(JSON.parse(JSON.stringify(mock.streams))).toEqual((await control('GET streams')).body.streams);
    const [stream] = mock.streams;
    const request = mock.journal.entries.at(-1);
    expect([request?.sessionId, stream?.sessionId]).toEqual(Array(2).fill(told.body.entries[1].session_id));
  });

  test('sets rules of chaos and counts them', async () => {
    const { mock, call } = controlled({ scenarios });
    const rule = { probability: 1, answer: { status: 500 } };
    mock.setChaos([rule]);
    expect((await call('GET /api/v1/chat')).status).toBe(500);
    expect(mock.chaos).toMatchObject([{ rule, seen: 1, fired: 1 }]);
    mock.setChaos([]);
    expect([(await call('GET /api/v1/chat')).status, mock.chaos]).toEqual([200, []]);
  });

  test('resets: what ran ends, what was written is gone, what was never used is told, ids begin anew', async () => {
    const { mock, call } = controlled({ scenarios, clock: 'manual' });
    const first = await newSession(call);
    const running = await askIn(call, first, '/held');
    mock.next('short');
    expect(mock.reset().map(({ scenario, used }) => [scenario, used])).toEqual([['short', 0]]);
    expect(await running.text()).toBe('');
    expect([mock.journal.entries, mock.streams, mock.queued, mock.holds]).toEqual([[], [], [], []]);
    expect((await call(`GET /api/v1/chat/${first}`)).status).toBe(404);
    expect(await newSession(call)).toBe(first);
  });

  test('has worlds of their own, each with all of this, and can reset them all', async () => {
    const { mock, call } = controlled({ scenarios });
    const a = mock.world('a');
    const headers = { 'x-test-id': 'a' };
    a.next('short');
    mock.next('held');
    expect(await (await ask(call, 'Hello?', headers)).text()).toContain('Short.');
    expect([a.queued, mock.queued.length, a.streams.length, mock.streams.length]).toEqual([[], 1, 1, 0]);
    a.clock.set({ mode: 'manual' });
    a.clock.advance(5);
    expect([a.clock.nowMs, mock.clock.nowMs, mock.world('a').clock.nowMs]).toEqual([5, 0, 5]);
    a.next('short');
    expect(mock.reset().map(({ scenario }) => scenario)).toEqual(['held']);
    expect(a.journal.entries).toHaveLength(2);
    expect(mock.resetAll().map(({ scenario }) => scenario)).toEqual(['short']);
    expect([a.journal.entries, a.clock.mode]).toEqual([[], 'fixed']);
  });

  test('has controls that outlive a reset', async () => {
    const { mock, call } = controlled({ scenarios });
    const { journal } = mock;
    const a = mock.world('a');
    a.reset();
    await call('GET /api/v1/chat', { headers: { 'x-test-id': 'a' } });
    await call('GET /api/v1/chat');
    expect([a.journal.entries.length, mock.journal.entries.length, journal.entries.length]).toEqual([1, 1, 1]);
  });
});

describe('mock.fetch', () => {
  const request = (signal: AbortSignal) =>
    new Request('http://mock/api/v1/chat', { signal, headers: { authorization: 'Bearer x' } });

  test.each([
    ['headers that are late', { delay_ms: 60_000 }],
    ['an answer of which nothing ever comes', { ends: { after: 'nothing', how: 'hang' } } as const],
  ])('of %s rejects as soon as the caller gives up', async (_, answer) => {
    const { mock } = controlled({ clock: 'manual' });
    mock.next(answer, { operation: 'listSessions' });
    const giveUp = new AbortController();
    const answered = mock.fetch(request(giveUp.signal));
    giveUp.abort(new Error('Enough.'));
    await expect(answered).rejects.toThrow('Enough.');
  });

  test('takes what the global fetch takes, so a client can be given it', async () => {
    const { mock } = controlled();
    const headers = { authorization: 'Bearer x' };
    const url = 'http://mock/api/v1/chat';
    const answers = await Promise.all([
      mock.fetch(url, { headers }),
      mock.fetch(new URL(url), { headers, method: 'POST' }),
      mock.fetch(new Request(url), { headers }),
      mock.fetch(new Request(url, { headers })),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 200]);
    await expect(mock.fetch('/api/v1/chat')).rejects.toThrow('/api/v1/chat');
  });

  test('with a signal that has fired already is not a request at all', async () => {
    const { mock } = controlled();
    await expect(mock.fetch(request(AbortSignal.abort(new Error('Never.'))))).rejects.toThrow('Never.');
    expect(mock.journal.entries).toEqual([]);
  });

  test('waits for late headers as long as the clock says', async () => {
    const { mock } = controlled({ clock: 'manual' });
    mock.next({ delay_ms: 250, status: 503 }, { operation: 'listSessions' });
    const settled = vi.fn();
    const answered = mock.fetch(request(new AbortController().signal)).finally(settled);
    mock.clock.advance(249);
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
    mock.clock.advance(1);
    expect((await answered).status).toBe(503);
  });
});

test('a mock that does nothing keeps no process alive: a wait that is over leaves no timer', async () => {
  vi.useFakeTimers();
  try {
    const mock = createChatMock({ scenarios });
    const waiting = mock.journal.wait({});
    expect(vi.getTimerCount()).toBe(1);
    await mock.fetch(new Request('http://mock/nowhere'));
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
