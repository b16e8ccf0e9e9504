import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerMemory } from '../../src/server/answer-memory.ts';
import { type Call, instantMock, newSession, takeTurn } from '../support/client.ts';

const options = { generatedSessions: 3, scenarios: [{ scenario: 'short', steps: [{ text: 'Yes.' }] }] };
const acts = fc.constantFrom('create', 'delete', 'turn', 'title', 'abort');

/** One change of a world. `which` chooses a session. */
async function change(call: Call, what: string, id: string): Promise<void> {
  const path = `/api/v1/chat/${encodeURIComponent(id)}`;
  if (what === 'create') await newSession(call);
  else if (what === 'delete') await call(`DELETE ${path}`);
  else if (what === 'title') await call(`POST ${path}/title`, { body: { first_message: `Title of ${id}` } });
  else if (what === 'turn') await takeTurn(call, id, '/short');
  else {
    const turn = await call(`POST ${path}/messages/stream`, { body: { prompt: '/short', index_ids: ['a'] } });
    await turn.body?.cancel();
  }
}

/** Everything that can be read. */
async function readAll(call: Call, ids: readonly string[]): Promise<string[]> {
  const paths = ['?page_size=2', '?page_size=1000', ...ids.flatMap((id) => [`/${id}`, `/${id}/summary`])];
  return Promise.all(paths.map(async (path) => (await call(`GET /api/v1/chat${path}`)).text()));
}

test('an answer is the same whatever was asked before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(acts, fc.nat(5)), { maxLength: 12 }),
      fc.constantFrom('keep_sent' as const, 'discard' as const, 'finish' as const),
      async (changes, on_client_abort) => {
        const asking = instantMock({ ...options, choices: { on_client_abort } });
        const silent = instantMock({ ...options, choices: { on_client_abort } });
        const { items } = (await (await asking.call('GET /api/v1/chat')).json()) as {
          readonly items: readonly { readonly session_id: string }[];
        };
        const ids = items.slice(0, 6).map(({ session_id }) => encodeURIComponent(session_id));
        for (const [what, which] of changes) {
          const id = decodeURIComponent(ids[which] ?? '');
          await change(asking.call, what, id);
          await change(silent.call, what, id);
          await readAll(asking.call, ids);
        }
        expect(await readAll(asking.call, ids)).toEqual(await readAll(silent.call, ids));
      },
    ),
    { numRuns: 25 },
  );
});

test('a session is read as it is while its turn runs', async () => {
  const { mock, call } = instantMock({ sessions: [] });
  const id = await newSession(call);
  const say = (content: string) => ({ event: { type: 'text', content } });
  mock.next({ steps: [say('First.'), { hold: 'one' }, say('Second.'), { hold: 'two' }, say('Third.')] });
  const turn = await call(`POST /api/v1/chat/${id}/messages/stream`, { body: { prompt: 'Hello', index_ids: ['a'] } });
  const contents = async () => {
    const { events } = (await (await call(`GET /api/v1/chat/${id}`)).json()) as { readonly events: readonly object[] };
    return events.map((event) => ('content' in event ? event.content : null));
  };
  expect(await contents()).toEqual(['Hello', 'First.']);
  mock.release('one');
  expect(await contents()).toEqual(['Hello', 'First.', 'Second.']);
  mock.release('two');
  await turn.text();
  expect(await contents()).toEqual(['Hello', 'First.', 'Second.', 'Third.', null]);
});

test('sessions of one name in two worlds, before and after a reset, are read apart', async () => {
  const { mock, call } = instantMock({ generatedSessions: 1 });
  const read = async (world: string) =>
    (await call('GET /api/v1/chat?page_size=1', { headers: { 'x-test-id': world } })).text();
  const before = await read('one');
  await call('POST /api/v1/chat', { headers: { 'x-test-id': 'one' } });
  const [one, two] = [await read('one'), await read('two')];
  mock.world('one').reset();
  expect([one === before, two, await read('one')]).toEqual([false, before, before]);
});

test('keeps a bounded number of answers, of a bounded size', () => {
  const memory = new AnswerMemory();
  const source = {};
  const keep = (key: string, size: number) => memory.keep({ key, source }, 'x'.repeat(size));
  const isKept = (key: string) => memory.recall({ key, source }) !== undefined;
  for (let count = 0; count < 10_000; count++) keep(`small ${count}`, 1);
  expect([isKept('small 9999'), isKept('small 0')]).toEqual([true, false]);
  for (let count = 0; count < 9; count++) keep(`large ${count}`, 1024 * 1024);
  expect([isKept('large 8'), isKept('large 0'), isKept('small 9999')]).toEqual([true, false, false]);
  keep('huge', 9 * 1024 * 1024);
  expect([isKept('huge'), isKept('large 8')]).toEqual([false, false]);
});

test('an answer is not recalled for another source', () => {
  const memory = new AnswerMemory();
  memory.keep({ key: 'one', source: {} }, 'old');
  expect(memory.recall({ key: 'one', source: {} })).toBeUndefined();
});
