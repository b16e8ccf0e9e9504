import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listening } from '../../src/node/listen.ts';
import { buildMock } from '../../src/node/mock.ts';
import { endings } from '../../src/scenario/endings.ts';
import type { Ends, InlineScenario } from '../../src/scenario/schema.ts';
import { type Asked, clients, type Seen } from '../support/clients.ts';
import { compile, textOf } from '../support/compiled.ts';
import { exchange } from '../support/raw-client.ts';
import { thinned } from '../support/runs.ts';

const mock = buildMock({ speed: 'instant' });
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

/** Three events, 10 ms apart. */
const steps = [
  { wait_ms: 10 },
  { event: { type: 'text', content: 'one 😀' } },
  { wait_ms: 10 },
  { event: { type: 'text', content: 'two' } },
  { wait_ms: 10 },
  { event: { type: 'stop', usage: {}, is_error: false, error: null } },
];
const pace = { first_ms: 0 };
const whole = Buffer.from(textOf(compile({ steps, pace }))).toString('latin1');
const frames = whole.split(/(?<=\n\n)/);

/** What an answer that ends there has sent; null: not even headers. */
const places: readonly { readonly after: Ends['after']; readonly sent: string | null }[] = [
  { after: 'nothing', sent: null },
  { after: { event: 0 }, sent: '' },
  { after: { event: 2 }, sent: frames.slice(0, 2).join('') },
  { after: { byte: 0 }, sent: '' },
  { after: { byte: 1 }, sent: whole.slice(0, 1) },
  { after: { byte: 47 }, sent: whole.slice(0, 47) },
  { after: { byte: whole.length - 1 }, sent: whole.slice(0, -1) },
  { after: { ms: 0 }, sent: '' },
  { after: { ms: 20 }, sent: frames.slice(0, 2).join('') },
  { after: { ms: 29 }, sent: frames.slice(0, 2).join('') },
  { after: undefined, sent: whole },
];

/** How each client names an end; the clients of undici tell a FIN by a code of theirs. */
function nameOf(how: Ends['how'], client: string, isAnswered: boolean): string {
  if (how === 'close' && isAnswered) return 'complete';
  if (how === 'close' || how === 'truncate') return client === 'node:net' ? 'FIN' : 'UND_ERR_SOCKET';
  return how === 'reset' ? 'ECONNRESET' : 'left';
}

let worlds = 0;
async function see(
  client: string,
  answer: InlineScenario,
  {
    operation,
    hangsAfter,
  }: { readonly operation: 'streamMessages' | 'listSessions'; readonly hangsAfter: number | null },
): Promise<{ readonly seen: Seen; readonly asked: Asked }> {
  const world = `ends-${++worlds}`;
  const asked = {
    ...{ mock, world, url: server.url, port: server.port },
    sessionId: operation === 'streamMessages' ? await newSession(world) : null,
    leaveAfterBytes: hangsAfter,
    leave: new AbortController(),
  };
  const controls = mock.world(world);
  controls.next(answer, { operation });
  // Where nothing at all comes, the client leaves once the server has taken the request.
  const isSilent = answer.ends?.how === 'hang' && answer.ends.after === 'nothing';
  if (isSilent) void controls.journal.wait({ operation }).then(() => asked.leave.abort());
  const call = clients[client];
  if (!call) throw new Error(`No client ${client}.`);
  return { seen: await call(asked), asked };
}

async function newSession(world: string): Promise<string> {
  const headers = { 'x-test-id': world, authorization: 'Bearer test' };
  const response = await mock.fetch(new Request('http://mock/api/v1/chat', { method: 'POST', headers }));
  return ((await response.json()) as { session_id: string }).session_id;
}

describe.each(Object.keys(clients))('%s sees of a stream', (client) => {
  describe.each(endings)('that ends by %s', (how) => {
    test.each(places)('after $after exactly what was promised', async ({ after, sent }) => {
      const ends: Ends = { ...(after !== undefined && { after }), how };
      const hangsAfter = how === 'hang' ? (sent?.length ?? Infinity) : null;
      const { seen } = await see(client, { steps, pace, ends }, { operation: 'streamMessages', hangsAfter });
      expect(seen).toEqual({
        status: sent === null ? null : 200,
        body: sent ?? '',
        end: nameOf(how, client, sent !== null),
      });
    });
  });
});

