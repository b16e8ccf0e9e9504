import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';
import type { ChatMockOptions } from '../../src/node/mock.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import type { Activity } from '../../src/world/activity.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listen(options: ChatMockOptions = {}): Promise<Listening> {
  const server = await createChatMock({ speed: 'instant', ...options }).listen();
  open.push(server);
  return server;
}

const short = defineScenario({ scenario: 'short', steps: [{ text: 'Yes, it did. 😀' }] });
const never = defineScenario({
  scenario: 'never',
  pace: { first_ms: 3_600_000, tokens_per_second: 1, jitter: 0 },
  steps: [{ text: 'Late.' }],
});
const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };

async function session({ url }: Listening): Promise<string> {
  const response = await fetch(`${url}/api/v1/chat`, { method: 'POST', headers });
  return ((await response.json()) as { session_id: string }).session_id;
}

function raw({ port }: Listening, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.once('end', () => resolve(received)).once('error', reject);
  });
}

function streamRequest(
  id: string,
  { version = '1.1', prompt = '/short', more = 'connection: close\r\n' } = {},
): string {
  const body = JSON.stringify({ prompt, index_ids: ['a'] });
  return `POST /api/v1/chat/${id}/messages/stream HTTP/${version}\r\nhost: x\r\nauthorization: Bearer x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
}

describe('a stream on a socket', () => {
  test('each frame is one chunk, and the body ends well', async () => {
    const server = await listen({ scenarios: [short] });
    const [head = '', body = ''] = splitOnce(await raw(server, streamRequest(await session(server))), '\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const chunks = readChunks(body);
    expect(chunks.at(-1)).toBe('');
    for (const chunk of chunks.slice(0, -1)) expect(chunk).toMatch(/^event: (?:delta|message)\ndata: \{.*\}\n\n$/);
  });

  test('HTTP/1.0 gets the same frames, unchunked', async () => {
    const server = await listen({ scenarios: [short] });
    const modern = await raw(server, streamRequest(await session(server)));
    await fetch(`${server.url}/__mock/reset`, { method: 'POST' });
    const old = await raw(server, streamRequest(await session(server), { version: '1.0', more: '' }));
    const bodies = [readChunks(splitOnce(modern, '\r\n\r\n')[1] ?? '').join(''), splitOnce(old, '\r\n\r\n')[1]];
    expect(bodies[1]).toBe(bodies[0]);
  });

  test('pipelined requests are answered one after the other', async () => {
    const server = await listen({ scenarios: [short] });
    const [first, second] = [await session(server), await session(server)];
    const text = await raw(server, streamRequest(first, { more: '' }) + streamRequest(second));
    expect(text.match(/"type":"stop"/g)).toHaveLength(2);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  test('headers arrive before the first event is due', async () => {
    const server = await listen({ scenarios: [never], speed: 1 });
    const response = await fetch(`${server.url}/api/v1/chat/${await session(server)}/messages/stream`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt: '/never', index_ids: ['a'] }),
    });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test('a client that goes away ends the turn at once', async () => {
    let resolveEnd: (activity: Activity) => void = () => {};
    const ended = new Promise<Activity>((resolve) => {
      resolveEnd = resolve;
    });
    const server = await listen({
      scenarios: [never],
      speed: 1,
      onActivity: (activity) => activity.kind === 'stream' && resolveEnd(activity),
    });
    const leave = new AbortController();
    const id = await session(server);
    await fetch(`${server.url}/api/v1/chat/${id}/messages/stream`, {
      method: 'POST',
      headers,
      signal: leave.signal,
      body: JSON.stringify({ prompt: '/never', index_ids: ['a'] }),
    });
    leave.abort();
    expect(await ended).toMatchObject({ end: 'client_left', events: 0, sessionId: id });
  });

  test('a reader that does not read holds the turn up instead of filling memory', async () => {
    const long = defineScenario({
      scenario: 'long',
      steps: Array.from({ length: 400 }, () => ({ text: 'x'.repeat(60_000), deltas: ['x'.repeat(60_000)] })),
    });
    const streams: Activity[] = [];
    const server = await listen({ scenarios: [long], onActivity: (activity) => streams.push(activity) });
    const id = await session(server);
    const socket = connect(server.port, '127.0.0.1');
    socket.write(streamRequest(id, { prompt: '/long' }));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    // Another request is answered meanwhile, and the turn of 48 MB has not run to its end.
    await session(server);
    expect(streams.some(({ kind }) => kind === 'stream')).toBe(false);
    let sizeBytes = 0;
    socket.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(sizeBytes).toBeGreaterThan(47_500_000);
    expect(streams.at(-1)).toMatchObject({ kind: 'stream', end: 'complete' });
  });

  test('closing the server ends its streams', async () => {
    const server = await createChatMock({ scenarios: [never] }).listen();
    const response = await fetch(`${server.url}/api/v1/chat/${await session(server)}/messages/stream`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt: '/never', index_ids: ['a'] }),
    });
    await server.close();
    expect(await response.text()).toBe('');
  });
});

test('answers carry their length', async () => {
  const server = await listen();
  const list = await fetch(`${server.url}/api/v1/chat`, { headers });
  expect(Number(list.headers.get('content-length'))).toBe((await list.arrayBuffer()).byteLength);
});

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['localhost', 'localhost'],
])('listening on %s, it names %s as where it is reached', async (host, reached) => {
  const server = await createChatMock().listen({ host });
  open.push(server);
  expect(server.url).toBe(`http://${reached}:${server.port}`);
  expect((await fetch(`${server.url}/__mock/health`)).status).toBe(200);
});

test('a busy port is said by name, with what to do', async () => {
  const { port } = await listen();
  await expect(createChatMock().listen({ port })).rejects.toThrow(
    `Failed to listen on 127.0.0.1:${port}: the port is in use. Stop the other server, or choose any free port with --port 0.`,
  );
});

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

/** The chunks of a chunked body; sizes count bytes. */
function readChunks(body: string): string[] {
  const bytes = Buffer.from(body);
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    chunks.push(bytes.toString('utf8', lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return chunks;
}

test('a server closes also while a test fakes the timers', async () => {
  vi.useFakeTimers();
  try {
    const server = await createChatMock().listen();
    const idle = connect(server.port, '127.0.0.1');
    await once(idle, 'connect');
    await server.close();
  } finally {
    vi.useRealTimers();
  }
});
