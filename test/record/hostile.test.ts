import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { exchange } from '../support/raw-client.ts';
import { startRawServer, startRecorder } from '../support/recorder.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

/** What a hostile service sends, what the client gets, and how the recording says that it ended. */
const answers: Readonly<Record<string, readonly [bytes: string, status: number | null, ending: string]>> = {
  'a flood of headers': [`${ok}${many(5000, (at) => `X-${at}: ${'a'.repeat(20)}\r\n`)}\r\n`, 502, 'too_much'],
  'one endless header': [`${ok}X: ${'a'.repeat(200_000)}`, 502, 'too_much'],
  'a header with NUL': [`${ok}X-A: a\0b\r\nContent-Length: 2\r\n\r\nhi`, 502, 'not_http'],
  'a header with a control character': [`${ok}X-A: a\u0001b\r\nContent-Length: 2\r\n\r\nhi`, 502, 'not_http'],
  'a status text with a control character': ['HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\nhi', 200, 'complete'],
  'a status text in Latin-1': ['HTTP/1.1 200 Größe\r\nContent-Length: 2\r\n\r\nhi', 200, 'complete'],
  'a header name that is none': [`${ok}X A: b\r\nContent-Length: 2\r\n\r\nhi`, 502, 'not_http'],
  'a size of a chunk that is none': [`${chunked}2\r\nhi\r\nzz\r\nhi`, 200, 'not_http'],
  'a chunk that is longer than its size': [`${chunked}2\r\nhi!!\r\n0\r\n\r\n`, 200, 'not_http'],
  'two lengths': [`${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!`, null, 'truncated'],
  'a length and chunks': [
    `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    null,
    'truncated',
  ],
  'a status of four digits': ['HTTP/1.1 2000 OK\r\n\r\n', 502, 'not_http'],
  'a status below 100': ['HTTP/1.1 042 OK\r\nContent-Length: 2\r\n\r\nhi', 502, 'not_connected'],
  'a status above 599': ['HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nhi', 999, 'complete'],
  'many interim answers': [
    `${many(2000, () => 'HTTP/1.1 103 Early Hints\r\n\r\n')}${ok}Content-Length: 2\r\n\r\nhi`,
    200,
    'complete',
  ],
  'a switch of protocols': ['HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhi', null, 'truncated'],
  'no HTTP': ['hello\r\n\r\n', 502, 'not_http'],
};

test.each(Object.entries(answers))(
  '%s: the client gets an answer, and the recording stays readable',
  async (_, [bytes, status, ending]) => {
    const server = await startRawServer((socket) => void socket.write(Buffer.from(bytes, 'latin1')));
    const recorder = await startRecorder(server.url);
    const got = await exchange(recorder, { path: '/api/v1/chat', body: {} });
    const [recorded] = await recorder.stop();
    expect([got.status, recorded?.ending]).toEqual([status, ending]);
  },
);

test('ten thousand chunks of a byte are passed on and recorded one by one', async () => {
  const body = many(10_000, (at) => `1\r\n${at % 10}\r\n`);
  const server = await startRawServer((socket) => void socket.write(`${chunked}${body}0\r\n\r\n`));
  const recorder = await startRecorder(server.url);
  const got = await exchange(recorder, { path: '/api/v1/chat', body: {} });
  const [recorded] = await recorder.stop();
  expect([got.body.length, recorded?.response?.chunks.length]).toEqual([10_000, 10_000]);
});

test('a body that decompresses to more than can be looked at is passed on, and left out of the recording', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 'a'));
  const server = await startRawServer((socket) => {
    socket.write(`${ok}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  });
  const recorder = await startRecorder(server.url);
  const got = await exchange(recorder, { path: '/api/v1/chat', body: {} });
  const [recorded] = await recorder.stop();
  expect(got.body.equals(bomb)).toBe(true);
  expect(recorded?.response).toMatchObject({
    body: '~'.repeat(bomb.length),
    decoded: expect.stringContaining('left out'),
  });
});
