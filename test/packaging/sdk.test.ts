import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Newest from '@llamaindex/llama-cloud';
import Older from 'llama-cloud-2.8';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { installPacked, type LogLine, type PackedServer } from '../support/packed.ts';

const packed = installPacked();
const flags = {
  paced: ['--sessions', '120'],
  lenient: ['--lenient', '--speed', 'instant'],
  closed: ['--api-key', 'llx-right', '--speed', 'instant'],
  newest: ['--edition', '2026-09', '--speed', 'instant'],
} as const;
const servers = new Map<string, PackedServer>();
beforeAll(async () => {
  await Promise.all(
    Object.entries(flags).map(async ([name, args]) => servers.set(name, await packed.startServer(args))),
  );
});
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

function on(name: keyof typeof flags): PackedServer {
  const server = servers.get(name);
  if (!server) throw new Error(`No server ${name}.`);
  return server;
}

const project = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const question = { index_ids: ['idx-abc123'], prompt: 'What changed?' };
const fast = { ...question, prompt: '/fast' };
/** Thinks, and then is silent for eight seconds. */
const slow = { ...question, prompt: '/slow-tool' };

describe.each([
  { version: '2.16.0', LlamaCloud: Newest },
  // The cast: what is used of both is the same, but their classes are declared apart.
  { version: '2.8.0', LlamaCloud: Older as unknown as typeof Newest },
])('the official SDK $version', ({ version, LlamaCloud }) => {
  /** A client in a world of its own. */
  const connect = (world: string, baseURL = on('paced').url, apiKey = 'any') =>
    new LlamaCloud({ baseURL, apiKey, defaultHeaders: { 'X-Test-Id': inWorld(world) } });
  const inWorld = (world: string) => `${version} ${world}`;

  test('has these chat methods and no others: all are tried here', () => {
    const client = connect('methods');
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(client.beta.chat));
    expect(names.sort()).toEqual(['constructor', 'create', 'delete', 'getSummary', 'list', 'retrieve', 'stream']);
    expect(client).not.toHaveProperty('chat');
  });

  test('creates, retrieves, summarises, titles, lists and deletes', async () => {
    const client = connect('life');
    const { chat } = client.beta;
    const created = [];
    for (const params of [undefined, {}, { index_ids: null }, { index_ids: ['idx-abc123', 'idx-def456'] }])
      created.push(await chat.create(params));
    expect(created.map(({ index_ids }) => index_ids)).toEqual([null, null, null, ['idx-abc123', 'idx-def456']]);
    for (const summary of created) {
      expect(await chat.getSummary(summary.session_id)).toEqual(summary);
      expect(await chat.retrieve(summary.session_id)).toEqual({ ...summary, events: [] });
    }
    expect((await chat.list({ page_size: 4 })).items).toEqual([...created].reverse());

    const id = created[0]?.session_id ?? '';
    // No SDK has a method for this one.
    const titled = await client.post(`/api/v1/chat/${id}/title`, { body: { first_message: 'What changed in Q3?' } });
    expect(titled).toMatchObject({ session_id: id, generated_title: 'What changed in Q3?...' });
    expect(await chat.getSummary(id)).toEqual(titled);

    expect(await chat.delete(id)).toBeFalsy();
    for (const gone of [
      () => chat.retrieve(id),
      () => chat.getSummary(id),
      () => chat.stream(id, fast),
      () => chat.delete(id),
    ])
      expect(await failureOf(gone())).toBeInstanceOf(LlamaCloud.NotFoundError);
    expect((await chat.list({ page_size: 3 })).items).toEqual(created.slice(1).reverse());
  });

  test('walks all pages and meets each session once', async () => {
    const { chat } = connect('pages').beta;
    const whole = await chat.list({ page_size: 1000 });
    expect(whole.items.length).toBeGreaterThan(120);
    const walked = [];
    for await (const session of chat.list({ page_size: 7 })) walked.push(session);
    expect(walked).toEqual(whole.items);
    const sizes = [];
    for await (const page of (await chat.list({ page_size: 7 })).iterPages()) sizes.push(page.items.length);
    const last = whole.items.length % 7 || 7;
    expect(sizes).toEqual([...Array.from({ length: Math.ceil(whole.items.length / 7) - 1 }, () => 7), last]);
  });

  test('gets a turn as one text', async () => {
    const { chat } = connect('buffered').beta;
    const { session_id } = await chat.create();
    const text = await chat.stream(session_id, fast);
    const events = eventsIn(String(text));
    expect(events.at(-1)).toMatchObject({ type: 'stop', is_error: false });
    const whole = events.filter(({ type }) => type !== 'text_delta' && type !== 'thinking_delta');
    const detail = await chat.retrieve(session_id);
    expect(detail.events).toEqual([{ type: 'user_input', content: '/fast' }, ...whole]);
    expect(detail.job_metadata).toMatchObject(events.at(-1)?.['usage'] ?? {});
  });

  test('gets a turn event by event', async () => {
    const { chat } = connect('streamed').beta;
    const { session_id } = await chat.create();
    const response = await chat.stream(session_id, { ...question, prompt: '/q3-findings' }).asResponse();
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const pieces = await readAll(response);
    expect(pieces.length).toBeGreaterThan(20);
    expect(pieces.findIndex((piece) => piece.includes('"type":"stop"'))).toBe(pieces.length - 1);
    expect(eventsIn(pieces[0] ?? '')[0]).toMatchObject({ type: 'thinking_delta' });
  });

  test('sees what came so far while the turn still runs; a second turn meanwhile is refused once', async () => {
    const { chat } = connect('running').beta;
    const { session_id } = await chat.create();
    const leave = new AbortController();
    const response = await chat.stream(session_id, slow, { signal: leave.signal }).asResponse();
    await response.body?.getReader().read();
    expect(await failureOf(chat.stream(session_id, question))).toMatchObject({
      constructor: LlamaCloud.ConflictError,
      error: { detail: 'A turn is already running in this session' },
    });
    // How far the turn has come by then depends on the machine; it is not over.
    const { events } = await chat.retrieve(session_id);
    expect(events?.[0]).toMatchObject({ type: 'user_input', content: '/slow-tool' });
    expect(events?.map(({ type }) => type)).not.toContain('stop');
    leave.abort();
    // Its line comes after those of all requests before it.
    await on('paced').logged(leftIn(inWorld('running')));
    expect(statusesIn(inWorld('running'))).toEqual([201, 200, 409, 200]);
    expectHeld(response);
  });

  test('leaves in the middle of a turn, and the session goes on', async () => {
    const { chat } = connect('abort').beta;
    const { session_id } = await chat.create();
    const leave = new AbortController();
    const response = await chat.stream(session_id, slow, { signal: leave.signal }).asResponse();
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    leave.abort();
    await expect(reader?.read()).rejects.toThrow(/abort/i);
    await on('paced').logged(leftIn(inWorld('abort')));
    expectHeld(response);
    const { events } = await chat.retrieve(session_id);
    // What was seen is kept; more may have been on its way.
    const seen = eventsIn(first);
    expect(events.slice(0, 1 + seen.length)).toEqual([{ type: 'user_input', content: '/slow-tool' }, ...seen]);
    expect(events.map(({ type }) => type)).not.toContain('stop');
    expect(eventsIn(String(await chat.stream(session_id, fast))).at(-1)).toMatchObject({ type: 'stop' });
    expect((await chat.retrieve(session_id)).events.slice(0, events.length)).toEqual(events);
  });

  test('has a class for each error, and its body', async () => {
    const { chat } = connect('errors').beta;
    const { session_id } = await chat.create({ index_ids: ['idx-abc123'] });
    await chat.stream(session_id, fast);
    const otherIndexes = { ...fast, index_ids: ['idx-def456'] };
    expect(await failureOf(chat.stream(session_id, otherIndexes))).toMatchObject({
      constructor: LlamaCloud.ConflictError,
      status: 409,
      error: { detail: 'The indexes of this session are locked' },
    });
    expect(await failureOf(chat.stream(session_id, { index_ids: [], prompt: 'x'.repeat(1001) }))).toMatchObject({
      constructor: LlamaCloud.UnprocessableEntityError,
      status: 422,
      error: {
        detail: [
          { type: 'too_short', loc: ['body', 'index_ids'] },
          { type: 'string_too_long', loc: ['body', 'prompt'], msg: 'String should have at most 1000 characters' },
        ],
      },
    });
    expect(await failureOf(chat.list({ project_id: 'mine' }))).toBeInstanceOf(LlamaCloud.UnprocessableEntityError);
    expect(await failureOf(chat.list({ page_token: 'page_token' }))).toMatchObject({
      constructor: LlamaCloud.BadRequestError,
      error: { detail: 'Invalid page token' },
    });
    expect(await failureOf(chat.retrieve('ses-nobody'))).toMatchObject({
      constructor: LlamaCloud.NotFoundError,
      status: 404,
      error: { detail: 'Session not found' },
    });
    // One line for each that was made: the 409 was not tried again.
    await on('paced').logged(({ path, world }) => String(path).endsWith('ses-nobody') && world === inWorld('errors'));
    expect(statusesIn(inWorld('errors'))).toEqual([201, 200, 409, 422, 422, 400, 404]);
  });

  test('needs a good key where keys are configured', async () => {
    const { url, log } = on('closed');
    expect(await failureOf(connect('keys', url, 'llx-wrong').beta.chat.list())).toMatchObject({
      constructor: LlamaCloud.AuthenticationError,
      status: 401,
      error: { detail: 'Invalid API Key' },
    });
    expect((await connect('keys', url, 'llx-right').beta.chat.list()).items).not.toHaveLength(0);
    expect(JSON.stringify(log)).not.toContain('llx-');
  });

  test.each(['ses/with slash + 100%', 'émoji 😀', '%2F', 'a%2Fb', '..%', 'a/../b', '?#&=+', 'ses%20x', ' ', '  two  '])(
    'names a session by an id of any kind: %j',
    async (id) => {
      const { chat } = connect(`id ${encodeURIComponent(id)}`, on('lenient').url).beta;
      expect((await chat.getSummary(id)).session_id).toBe(id);
      expect(eventsIn(String(await chat.stream(id, question))).at(-1)).toMatchObject({ type: 'stop', is_error: false });
      const { events } = await chat.retrieve(id);
      expect(events.findLast(({ type }) => type === 'user_input')).toMatchObject({ content: 'What changed?' });
      expect((await chat.list({ page_size: 1 })).items).toMatchObject([{ session_id: id }]);
      await chat.delete(id);
    },
  );

  // Upstream they are skipped for want of such a server: literal ids, any project, one after the other.
  test('passes the smoke tests that its generator made, on a lenient server', async () => {
    const { chat, indexes } = connect('smoke', on('lenient').url).beta;
    const scope = { project_id: project, organization_id: project };
    const turn = { index_ids: ['idx-abc123', 'idx-def456'], prompt: 'What were the main findings in Q3?' };
    for (const query of [{}, scope, {}]) {
      await chat.create({ index_ids: ['idx-abc123', 'idx-def456'], ...query });
      expect(await chat.retrieve('session_id', query)).toMatchObject({ session_id: 'session_id' });
      await chat.list({ page_size: 0, page_token: 'page_token', ...query });
      expect(await chat.getSummary('session_id', query)).toMatchObject({ session_id: 'session_id' });
      expect(await chat.stream('session_id', { ...turn, ...query })).toContain('"type":"stop"');
      await chat.delete('session_id', query);
      await indexes.list({ page_size: 0, page_token: 'page_token', ...query });
      expect(await indexes.get('index_id', query)).toMatchObject({ id: 'index_id' });
    }
  });

  test('finds the built-in session with the odd id', async () => {
    expect(await connect('odd').beta.chat.getSummary('ses/with slash + 100%')).toMatchObject({
      session_id: 'ses/with slash + 100%',
    });
  });

  test('keeps projects apart; null is the default one', async () => {
    const { chat } = connect('projects').beta;
    const theirs = await chat.create({ project_id: project });
    const own = await chat.create({ project_id: null, organization_id: null });
    const inProject = { project_id: project };
    expect(await chat.retrieve(theirs.session_id, inProject)).toMatchObject(theirs);
    expect(await chat.retrieve(own.session_id)).toMatchObject(own);
    for (const foreign of [
      () => chat.retrieve(theirs.session_id),
      () => chat.retrieve(theirs.session_id, { project_id: null }),
      () => chat.retrieve(own.session_id, inProject),
      () => chat.getSummary(own.session_id, inProject),
      () => chat.stream(own.session_id, { ...fast, ...inProject }),
      () => chat.delete(own.session_id, inProject),
    ])
      expect(await failureOf(foreign())).toBeInstanceOf(LlamaCloud.NotFoundError);
    expect((await chat.list({ ...inProject, page_size: 1 })).items).toEqual([theirs]);
    expect((await chat.list({ project_id: null, page_size: 1 })).items).toEqual([own]);
    await chat.delete(theirs.session_id, inProject);
  });

  test('knows shared access and skipped indexes of edition 2026-09', async () => {
    const { chat } = connect('2026-09', on('newest').url).beta;
    expect(await chat.create()).toMatchObject({ shared_access: 'read_only' });
    // The SDKs do not know the key yet, but hand it on.
    const wish = { shared_access: 'query' };
    const created = await chat.create({ index_ids: null, ...wish });
    expect(created).toMatchObject(wish);
    expect(await chat.getSummary(created.session_id)).toMatchObject(wish);
    const refused = { shared_access: 'write' };
    expect(await failureOf(chat.create({ index_ids: null, ...refused }))).toMatchObject({
      constructor: LlamaCloud.UnprocessableEntityError,
      error: { detail: [{ type: 'literal_error', loc: ['body', 'shared_access'] }] },
    });
    const offline = { index_ids: ['idx-offline'], prompt: 'What changed?' };
    const stops = [offline, { ...offline, require_all_indexes: true }].map(async (params) => {
      const { session_id } = await chat.create();
      return eventsIn(String(await chat.stream(session_id, params))).at(-1);
    });
    expect(await Promise.all(stops)).toMatchObject([
      { type: 'stop', is_error: false, skipped_index_ids: ['idx-offline'] },
      { type: 'stop', is_error: true },
    ]);
  });

  const soon = { 'retry-after-ms': '1' };
  test.each<{
    readonly what: string;
    readonly first: readonly Refusal[];
    readonly attempts: number;
    readonly ends: string;
  }>([
    {
      what: '429, then 503',
      first: [
        { status: 429, headers: soon },
        { status: 503, headers: soon },
      ],
      attempts: 3,
      ends: 'well',
    },
    { what: '409', first: [{ status: 409, headers: soon }], attempts: 2, ends: 'well' },
    {
      what: '400 that asks for it',
      first: [{ status: 400, headers: { ...soon, 'x-should-retry': 'true' } }],
      attempts: 2,
      ends: 'well',
    },
    { what: '400', first: [{ status: 400, headers: soon }], attempts: 1, ends: 'BadRequestError' },
    {
      what: '503 that forbids it',
      first: [{ status: 503, headers: { ...soon, 'x-should-retry': 'false' } }],
      attempts: 1,
      ends: 'InternalServerError',
    },
    {
      what: '500 for ever',
      first: Array.from({ length: 9 }, () => ({ status: 500, headers: soon })),
      attempts: 6,
      ends: 'InternalServerError',
    },
  ])('tries again or not, in front of the mock: $what', async ({ first, attempts, ends }) => {
    const gate = await openGate(on('paced').url, first);
    const { chat } = connect('retries', gate.url).beta;
    const failure = await failureOf(chat.create());
    expect(failure === null ? 'well' : Object(failure).constructor.name).toBe(ends);
    expect(gate.attempts).toEqual(Array.from({ length: attempts }, (_, index) => String(index)));
  });
});

