import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Listening } from '../../src/node/listen.ts';

const mock = createChatMock({ speed: 'instant' });
const most = 32_768;
let server: Listening;
beforeAll(async () => {
  server = await mock.listen();
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Both ways into the server; each sends every piece as a piece of its own. */
const doors: Readonly<Record<string, (pieces: readonly string[], path?: string) => Promise<Answer>>> = {
  socket: async (pieces, path = '/api/v1/chat') => {
    const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('');
    const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer x\r\ncontent-type: application/json`;
    const socket = connect(server.port, '127.0.0.1');
    socket.end(`${head}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${chunks}0\r\n\r\n`);
    let text = '';
    for await (const read of socket.setEncoding('utf8')) text += read;
    return { status: Number(text.split(' ', 2)[1]), body: JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) };
  },
  'mock.fetch': (pieces, path) => post(ReadableStream.from(pieces.map((piece) => Buffer.from(piece))), path),
};

async function post(body: ReadableStream, path = '/api/v1/chat'): Promise<Answer> {
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  // The types of this Node leave out `duplex`, which every body of unknown length needs.
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  const response = await mock.fetch(`http://mock${path}`, init);
  return { status: response.status, body: await response.json() };
}

test.each(Object.entries(doors))('%s: a body may come byte by byte', async (_, send) => {
  const answer = await send([...'{"index_ids": ["idx-a", "idx-b"]}']);
  expect(answer).toMatchObject({ status: 201, body: { index_ids: ['idx-a', 'idx-b'] } });
});

test.each(Object.entries(doors))('%s: so many pieces are taken, and one more is 413', async (_, send) => {
  const pieces = ['{', ...Array<string>(most - 2).fill(' '), '}'];
  expect(await send(pieces)).toMatchObject({ status: 201 });
  const detail = `Request body came in more than ${most} pieces`;
  expect(await send([' ', ...pieces])).toEqual({ status: 413, body: { detail } });
  const error = { code: 'body_too_large', message: `The body came in more than ${most} pieces.` };
  expect(await send([' ', ...pieces], '/__mock/reset')).toEqual({ status: 413, body: { error } });
});

test('mock.fetch: pieces without a byte count too, or they would never end', async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(0)) });
  expect(await post(endless)).toMatchObject({ status: 413 });
});

test('mock.fetch: text counts as its bytes, and what is neither is an error, as with the global fetch', async () => {
  const endless = (piece: unknown) => new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
  expect(await post(endless('{'))).toMatchObject({ status: 413 });
  await expect(post(endless({}))).rejects.toThrow('fetch failed');
});
