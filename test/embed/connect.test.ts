import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { connect, createChatMock, type RemoteControls, type WorldControls } from '../../src/index.ts';
import type { Listening } from '../../src/node/listen.ts';

const mock = createChatMock({ speed: 'instant' });
let server: Listening;
let remote: RemoteControls;
beforeAll(async () => {
  server = await mock.listen();
  remote = connect(server.url);
});
afterAll(() => server.close());
beforeEach(() => void mock.resetAll());

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const list = (world?: string) =>
  mock.fetch('http://mock/api/v1/chat', {
    headers: { ...headers, ...(world !== undefined && { 'x-test-id': world }) },
  });
const turn = () =>
  mock.fetch('http://mock/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers,
    body: JSON.stringify({ prompt: 'Hi', index_ids: ['idx-abc123'] }),
  });
const held = { steps: [{ text: 'One.' }, { hold: 'look' }, { text: 'Two.' }] };
/** What a test may compare of a record. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a remote mock', () => {
  test('queues answers, and lists what waits', async () => {
    const queued = await remote.next(held, { times: 2, match: { path: { regex: 'ses-' } } });
    expect(queued).toMatchObject({ id: 1, scenario: 'inline', operation: 'streamMessages', times: 2, used: 0 });
    expect((await remote.queued).map(({ id }) => id)).toEqual(mock.queued.map(({ id }) => id));
    expect(await remote.lost).toEqual([]);
    await remote.next('slow-tool');
    expect(await remote.withdraw(2)).toMatchObject({ id: 2, scenario: 'slow-tool' });
    await expect(remote.withdraw(2)).rejects.toMatchObject({ code: 'unknown_answer' });
    expect((await remote.reset()).map(({ scenario }) => scenario)).toEqual(['inline']);
    expect(await remote.queued).toEqual([]);
  });

  test('waits for a hold, releases it, and tells of the stream', async () => {
    await remote.next(held);
    const waiting = remote.held('look');
    const response = await turn();
    expect(await waiting).toMatchObject({ id: 1, state: 'held', hold: 'look', sessionId: 'ses-never-run', end: null });
    expect(await remote.holds).toEqual([{ name: 'look', waiting: 1 }]);
    expect(await remote.release('look')).toBe(1);
    await response.text();
    const [over] = await remote.waitForStream({ state: 'over' });
    const [record] = mock.streams;
    expect([over?.sha256(), over?.stalledMs, over?.clientLeft]).toEqual([record?.sha256(), record?.stalledMs, null]);
    expect(over?.elapsedMs).toBeCloseTo(record?.elapsedMs ?? 0, 2);
    expect(plain(await remote.streams)).toEqual(plain(mock.streams));
    expect(await remote.release()).toBe(0);
  });

  test('reads the journal: entries, find, verify, wait', async () => {
    await list();
    await (await turn()).text();
    expect(plain(await remote.journal.entries)).toEqual(plain(mock.journal.entries));
    expect(await remote.journal.dropped).toBe(0);
    const [found] = await remote.journal.find({ body: { prompt: 'Hi' } });
    expect([found?.operation, found?.sessionId, typeof found?.durationMs]).toEqual([
      'streamMessages',
      'ses-never-run',
      'number',
    ]);
    expect(await remote.journal.find({ status: 503 })).toEqual([]);
    const match = { status: 503 };
    expect(plain(await remote.journal.verify(match))).toEqual(plain(mock.journal.verify(match)));
    const within = { ms: 60_000, after: { operation: 'listSessions' } };
    expect((await remote.journal.verify({}, { within })).matched).toBe(1);
    const backwards = [{ operation: 'streamMessages' }, { operation: 'listSessions' }];
    expect(plain(await remote.journal.verifySequence(backwards))).toEqual(
      plain(mock.journal.verifySequence(backwards)),
    );
    expect((await remote.journal.verifySequence(backwards.toReversed())).matched).toBe(2);
    expect((await remote.journal.wait({ operation: 'listSessions' })).map(({ id }) => id)).toEqual([1]);
  });

  test('sets and advances the clock', async () => {
    await remote.clock.set({ mode: 'manual' });
    expect([await remote.clock.mode, await remote.clock.speed, await remote.clock.waiting]).toEqual([
      'manual',
      null,
      0,
    ]);
    expect([await remote.clock.advance(250), await remote.clock.nowMs]).toEqual([0, 250]);
    expect(mock.clock.nowMs).toBe(250);
    await remote.clock.set({ mode: 'fixed', speed: 'instant' });
    expect(await remote.clock.speed).toBe('instant');
  });

  test('sets the rules of chaos and counts them', async () => {
    const rule = { probability: 1, answer: { status: 500 } };
    await remote.setChaos([rule]);
    expect((await list()).status).toBe(500);
    expect(await remote.chaos).toEqual([{ rule, seen: 1, fired: 1 }]);
  });

  test('has worlds, and resets them all', async () => {
    const world = remote.world('a');
    await world.next('fast');
    await list('a');
    expect([(await world.queued).length, (await remote.queued).length]).toEqual([1, 0]);
    expect((await world.journal.entries).map(({ world }) => world)).toEqual(['a']);
    expect((await connect(server.url, { world: 'a' }).queued).map(({ scenario }) => scenario)).toEqual(['fast']);
    expect((await remote.resetAll()).map(({ scenario }) => scenario)).toEqual(['fast']);
    expect(mock.world('a').queued).toEqual([]);
  });

  test('names its scenarios and its URL', async () => {
    expect(await remote.scenarioNames).toEqual(mock.scenarioNames);
    expect(connect(`${server.url}/`).url).toBe(server.url);
  });

  test('has every control that a mock in this process has', () => {
    const names = (controls: object) => Object.keys(controls).sort();
    const here = mock.world('any');
    expect(names(remote)).toEqual([...names(here), 'resetAll', 'scenarioNames', 'url', 'world'].sort());
    expect([names(remote.journal), names(remote.clock)]).toEqual([names(here.journal), names(here.clock)]);
  });

  test('can be used by the same lines as a mock in this process', async () => {
    const use = async (controls: RemoteControls | WorldControls) => {
      await controls.next({ status: 503 }, { operation: 'listSessions' });
      await list();
      return [(await controls.journal.entries).map(({ status }) => status), (await controls.queued).length];
    };
    expect(await use(remote)).toEqual([[503], 0]);
    await remote.reset();
    expect(await use(mock)).toEqual([[503], 0]);
  });
});

describe('a call that fails', () => {
  test('rejects with the error of the control API', async () => {
    await expect(remote.next('shrot')).rejects.toMatchObject({ name: 'ChatMockError', code: 'unknown_scenario' });
    await expect(remote.release('nobody/here')).rejects.toMatchObject({
      code: 'nobody_waits',
      message: expect.stringContaining('"nobody/here"'),
    });
    await expect(remote.clock.advance(1)).rejects.toMatchObject({ code: 'clock_not_manual' });
    await expect(remote.journal.wait({ status: 503 }, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(remote.next({ steps: [{ txet: '' }] } as never)).rejects.toMatchObject({ code: 'bad_body' });
  });

  test('rejects with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('Enough.'));
    await expect(remote.held('look', { signal })).rejects.toThrow('Enough.');
  });

  test('says that nobody listens, and what to do', async () => {
    const gone = await createChatMock().listen();
    await gone.close();
    await expect(connect(gone.url).queued).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(
        /^Failed to reach the mock at http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED .*\. Start it with npx chat-mock, or correct the URL\.$/,
      ),
    });
  });

  test('says that what listens is not a mock', async () => {
    const other = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hi</h1>'),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(connect(url).reset()).rejects.toMatchObject({
      code: 'not_a_mock',
      message: `Failed to control the mock at ${url}: POST /__mock/reset was answered with 200, which is not the answer of a control API. Check the URL.`,
    });
    other.close();
    other.closeAllConnections();
  });

  test.each(['', '127.0.0.1:4010', 'localhost:4010', 'ftp://localhost'])('refuses the URL "%s" at once', (url) => {
    expect(() => connect(url)).toThrow(`"${url}" is not the URL of a mock`);
  });
});

test('a token is shown', async () => {
  const guarded = await createChatMock({ controlToken: 'secret' }).listen();
  await expect(connect(guarded.url).queued).rejects.toMatchObject({ code: 'token_needed' });
  expect(await connect(guarded.url, { token: 'secret' }).queued).toEqual([]);
  await guarded.close();
});

test('looking at a property asks nothing', async () => {
  const asked: string[] = [];
  const watched = connect(server.url, {
    fetch: (url, init) => {
      asked.push(url);
      return fetch(url, init);
    },
  });
  const look = (value: object) => Object.values(value);
  look(watched);
  look(watched.journal);
  look(watched.clock);
  const { streams } = watched;
  expect(asked).toEqual([]);
  expect([await streams, await streams]).toEqual([[], []]);
  expect(asked).toHaveLength(1);
});

test('the types are those of a mock, as promises', () => {
  expectTypeOf<RemoteControls['streams']>().resolves.items.toHaveProperty('stalledMs').toBeNumber();
  expectTypeOf<RemoteControls['journal']['entries']>()
    .resolves.items.toHaveProperty('sessionId')
    .toEqualTypeOf<string | null>();
  expectTypeOf<RemoteControls['release']>().parameters.toEqualTypeOf<Parameters<WorldControls['release']>>();
  expectTypeOf<RemoteControls['release']>().returns.resolves.toBeNumber();
});
