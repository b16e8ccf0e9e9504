import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RawExchange } from '../support/raw-client.ts';
import { startRawServer } from '../support/recorder.ts';
import { comparable, roundTrip } from '../support/round-trip.ts';

const refusal = JSON.stringify({ detail: 'Overloaded, größer als {{möglich}}.' });
const frame = 'event: message\ndata: {"type":"text","content":"Hi"}\n\n';

/** What a server answers to a turn: its status line and headers, and the bytes of its body. */
const answers: Readonly<Record<string, readonly [head: string, body: Uint8Array]>> = {
  'a refusal in gzip': [
    '503 Busy\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nRetry-After: 2',
    gzipSync(refusal),
  ],
  'a refusal in brotli': [
    '429 Slow\r\ncontent-type: application/json\r\ncontent-encoding: br',
    brotliCompressSync(refusal),
  ],
  'a refusal in Latin-1': [
    '500 Oh\r\nContent-Type: text/plain; charset=iso-8859-1',
    Buffer.from('Größe é\u00a0', 'latin1'),
  ],
  'a refusal in UTF-16': [
    '500 Oh\r\nContent-Type: text/plain; charset=utf-16le',
    Buffer.from('\ufeffGröße', 'utf16le'),
  ],
  'a refusal with a byte order mark, line ends and controls': [
    '502 Bad\r\nContent-Type: text/html',
    Buffer.from('\ufeff<p>\r\n\u0000\u0007\t\u2028 \n'),
  ],
  'a refusal without a type': ['418 Tea\r\nX-A: b', Buffer.from('short and stout')],
  'a refusal without a body': ['503 Busy\r\nContent-Type: application/json', Buffer.alloc(0)],
  'a 204': ['204 No Content\r\nX-A: b', Buffer.alloc(0)],
  'a 200 that is no stream': ['200 OK\r\nContent-Type: application/zip', Buffer.from([0, 255, 254, 128, 10])],
  'a refusal whose headers repeat': [
    '429 Slow\r\nSet-Cookie: a=1111111111; Path=/\r\nLink: <a>; rel="next"\r\nX-Y: 2\r\nX-Y: 1, 1\r\nset-cookie: b=2222222222\r\nLink: <b>\r\nX-Y: 2\r\nProxy-Authenticate: Basic\r\nTrailer: X-T',
    Buffer.from('{}'),
  ],
  'a stream whose headers repeat': [
    '200 OK\r\nContent-Type: text/event-stream\r\nX-Y: 2\r\nX-Y: 1\r\nSet-Cookie: a=1111111111\r\nSet-Cookie: b=2222222222\r\nlink: <b>\r\nlink: <a>',
    Buffer.from(frame),
  ],
  'a stream in gzip': ['200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip', gzipSync(frame)],
  'a stream in Latin-1': [
    '200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store',
    Buffer.from(`: Größe\n\n${frame}`, 'latin1'),
  ],
};

/** Headers that are compared: not those of a connection, repeats in their order and case, and without the values of cookies. */
function linesOf({ head }: RawExchange): string[] {
  const lines = head
    .split('\r\n')
    .slice(1)
    .filter((line) => !/^(?:date|connection|content-length|transfer-encoding|trailer|proxy-authenticate):/i.test(line))
    .map((line) => line.replace(/^(set-cookie): (.*)$/i, (_, name, value) => `${name.toLowerCase()}: ${value.length}`));
  const nameOf = (line: string) => line.replace(/:.*/, '').toLowerCase();
  return lines.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : Number(nameOf(a) > nameOf(b))));
}

test.each(Object.entries(answers))('%s is replayed byte for byte', async (_, [head, body]) => {
  const server = await startRawServer((socket, request) => {
    const [headOf, bodyOf] = request.startsWith('POST /api/v1/chat ')
      ? ['201 Created\r\nContent-Type: application/json', Buffer.from('{"session_id":"ses-1"}')]
      : [head, body];
    const length = headOf.startsWith('204') ? '' : `\r\nContent-Length: ${bodyOf.length}`;
    socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${headOf}${length}\r\nConnection: close\r\n\r\n`), bodyOf]));
  });
  const { recorded, replayed, made } = await roundTrip(server.url, ['Hello?']);
  const bytesOf = (one: RawExchange) => ({ ...comparable(one), headers: linesOf(one) });
  expect(replayed.map(bytesOf)).toEqual(recorded.map(bytesOf));
  for (const { head } of replayed) expect(head).not.toMatch(/1111111111|2222222222/);
  expect([made.scenarios, made.notes]).toEqual([1, []]);
});
