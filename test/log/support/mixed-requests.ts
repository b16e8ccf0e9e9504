import type { ChatMockOptions } from '../../../src/node/mock.ts';
import { defineScenario } from '../../../src/scenario/define-scenario.ts';

/** How the server of these requests has to be started. */
export const mixedOptions = {
  edition: '2026-09',
  speed: 'instant',
  choices: { sse_resume: true, sse_ping_ms: 0 },
  limits: { maxWorlds: 6 },
  scenarios: [
    defineScenario({ scenario: 'plain', steps: [{ think: 'Hm.' }, { text: 'Yes, so it is.' }] }),
    defineScenario({ scenario: 'template', steps: [{ text: '{{company.name}} says {{prompt}} at {{time}}.' }] }),
    defineScenario({ scenario: 'held', steps: [{ text: 'Begun.' }, { hold: 'go' }, { text: 'Over.' }] }),
    defineScenario({
      scenario: 'cut',
      steps: [{ text: 'One two three.' }],
      ends: { after: { event: 2 }, how: 'truncate' },
    }),
    defineScenario({
      scenario: 'lost',
      steps: [{ text: 'One two three.' }],
      ends: { after: { byte: 150 }, how: 'reset' },
    }),
    defineScenario({
      scenario: 'stuck',
      steps: [{ text: 'One two three.' }],
      ends: { after: { event: 2 }, how: 'hang' },
    }),
    defineScenario({ scenario: 'late', steps: [{ text: 'Late.' }], delay_ms: 500 }),
    defineScenario({ scenario: 'broken', status: 500, body: { detail: 'broken' } }),
  ],
} as const satisfies ChatMockOptions;

/** What came for a request. */
export interface Came {
  readonly route: string;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string | null;
}

/** A stream that is read as it comes. */
interface Reading {
  /** Resolves when it is over, or lost. */
  readonly over: Promise<void>;
  leave(): void;
}

/** Sends requests to a server that may be another one each time, and notes what came. */
export class Client {
  readonly #fetch: () => typeof globalThis.fetch;
  /** Of the API, in the order in which they were sent; control calls have their own list. */
  readonly api: Came[] = [];
  readonly control: Came[] = [];

  constructor(fetch: () => typeof globalThis.fetch) {
    this.#fetch = fetch;
  }

  get fetch(): typeof globalThis.fetch {
    return this.#fetch();
  }

  /** Sends a request and reads its answer to the end. */
  async send(route: string, sent: Sent = {}): Promise<Came> {
    return (await this.begin(route, sent)).came();
  }

  /** The same with a body of JSON. */
  async json(route: string, sent: Sent = {}): Promise<Record<string, unknown>> {
    const { body } = await this.send(route, sent);
    return JSON.parse(body) as Record<string, unknown>;
  }

  /** Sends a request; resolves at once. */
  async begin(route: string, sent: Sent = {}): Promise<Reading & { came(): Promise<Came> }> {
    const isApi = !route.includes(' /__mock');
    const notes = isApi ? this.api : this.control;
    const place = notes.length;
    notes.push({ route, status: null, headers: {}, body: '' });
    const controller = new AbortController();
    const over = this.#read(route, { sent, signal: controller.signal }, (came) => {
      notes[place] = came;
    });
    const came = async () => {
      await over;
      return notes[place] as Came;
    };
    return { over, came, leave: () => controller.abort() };
  }

  async #read(
    route: string,
    { sent, signal }: { readonly sent: Sent; readonly signal: AbortSignal },
    note: (came: Came) => void,
  ): Promise<void> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const { body, key = 'test', headers = {} } = sent;
    let status: number | null = null;
    let seen: Record<string, string> = {};
    let text = '';
    const tell = () => note({ route, status, headers: seen, body: text });
    try {
      const response = await this.#fetch()(`http://mock${path}`, {
        method,
        signal,
        redirect: 'manual',
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      status = response.status;
      seen = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
      tell();
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) {
        text += decoder.decode(bytes as Uint8Array, { stream: true });
        tell();
      }
    } catch {
      // Lost, or left: what came before is what came.
    }
    tell();
  }
}

const indexes = ['idx-abc123'];
const sessions = '/api/v1/chat';
const stream = (id: string) => `POST ${sessions}/${id}/messages/stream`;