type Events = readonly LogLine[];

/** What is in whole frames of a stream; the start of another at the end is left out. */
function eventsIn(text: string): Events {
  const frames = text.split('\n\n').slice(0, -1);
  return frames.flatMap((frame) => {
    const line = frame.split('\n').find((candidate) => candidate.startsWith('data: '));
    return line === undefined ? [] : [JSON.parse(line.slice('data: '.length)) as LogLine];
  });
}

async function readAll(response: Response): Promise<string[]> {
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) pieces.push(decoder.decode(bytes, { stream: true }));
  return pieces;
}

/** Node forgets to abort a response that was garbage-collected; one that is looked at here was not. */
function expectHeld({ bodyUsed }: Response): void {
  expect(bodyUsed).toBe(true);
}

/** What a call fails with; null if it does not. */
async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
    return null;
  } catch (error) {
    return error;
  }
}

function leftIn(where: string): (line: LogLine) => boolean {
  return ({ event, end, world }) => event === 'stream' && end === 'client_left' && world === where;
}

/** How each request of a world was answered, as the server has it in its log. */
function statusesIn(where: string): unknown[] {
  return on('paced').log.flatMap(({ event, world, status }) =>
    event === 'request' && world === where ? [status] : [],
  );
}

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A proxy that gives these answers first. `attempts` are the retry counts it was told. */
async function openGate(
  url: string,
  refusals: readonly Refusal[],
): Promise<{ url: string; attempts: readonly string[] }> {
  const attempts: string[] = [];
  const gate = createServer((incoming, outgoing) => {
    const refusal = refusals[attempts.length];
    attempts.push(String(incoming.headers['x-stainless-retry-count']));
    if (refusal) {
      incoming.resume();
      outgoing.writeHead(refusal.status, { ...refusal.headers, 'content-type': 'application/json' });
      outgoing.end('{"detail":"Wait"}');
      return;
    }
    const { method, headers } = incoming;
    const onward = request(`${url}${incoming.url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    gate.close();
    gate.closeAllConnections();
  });
  const { port } = gate.address() as AddressInfo; // A TCP server's address is never a pipe's name.
  return { url: `http://127.0.0.1:${port}`, attempts };
}
