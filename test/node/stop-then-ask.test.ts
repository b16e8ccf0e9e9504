import { afterEach, describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { ChatMock, ChatMockOptions } from '../../src/node/mock.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const steps = [{ text: 'Hello.' }, { hold: 'here' }, { text: 'Bye.' }];
const pace = { first_ms: 0, tokens_per_second: 1000 };

/** A mock on a socket. */
async function serve(options: ChatMockOptions = {}) {
  const mock = createChatMock(options);
  const { url, close } = await mock.listen();
  closers.push(close);
  return client(mock, (path, init) => fetch(`${url}${path}`, init));
}

/** A client of a mock, whose turns say something and are then held. */
function client(mock: ChatMock, door: (path: string, init: RequestInit) => Promise<Response>) {
  const call = (path: string, init: RequestInit = {}) => door(`/api/v1/chat${path}`, { headers, ...init });
  const ask = (id: string, { signal, indexIds = ['idx-abc123'] }: { signal?: AbortSignal; indexIds?: string[] } = {}) =>
    call(`/${id}/messages/stream`, {
      method: 'POST',
      body: JSON.stringify({ prompt: 'Go', index_ids: indexIds }),
      ...(signal && { signal }),
    });
  const create = async (body = {}) => {
    const created = await call('', { method: 'POST', body: JSON.stringify(body) });
    return ((await created.json()) as { session_id: string }).session_id;
  };
  /** Begins a turn, until it is held; returns how to stop. */
  const begin = async (id: string) => {
    const stop = new AbortController();
    mock.next({ steps, pace });
    const response = await ask(id, { signal: stop.signal });
    if (mock.clock.mode === 'manual') mock.clock.advance(1000);
    await response.body?.getReader().read();
    await mock.waitForStream({ session_id: id, state: 'held' });
    return () => stop.abort();
  };
  return { mock, call, ask, create, begin };
}

describe.each<[string, ChatMockOptions]>([
  ['at once', { speed: 'instant' }],
  ['as fast as real', {}],
  ['twenty times as fast', { speed: 20 }],
  ['by a manual clock', { clock: 'manual' }],
])('of a mock whose turns come %s', (_, options) => {
  test('a client that stops in mid-turn may ask again at once', async () => {
    const { mock, ask, create, begin } = await serve(options);
    for (let round = 1; round <= 5; round++) {
      const id = await create();
      const stop = await begin(id);
      mock.next({ steps: [{ text: 'Again.' }], pace });
      stop();
      const again = await ask(id);
      if (mock.clock.mode === 'manual') mock.clock.advance(1000);
      expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('Again.')]);
      expect(mock.streams.slice(-2).map(({ end }) => end)).toEqual(['client_left', 'close']);
      const events = ((await (await mock.fetch(`http://mock/api/v1/chat/${id}`, { headers })).json()) as History)
        .events;
      expect(
        events.flatMap(({ type, content }) => (type === 'user_input' || type === 'text' ? [content] : [])),
      ).toEqual(['Go', 'Hello.', 'Go', 'Again.']);
    }
  });

  test('one that is still there is refused, and what was queued waits for the next', async () => {
    const { mock, ask, create, begin } = await serve(options);
    const id = await create();
    await begin(id);
    mock.next({ steps: [{ text: 'Next.' }], pace });
    const refused = await ask(id);
    expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([409, 'false']);
    expect(await refused.json()).toEqual({ detail: 'A turn is already running in this session' });
    expect([mock.queued.length, mock.streams.length]).toEqual([1, 1]);
    expect(mock.streams[0]).toMatchObject({ state: 'held' });
  });
});

interface History {
  readonly events: readonly { readonly type: string; readonly content?: string }[];
}

test('what is recorded does not depend on when the news came', async () => {
  const run = async () => {
    const { mock, call, ask, create, begin } = await serve({ clock: 'manual' });
    const id = await create();
    for (let round = 1; round <= 3; round++) (await begin(id))();
    mock.next({ steps: [{ text: 'Again.' }], pace });
    const last = await ask(id);
    mock.clock.advance(1000);
    return [
      await last.text(),
      await (await call(`/${id}`)).text(),
      mock.journal.entries.map(({ status, scenario, why, sessionId }) => ({ status, scenario, why, sessionId })),
      mock.streams.map((stream) => [stream.end, stream.events, stream.bytes, stream.sha256()]),
    ];
  };
  expect(await run()).toEqual(await run());
});

// In process, so that all of it happens before any time passes.
function inProcess(options: ChatMockOptions = {}) {
  const mock = createChatMock({ clock: 'manual', ...options });
  return client(mock, (path, init) => mock.fetch(`http://mock${path}`, init));
}

test('a queued answer that another request takes meanwhile is not used twice', async () => {
  const { mock, ask, create, begin } = inProcess();
  const [first, second] = [await create(), await create()];
  const stop = await begin(first);
  mock.next({ steps: [{ text: 'Once.' }], pace });
  mock.next({ steps: [{ text: 'Twice.' }], pace });
  const waiting = ask(first);
  const taken = await ask(second);
  stop();
  const answer = await waiting;
  mock.clock.advance(1000);
  expect([await taken.text(), await answer.text()]).toEqual([
    expect.stringContaining('Once.'),
    expect.stringContaining('Twice.'),
  ]);
  expect(mock.queued).toEqual([]);
});

test('indexes that a stopped turn alone had bound are free again', async () => {
  const choices = { on_client_abort: 'discard', second_turn_while_running: 'allow' } as const;
  const { mock, ask, create, begin } = inProcess({ choices });
  const id = await create({ index_ids: ['idx-abc123'] });
  const stop = await begin(id);
  const waiting = ask(id, { indexIds: ['idx-def456'] });
  await new Promise(setImmediate);
  stop();
  expect((await waiting).status).toBe(200);
  expect(mock.streams.map(({ end }) => end)).toEqual(['client_left', null]);
});

test('a session that is deleted meanwhile is not found', async () => {
  const { mock, ask, create, begin } = inProcess();
  const id = await create();
  await begin(id);
  const waiting = ask(id);
  await mock.fetch(`http://mock/api/v1/chat/${id}`, { method: 'DELETE', headers });
  expect((await waiting).status).toBe(404);
});