/** Some 150 requests of every kind. Nothing is under way where it yields, so a server may be restarted there. */
export async function* mixedRequests(client: Client): AsyncGenerator<void> {
  const world = (name: string) => ({ 'x-test-id': name });
  const create = async (sent: Sent = {}) =>
    String((await client.json(`POST ${sessions}`, { body: { index_ids: indexes }, ...sent }))['session_id']);
  const turn = (id: string, prompt: string, headers: Sent['headers'] = {}) =>
    client.send(stream(id), { body: { prompt, index_ids: indexes }, headers });
  const started = (id: string, prompt: string, headers: Sent['headers'] = {}) =>
    client.begin(stream(id), { body: { prompt, index_ids: indexes }, headers });
  const until = (match: object, headers: Sent['headers'] = {}) =>
    client.send('POST /__mock/streams/wait', { body: { match }, headers });

  // Sessions and turns.
  const ids: string[] = [];
  for (let count = 0; count < 6; count++) ids.push(await create());
  yield;
  const [one = '', two = '', three = '', four = '', five = '', six = ''] = ids;
  for (const id of ids) await turn(id, `What about ${id}?`);
  yield;
  for (const prompt of ['plain', 'template', 'template']) await turn(one, 'Hello', { 'x-mock-scenario': prompt });
  for (const id of ids) await client.send(`GET ${sessions}/${id}`);
  yield;

  // Pages, while sessions move.
  let token = '';
  for (let page = 0; page < 4; page++) {
    const { next_page_token } = await client.json(`GET ${sessions}?page_size=2${token && `&page_token=${token}`}`);
    await client.send(`POST ${sessions}/${ids[page]}/title`, { body: { first_message: `Title ${page}` } });
    token = typeof next_page_token === 'string' ? next_page_token : '';
    yield;
  }
  for (const path of [
    '/api/v1/indexes',
    '/api/v1/indexes/idx-abc123',
    '/api/v1/indexes/none',
    `${sessions}/${two}/summary`,
  ])
    await client.send(`GET ${path}`);
  await client.send('GET /api/v1/beta/attachments/a.png?source_id=file-1');

  // What is refused.
  await client.send(`GET ${sessions}/nobody`);
  await client.send(`DELETE ${sessions}/${six}`);
  await client.send(`DELETE ${sessions}/${six}`);
  await turn(six, 'Still there?');
  await client.send(stream(two), { body: { prompt: 1 } });
  await client.send(stream(two), { body: '{"prompt": ' });
  await client.send(`GET ${sessions}?page_size=many`);
  await client.send(`GET ${sessions}?page_token=none`);
  await client.send(`GET ${sessions}`, { key: null });
  await client.send('GET /api/v1/nothing');
  await client.send(`PUT ${sessions}`);
  await client.send(`GET ${sessions}/`);
  await client.send(`HEAD ${sessions}`);
  await client.send(`GET ${sessions}?page_size=1`, { headers: { origin: 'http://localhost:5173' } });
  await client.send(`OPTIONS ${sessions}`, {
    headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
  });
  await turn(two, 'Which?', { 'x-mock-scenario': 'no-such-scenario' });
  yield;

  // Queued answers.
  const next = (body: object, headers: Sent['headers'] = {}) => client.send('POST /__mock/next', { body, headers });
  await next({ scenario: 'plain', times: 2 });
  await next({ scenario: 'broken', operation: 'listSessions' });
  await next({
    scenario: { status: 404, body: { detail: 'gone' } },
    operation: 'getSession',
    match: { session_id: three },
  });
  await next({ scenario: 'no-such-scenario' });
  yield;
  await client.send('GET /__mock/next');
  await turn(two, 'First');
  yield;
  await client.send(`GET ${sessions}`);
  await client.send(`GET ${sessions}`);
  await client.send('DELETE /__mock/next/3');
  await client.send(`GET ${sessions}/${three}`);
  await turn(two, 'Second');
  await turn(two, 'Third');
  await client.send('GET /__mock/next');
  yield;

  // A hold, a look at it, a second turn, its release.
  const held = await started(three, 'Wait', { 'x-mock-scenario': 'held' });
  await until({ hold: 'go' });
  await client.send(`GET ${sessions}/${three}`);
  await turn(three, 'Me, too?');
  await client.send(`GET ${sessions}?page_size=1`);
  await client.send('POST /__mock/holds/go/release');
  const whole = await held.came();
  await client.send(`GET ${sessions}/${three}`);
  yield;

  // A client that leaves, and one that resumes.
  const left = await started(four, 'Leave', { 'x-mock-scenario': 'held' });
  await until({ hold: 'go' });
  left.leave();
  await until({ end: 'client_left' });
  await client.send(`GET ${sessions}/${four}`);
  yield;
  const lastId = [...(await left.came()).body.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  const resumed = await started(four, 'Leave', { 'last-event-id': lastId });
  await until({ hold: 'go' });
  await client.send('POST /__mock/holds/release');
  await resumed.over;
  await client.send(`GET ${sessions}/${four}`);
  yield;
  await turn(three, 'Wait', { 'last-event-id': [...whole.body.matchAll(/^id: (.*)$/gm)].at(-2)?.[1] ?? '' });
  await turn(three, 'Another', { 'last-event-id': 'unknown-3' });

  // Streams that break, and what can be resumed of them.
  for (const scenario of ['cut', 'lost']) {
    const { body } = await turn(five, scenario, { 'x-mock-scenario': scenario });
    await client.send(`GET ${sessions}/${five}`);
    yield;
    const id = [...body.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
    await turn(five, scenario, { 'last-event-id': id });
    await client.send(`GET ${sessions}/${five}`);
  }
  const stuck = await started(five, 'stuck', { 'x-mock-scenario': 'stuck' });
  await until({ state: 'hanging' });
  stuck.leave();
  await until({ end: 'client_left', scenario: 'stuck' });
  yield;
  const stuckAt = [...(await stuck.came()).body.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  await turn(five, 'stuck', { 'last-event-id': stuckAt });
  await client.send(`GET ${sessions}/${five}`);
  yield;

  // A world with a clock of its own: delays, latency, a rate.
  const slow = world('slow');
  await client.send('PUT /__mock/clock', { body: { mode: 'manual' }, headers: slow });
  const later = await create({ headers: slow });
  const advance = async (ms: number) => {
    // Whoever is to be waited for waits by now.
    for (let look = 0; look < 100; look++) {
      const clock = await new Client(() => client.fetch).json('GET /__mock/clock', { headers: slow });
      if (clock['waiting'] !== 0) break;
    }
    await client.send('POST /__mock/clock/advance', { body: { ms }, headers: slow });
  };
  const late = await started(later, 'Late', { ...slow, 'x-mock-scenario': 'late' });
  await advance(499);
  await client.send(`GET ${sessions}/${later}`, { headers: slow });
  await advance(1);
  await advance(60_000);
  await late.over;
  yield;
  await client.send('PUT /__mock/chaos', {
    body: {
      rules: [
        { operation: 'listSessions', rate_limit: { requests: 2, per_ms: 1000 } },
        { operation: 'getSession', latency_ms: [10, 200] },
        { operation: 'getSessionSummary', probability: 0.5, answer: { status: 503, body: { detail: 'chance' } } },
      ],
    },
    headers: slow,
  });
  for (let count = 0; count < 4; count++) {
    await client.send(`GET ${sessions}`, { headers: slow });
    await client.send(`GET ${sessions}/${later}/summary`, { headers: slow });
    if (count === 1) yield;
  }
  await client.send('POST /__mock/clock/advance', { body: { ms: 1001 }, headers: slow });
  await client.send(`GET ${sessions}`, { headers: slow });
  const delayed = await client.begin(`GET ${sessions}/${later}`, { headers: slow });
  await advance(200);
  await delayed.over;
  await client.send('PUT /__mock/chaos', { body: { rules: [] }, headers: slow });
  yield;

  // Worlds: seeds, and one more than there may be.
  const alice = { ...world('alice'), 'x-mock-seed': '7' };
  const hers = await create({ headers: alice });
  await turn(hers, 'Hello', alice);
  await next({ scenario: 'plain' }, world('alice'));
  yield;
  for (let count = 0; count < 7; count++) {
    const other = world(`other-${count}`);
    const its = await create({ headers: other });
    await turn(its, 'Hello', { ...other, 'x-mock-scenario': 'plain' });
    if (count % 3 === 0) yield;
  }
  await client.send(`GET ${sessions}/${hers}`, { headers: alice });
  await turn(await create({ headers: alice }), 'Hello', alice);
  await client.send('POST /__mock/reset', { body: { seed: 'another' }, headers: world('other-6') });
  await create({ headers: world('other-6') });
  yield;

  // A reset in the middle of a turn.
  const ended = await started(one, 'Ended', { 'x-mock-scenario': 'held' });
  await until({ hold: 'go' });
  await next({ scenario: 'plain' });
  await client.send('POST /__mock/reset');
  await ended.over;
  yield;
  await client.send(`GET ${sessions}`);
  const again = await create();
  await turn(again, 'Hello');
  for (let count = 0; count < 10; count++) {
    await client.send(`GET ${sessions}/${again}`);
    await turn(again, `Turn ${count}`, { 'x-mock-scenario': 'plain' });
  }
  yield;
  await client.send('POST /__mock/reset', { body: { all: true } });
  await create();
  await client.send(`GET ${sessions}`);
}
