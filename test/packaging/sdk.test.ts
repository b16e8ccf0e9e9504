import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Newest from '@llamaindex/llama-cloud';
import Older from 'llama-cloud-2.8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPacked, type PackedServer, startPacked } from '../support/packed.ts';

let folder: string;
let server: PackedServer;
const others: PackedServer[] = [];

beforeAll(async () => {
  folder = installPacked();
  server = await startPacked(folder, ['--sessions', '120']);
});
afterAll(async () => {
  await Promise.all([server, ...others].map((one) => one.stop()));
});

async function another(...args: string[]): Promise<PackedServer> {
  const one = await startPacked(folder, args);
  others.push(one);
  return one;
}

const project = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const question = { index_ids: ['idx-abc123'], prompt: 'What changed?' };

describe.each([
  ['2.16.0', Newest],
  ['2.8.0', Older as unknown as typeof Newest],
])('the official SDK %s', (version, LlamaCloud) => {
  let world = 0;
  /** A client in a world of its own. */
  const connect = (options: Partial<ConstructorParameters<typeof Newest>[0]> = {}, { url } = server) => {
    world += 1;
    return new LlamaCloud({
      baseURL: url,
      apiKey: 'any',
      defaultHeaders: { 'X-Test-Id': `${version}-${world}` },
      ...options,
    });
  };

  test('creates, retrieves, summarises, lists and deletes', async () => {
    const { chat } = connect().beta;
    const ids = [];
    for (const params of [undefined, {}, { index_ids: null }, { index_ids: ['idx-abc123'] }])
      ids.push((await chat.create(params)).session_id);
    expect(new Set(ids).size).toBe(4);
    const [id = ''] = ids;
    const detail = await chat.retrieve(id);
    const { events, ...summary } = detail;
    expect(events).toEqual([]);
    expect(await chat.getSummary(id)).toEqual(summary);
    expect((await chat.list({ page_size: 4 })).items.map(({ session_id }) => session_id)).toEqual([...ids].reverse());
    await chat.delete(id);
    await expect(chat.retrieve(id)).rejects.toMatchObject({ status: 404, error: { detail: 'Session not found' } });
    await expect(chat.delete(id)).rejects.toBeInstanceOf(LlamaCloud.NotFoundError);
  });

  test('walks all pages, each session once', async () => {
    const ids: string[] = [];
    for await (const { session_id } of connect().beta.chat.list({ page_size: 7 })) ids.push(session_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(120 + 15); // The built-in ones, but that of another project.
  });

  test('streams: buffered in one text, and event by event', async () => {
    const { chat } = connect().beta;
    const { session_id } = await chat.create();
    expect(String(await chat.stream(session_id, { ...question, prompt: '/fast' }))).toContain('"type":"stop"');
    const response = await chat.stream(session_id, { ...question, prompt: '/plain-answer' }).asResponse();
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    // The first piece is here while the turn still runs: a second turn is refused.
    expect(first).toContain('event: delta\ndata: {"type":"text_delta"');
    expect(first).not.toContain('stop');
    await expect(chat.stream(session_id, question)).rejects.toBeInstanceOf(LlamaCloud.ConflictError);
    let rest = '';
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read())
      rest += new TextDecoder().decode(read.value);
    expect(rest.match(/"type":"stop"/g)).toHaveLength(1);
  });

  test('an abort ends the turn, and the session goes on', async () => {
    const { chat } = connect().beta;
    const { session_id } = await chat.create();
    const leave = new AbortController();
    const response = await chat
      .stream(session_id, { ...question, prompt: '/slow-tool' }, { signal: leave.signal })
      .asResponse();
    await response.body?.getReader().read();
    leave.abort();
    await server.logged(
      ({ event, end, world: where }) => event === 'stream' && end === 'client_left' && where === `${version}-${world}`,
    );
    expect((await chat.retrieve(session_id)).events.map(({ type }) => type).slice(0, 2)).toEqual([
      'user_input',
      'thinking_delta',
    ]);
    expect(String(await chat.stream(session_id, { ...question, prompt: '/fast' }))).toContain('"type":"stop"');
  });

  test('errors have their classes, and a conflict is not repeated', async () => {
    const { chat } = connect().beta;
    await expect(chat.stream('ses-never-run', { index_ids: [], prompt: 'x' })).rejects.toMatchObject({
      status: 422,
      error: { detail: [{ loc: ['body', 'index_ids'], type: 'too_short' }] },
    });
    await expect(chat.list({ page_token: 'page_token' })).rejects.toBeInstanceOf(LlamaCloud.BadRequestError);
    await expect(chat.list({ project_id: 'x' })).rejects.toBeInstanceOf(LlamaCloud.UnprocessableEntityError);
    const { session_id } = await chat.create({ index_ids: ['a'] });
    await chat.stream(session_id, { index_ids: ['a'], prompt: '/fast' });
    await expect(chat.stream(session_id, { index_ids: ['b'], prompt: '/fast' })).rejects.toBeInstanceOf(
      LlamaCloud.ConflictError,
    );
    const here = ({ path, status, world: where }: Record<string, unknown>) =>
      String(path).includes(session_id) && status === 409 && where === `${version}-${world}`;
    await server.logged(here);
    expect(server.log.filter(here)).toHaveLength(1);
  });

  test('a key is needed where keys are configured', async () => {
    const closed = await another('--api-key', 'llx-right');
    await expect(connect({ apiKey: 'llx-wrong' }, closed).beta.chat.list()).rejects.toBeInstanceOf(
      LlamaCloud.AuthenticationError,
    );
    await expect(connect({ apiKey: 'llx-right' }, closed).beta.chat.list()).resolves.toBeDefined();
    expect(JSON.stringify(closed.log)).not.toContain('llx-');
  });

  test.each(['ses/with slash + 100%', 'émoji 😀', 'a%2Fb', '?#&=+', 'ses%20x', ' '])(
    'ids of any kind reach the server: %j',
    async (id) => {
      const lenient =
        others.find(({ process: { spawnargs } }) => spawnargs.includes('--lenient')) ??
        (await another('--lenient', '--speed', 'instant'));
      const { chat } = connect({}, lenient).beta;
      expect((await chat.getSummary(id)).session_id).toBe(id);
      expect(String(await chat.stream(id, question))).toContain('"type":"stop"');
      await chat.delete(id);
    },
  );

  test('projects are kept apart; null is the default one', async () => {
    const { chat } = connect().beta;
    const { session_id } = await chat.create({ project_id: project });
    expect((await chat.retrieve(session_id, { project_id: project })).session_id).toBe(session_id);
    await expect(chat.retrieve(session_id, { project_id: null })).rejects.toBeInstanceOf(LlamaCloud.NotFoundError);
    const own = await chat.create({ project_id: null, organization_id: null });
    expect((await chat.retrieve(own.session_id)).session_id).toBe(own.session_id);
  });

  test('retry-after-ms and x-should-retry are honoured in front of the mock', async () => {
    const statuses: number[] = [];
    const gate = createServer((request, response) => {
      const attempt = Number(request.headers['x-stainless-retry-count']);
      const status = attempt < 2 ? (attempt === 0 ? 429 : 503) : 0;
      statuses.push(status);
      if (status > 0) response.writeHead(status, { 'retry-after-ms': '1' }).end('{"detail":"Wait"}');
      else
        void fetch(`${server.url}${request.url}`, { headers: { authorization: 'Bearer x' } }).then(async (answer) =>
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text()),
        );
    });
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    const client = connect({ baseURL: `http://127.0.0.1:${(gate.address() as AddressInfo).port}` });
    expect((await client.beta.chat.list({ page_size: 1 })).items).toHaveLength(1);
    expect(statuses).toEqual([429, 503, 0]);
    gate.close();
    gate.closeAllConnections();
  });
});

test('edition 2026-09 speaks of shared access and skipped indexes', async () => {
  const server09 = await another('--edition', '2026-09', '--speed', 'instant');
  const client = new Newest({ baseURL: server09.url, apiKey: 'any' });
  const { session_id } = (await client.post('/api/v1/chat', { body: { shared_access: 'query' } })) as {
    session_id: string;
  };
  expect(await client.beta.chat.getSummary(session_id)).toMatchObject({ shared_access: 'query' });
  expect(String(await client.beta.chat.stream(session_id, { index_ids: ['idx-offline'], prompt: 'x' }))).toContain(
    '"skipped_index_ids":["idx-offline"]',
  );
});