describe.each(['node:net', 'mock.fetch'])('%s sees exactly what was promised', (client) => {
  test.each(endings)(
    'before %s, after every byte and every event there is',
    async (how) => {
      const everywhere = [
        ...Array.from({ length: whole.length }, (_, byte) => ({ after: { byte }, sent: whole.slice(0, byte) })),
        ...Array.from({ length: frames.length + 1 }, (_, event) => ({
          after: { event },
          sent: frames.slice(0, event).join(''),
        })),
      ];
      const wrong: unknown[] = [];
      const walk = thinned(everywhere).values();
      const visit = async () => {
        for (const { after, sent } of walk) {
          const ends: Ends = { after, how };
          const hangsAfter = how === 'hang' ? sent.length : null;
          const { seen } = await see(client, { steps, pace, ends }, { operation: 'streamMessages', hangsAfter });
          const isRight = seen.body === sent && seen.status === 200 && seen.end === nameOf(how, client, true);
          if (!isRight) wrong.push({ after, sent, seen });
        }
      };
      await Promise.all(Array.from({ length: 20 }, visit));
      expect(wrong).toEqual([]);
    },
    30_000,
  );
});

describe.each(Object.keys(clients))('%s sees of a whole answer', (client) => {
  const body = { detail: 'überladen', more: 'x'.repeat(100) };
  const json = Buffer.from(JSON.stringify(body)).toString('latin1');
  const places = endings.flatMap((how) => [0, 21].map((byte) => ({ how, byte })));

  test.each(places)('that is scripted and ends by $how after byte $byte exactly that', async ({ how, byte }) => {
    const answer = { status: 203, body, ends: { after: { byte }, how } };
    const { seen } = await see(client, answer, {
      operation: 'listSessions',
      hangsAfter: how === 'hang' ? byte : null,
    });
    expect(seen).toEqual({ status: 203, body: json.slice(0, byte), end: nameOf(how, client, true) });
  });

  test.each(places)('of an operation that ends by $how after byte $byte exactly that', async ({ how, byte }) => {
    const { seen } = await see(
      client,
      { ends: { after: { byte }, how } },
      { operation: 'listSessions', hangsAfter: how === 'hang' ? byte : null },
    );
    expect(seen).toEqual({ status: 200, body: (await listText()).slice(0, byte), end: nameOf(how, client, true) });
  });
});

test.each(['undici', 'fetch', 'SDK', 'mock.fetch'].flatMap((client) => endings.map((how) => ({ client, how }))))(
  '$client sees a whole answer that ends by $how after its last byte as complete, for its length is told, and so the next',
  async ({ client, how }) => {
    const answer = { status: 203, body: 'all of it', ends: { how } };
    for (let turn = 0; turn < 3; turn++) {
      const { seen } = await see(client, answer, { operation: 'listSessions', hangsAfter: null });
      expect(seen).toEqual({ status: 203, body: 'all of it', end: 'complete' });
    }
  },
);

test('the length that is told is that of the whole body, so that a client knows what it misses', async () => {
  const call = async (ends: Ends) => {
    mock.world('length').next({ status: 203, body: 'all of it', ends }, { operation: 'listSessions' });
    const { head } = await exchange(server, {
      method: 'GET',
      path: '/api/v1/chat',
      headers: { 'x-test-id': 'length' },
    });
    return /^content-length: (\d+)$/im.exec(head)?.[1];
  };
  expect(await call({ after: { byte: 3 }, how: 'truncate' })).toBe('9');
  expect(await call({ after: { byte: 3 }, how: 'reset' })).toBe('9');
  // One that ends well is all there is.
  expect(await call({ after: { byte: 3 }, how: 'close' })).toBe('3');
});

test.each(endings)('an answer without a body can end by %s too, on a socket and without one', async (how) => {
  const world = `empty-${++worlds}`;
  const headers = { 'x-test-id': world, authorization: 'Bearer test' };
  const [path, other] = [`/api/v1/chat/${await newSession(world)}`, `/api/v1/chat/${await newSession(world)}`];
  mock.world(world).next({ ends: { how } }, { operation: 'deleteSession', times: 2 });
  const raw = await exchange(server, { method: 'DELETE', path, headers, leaveAfterBytes: how === 'hang' ? 0 : null });
  expect([raw.status, raw.body.length, /content-length/i.test(raw.head)]).toEqual([204, 0, false]);
  const answer = await mock.fetch(new Request(`http://mock${other}`, { method: 'DELETE', headers }));
  expect([answer.status, await answer.text()]).toEqual([204, '']);
});

test('a body that a status does not allow is left out', async () => {
  for (const status of [204, 304]) {
    mock.world('none').next({ status, body: 'never seen' }, { operation: 'listSessions', times: 2 });
    const headers = { 'x-test-id': 'none' };
    const raw = await exchange(server, { method: 'GET', path: '/api/v1/chat', headers });
    const answer = await mock.fetch(new Request('http://mock/api/v1/chat', { headers }));
    expect([raw.status, raw.body.length, answer.status, await answer.text()]).toEqual([status, 0, status, '']);
  }
});

async function listText(): Promise<string> {
  const headers = { authorization: 'Bearer test' };
  const response = await mock.fetch(new Request('http://mock/api/v1/chat', { headers }));
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}
