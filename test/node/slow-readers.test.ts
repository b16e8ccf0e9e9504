import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChatMock } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { instantMock, newSession } from '../support/client.ts';
import { exchange } from '../support/raw-client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** More than what a connection of this machine takes without a reader, in pieces that are each less than one batch. */
const PIECE_BYTES = 50_000;
const PIECES = 600;

/** Sends a request, reads the headers, and then nothing more. */
async function openAndStall(port: number, request: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  socket.write(request);
  await once(socket, 'data');
  socket.pause();
  return socket;
}

test('a paced stream waits for a reader who does not read, however small its pieces are', async () => {
  const steps = Array.from({ length: PIECES }, () => [{ huge: PIECE_BYTES }, { wait_ms: 1 }]).flat();
  const { mock, call } = instantMock({ clock: 'manual' });
  const { port, close } = await mock.listen();
  closers.push(close);
  mock.next({ steps });
  const path = `/api/v1/chat/${await newSession(call)}/messages/stream`;
  const body = JSON.stringify({ prompt: 'Go', index_ids: ['idx-abc123'] });
  const socket = await openAndStall(
    port,
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  mock.clock.advance(60_000);
  expect(mock.streams[0]).toMatchObject({ state: 'running', stalls: 1, end: null });
  socket.resume();
  const [record] = await mock.waitForStream({ state: 'over' }, { timeoutMs: 30_000 });
  expect(record).toMatchObject({ events: PIECES + 1, end: 'close' });
});

test('who watches what happens and does not read is told how much was missed, instead of all being kept', async () => {
  const { mock } = instantMock();
  const { port, close } = await mock.listen();
  closers.push(close);
  const socket = await openAndStall(port, 'GET /__mock/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  const path = `/nowhere/${'x'.repeat(PIECE_BYTES)}`;
  for (let count = 0; count < PIECES; count++) await mock.fetch(new Request(`http://mock${path}`));
  let text = '';
  const missed = new Promise<number>((resolve) => {
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const told = /event: missed\ndata: \{"count":(\d+)\}\n/.exec(text);
      if (told) resolve(Number(told[1]));
    });
  });
  socket.resume();
  expect((await missed) + (text.match(/event: request/g)?.length ?? 0)).toBe(PIECES);
});

describe('a frame that is larger than what a connection takes at once', () => {
  const SIZE_BYTES = 20_000_000;
  const whole = { chunks: [SIZE_BYTES], size: SIZE_BYTES };

  /** Asks for the frame, reads nothing until the stream waits for its reader, then all. */
  async function read(answer: InlineScenario, whileStalled: (mock: ChatMock) => unknown = () => {}) {
    const { mock, call } = instantMock();
    const server = await mock.listen();
    closers.push(server.close);
    mock.next({ steps: [{ huge: SIZE_BYTES }], ...answer });
    const path = `/api/v1/chat/${await newSession(call)}/messages/stream`;
    let isStalled = false;
    const exchanged = exchange(server, {
      path,
      body: { prompt: 'Go', index_ids: ['idx-abc123'] },
      afterRead: async () => {
        if (isStalled) return;
        while (mock.streams[0]?.stalls !== 1) await new Promise(setImmediate);
        isStalled = true;
        expect(mock.streams[0]).toMatchObject({ state: 'running', events: 1, bytes: SIZE_BYTES });
        await whileStalled(mock);
      },
    });
    const { chunks, body, end } = await exchanged;
    const [record] = mock.streams;
    return { sizes: chunks.map((chunk) => chunk.length), size: body.length, end, recorded: record?.end };
  }

  test('is one chunk of a whole body', async () => {
    const { sizes, end, recorded } = await read({});
    expect([sizes[0], sizes.length, end, recorded]).toEqual([SIZE_BYTES, 2, 'complete', 'close']);
  });

  test.each([
    ['truncate', 'FIN'],
    ['reset', 'ECONNRESET'],
  ] as const)('reaches its reader whole before the answer ends by %s', async (how, end) => {
    const ends = { after: { event: 1 }, how };
    expect(await read({ ends })).toEqual({ sizes: whole.chunks, size: whole.size, end, recorded: how });
  });

  test('that is stopped in the middle is written to its end, and then the body ends well', async () => {
    expect(await read({}, (mock) => mock.reset())).toMatchObject({ sizes: whole.chunks, end: 'complete' });
  });

  test('ends the turn at once if its reader leaves in the middle', async () => {
    const { mock, call } = instantMock();
    const server = await mock.listen();
    closers.push(server.close);
    mock.next({ steps: [{ huge: SIZE_BYTES }] });
    const path = `/api/v1/chat/${await newSession(call)}/messages/stream`;
    const body = { prompt: 'Go', index_ids: ['idx-abc123'] };
    await exchange(server, { path, body, leaveAfterBytes: 1 });
    expect(await mock.waitForStream({ state: 'over' })).toMatchObject([{ end: 'client_left', events: 1 }]);
  });
});
