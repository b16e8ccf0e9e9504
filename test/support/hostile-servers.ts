import { type AddressInfo, createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';

type Fetch = (request: Request) => Promise<Response>;

/** What a hostile server answers with instead of what a mock would; `scale` multiplies what is not endless. */
export interface Hostility {
  /** Which requests are answered so: all of them, or all but the first list. */
  readonly at: 'every' | 'lists' | 'streams' | 'json' | 'creates';
  /** Writes the whole answer, or goes on for ever; the socket is closed by the other side or by the end of the test. */
  answer(socket: Socket, context: { readonly scale: number; readonly path: string }): void;
}

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const CREATED_HEAD = 'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n';
const SSE_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';
const CHUNKED = 'transfer-encoding: chunked\r\n\r\n';

const chunk = (text: string | Buffer) =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n`), Buffer.from(text), Buffer.from('\r\n')]);
const whole = (head: string, body: string | Buffer) => (socket: Socket) => {
  socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
  socket.write(body);
};

/** Writes a head, then the same bytes as fast as they are taken, for ever. */
function pour(head: string, bytes: string | Buffer, times = 1) {
  const block = Buffer.concat(Array.from({ length: times }, () => Buffer.from(bytes)));
  return (socket: Socket) => {
    socket.write(head);
    const go = () => {
      while (!socket.destroyed && socket.write(block));
      if (!socket.destroyed) socket.once('drain', () => setImmediate(go));
    };
    go();
  };
}

/** Writes a head, then some bytes at intervals, for ever. */
function drip(head: string, bytes: string, everyMs: number) {
  return (socket: Socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(bytes), everyMs);
    socket.on('close', () => clearInterval(timer));
  };
}

const zeros = (scale: number) => Buffer.alloc(1024 * 1024 * scale, 0x20);
let bombs: { readonly scale: number; readonly gzip: Buffer; readonly layered: Buffer } | null = null;
function bombOf(scale: number) {
  if (bombs?.scale === scale) return bombs;
  const gzip = gzipSync(zeros(scale));
  bombs = { scale, gzip, layered: brotliCompressSync(gzipSync(gzip)) };
  return bombs;
}

const summary = (id: string) =>
  JSON.stringify({
    session_id: id,
    last_updated_at: '2026-04-22T12:34:41.342245',
    generated_title: null,
    job_metadata: null,
    index_ids: null,
  });
const frame = (content: string) => `event: delta\ndata: ${JSON.stringify({ type: 'text_delta', content })}\n\n`;

/** Ways to harm or to hold whoever reads; each is one that a broken server or a proxy can also get into. */
export const hostilities: Readonly<Record<string, Hostility>> = {
  'a gzip bomb': {
    at: 'json',
    answer: (socket, { scale }) => whole(`${JSON_HEAD}content-encoding: gzip\r\n`, bombOf(scale).gzip)(socket),
  },
  'a gzip bomb as a stream': {
    at: 'streams',
    answer: (socket, { scale }) => whole(`${SSE_HEAD}content-encoding: gzip\r\n`, bombOf(scale).gzip)(socket),
  },
  'a bomb in three layers': {
    at: 'lists',
    answer: (socket, { scale }) =>
      whole(`${JSON_HEAD}content-encoding: gzip, gzip, br\r\n`, bombOf(scale).layered)(socket),
  },
  'an encoding named a thousand times': {
    at: 'lists',
    answer: whole(`${JSON_HEAD}content-encoding: ${Array(1000).fill('gzip').join(',')}\r\n`, gzipSync('{}')),
  },
  'an encoding that the body is not in': {
    at: 'every',
    answer: whole(`${JSON_HEAD}content-encoding: br\r\n`, '{"items":[]}'),
  },
  'an endless gzip header of one byte a chunk': {
    at: 'lists',
    // Flag 8: a file name follows, and ends with a zero that never comes (RFC 1952).
    answer: (socket) => {
      socket.write(`${JSON_HEAD}content-encoding: gzip\r\n${CHUNKED}`);
      socket.write(chunk(Buffer.from('1f8b0808000000000003', 'hex')));
      pour('', chunk('x'), 5000)(socket);
    },
  },
  'an endless body': { at: 'json', answer: pour(`${JSON_HEAD}${CHUNKED}`, chunk('x'.repeat(16_000)), 4) },
  'an endless body without a length': {
    at: 'lists',
    answer: pour(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n`, '[1,'.repeat(5000)),
  },
  'endless chunks of one byte': { at: 'json', answer: pour(`${JSON_HEAD}${CHUNKED}`, chunk(' '), 5000) },
  'endless chunks of one byte in a stream': { at: 'streams', answer: pour(`${SSE_HEAD}${CHUNKED}`, chunk('\n'), 5000) },
  'endless extensions of a chunk': { at: 'lists', answer: pour(`${JSON_HEAD}${CHUNKED}1;x=`, 'x'.repeat(16_000)) },
  'endless header lines': { at: 'every', answer: pour('HTTP/1.1 200 OK\r\n', 'x-header: value\r\n', 1000) },
  'endless header lines later': { at: 'streams', answer: pour('HTTP/1.1 200 OK\r\n', 'x-header: value\r\n', 1000) },
  'one endless header': { at: 'creates', answer: pour('HTTP/1.1 200 OK\r\nx-header: ', 'x'.repeat(16_000)) },
  'endless trailers': {
    at: 'lists',
    answer: pour(`${JSON_HEAD}${CHUNKED}2\r\n{}\r\n0\r\n`, 'x-trailer: value\r\n', 1000),
  },
  'endless interim answers': { at: 'every', answer: pour('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', 100) },
  'endless interim answers later': { at: 'streams', answer: pour('', 'HTTP/1.1 102 Processing\r\n\r\n', 100) },
  'headers that come byte by byte': { at: 'streams', answer: drip('HTTP/1.1 200 OK\r\nx: ', 'y', 20) },
  'a body that comes byte by byte': { at: 'lists', answer: drip(`${JSON_HEAD}${CHUNKED}`, chunk(' ').toString(), 20) },
  'no answer': { at: 'every', answer: () => {} },
  'no answer later': { at: 'streams', answer: () => {} },
  'bytes that are not HTTP': {
    at: 'every',
    answer: (socket) => void socket.end(Buffer.from('1603010200010001fc0303', 'hex')),
  },
  'an end after each byte': { at: 'every', answer: (socket) => void socket.end('H') },
  'an end after the headers': {
    at: 'json',
    answer: (socket) => void socket.end(`${JSON_HEAD}content-length: 100\r\n\r\n{`),
  },
  'a length that is too short': {
    at: 'json',
    answer: (socket) => void socket.write(`${JSON_HEAD}content-length: 2\r\n\r\n{"items":[]}`),
  },
  'a redirect to itself': {
    at: 'every',
    answer: (socket, { path }) =>
      void socket.write(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${path}\r\ncontent-length: 0\r\n\r\n`),
  },
  'too much load for ever': {
    at: 'every',
    answer: (socket) =>
      void socket.write('HTTP/1.1 429 Too Many Requests\r\nretry-after: 999999\r\ncontent-length: 0\r\n\r\n'),
  },
  'too much load for ever, later': {
    at: 'creates',
    answer: (socket) =>
      void socket.write('HTTP/1.1 503 Service Unavailable\r\nretry-after: 999999\r\ncontent-length: 0\r\n\r\n'),
  },
  'JSON nested 5,000 deep': { at: 'json', answer: whole(JSON_HEAD, `${'['.repeat(5000)}${']'.repeat(5000)}`) },
  'JSON nested a million deep': { at: 'lists', answer: whole(JSON_HEAD, `{"items":${'{"a":'.repeat(1_000_000)}`) },
  'deep JSON in an event': {
    at: 'streams',
    answer: (socket) =>
      whole(
        SSE_HEAD,
        `event: message\ndata: {"type":"tool_result","name":"a","call_id":"b","result":${'['.repeat(5000)}${']'.repeat(5000)}}\n\n`,
      )(socket),
  },
  'deep JSON where it may be anything': {
    at: 'streams',
    answer: (socket) =>
      whole(
        SSE_HEAD,
        `event: message\ndata: {"type":"tool_result","name":"a","call_id":"b","result":${'['.repeat(500)}${']'.repeat(500)}}\n\n`,
      )(socket),
  },
  'a list of many small values': {
    at: 'lists',
    answer: (socket, { scale }) =>
      whole(
        JSON_HEAD,
        `{"items":[${Array(scale * 1000)
          .fill('[]')
          .join(',')}],"next_page_token":null}`,
      )(socket),
  },
  'a list whose every item is wrong': {
    at: 'lists',
    answer: (socket, { scale }) =>
      whole(
        JSON_HEAD,
        `{"items":[${Array(scale * 90)
          .fill('1')
          .join(',')}],"next_page_token":null}`,
      )(socket),
  },
  'a list without end, of new tokens': {
    at: 'lists',
    answer: (socket) =>
      whole(
        JSON_HEAD,
        `{"items":[${summary(`ses-${Math.random()}`)}],"next_page_token":"token-${Math.random()}"}`,
      )(socket),
  },
  'a page token of megabytes': {
    at: 'lists',
    answer: (socket, { scale }) =>
      whole(
        JSON_HEAD,
        `{"items":[${summary('ses-1')}],"next_page_token":"${'t'.repeat(scale * 4000)}${Math.random()}"}`,
      )(socket),
  },
  'an id of megabytes': {
    at: 'creates',
    answer: (socket, { scale }) => whole(CREATED_HEAD, summary(`${'i'.repeat(scale * 4000)}${Math.random()}`))(socket),
  },
  'megabytes of text with one bad byte': {
    at: 'json',
    answer: (socket, { scale }) =>
      whole(
        JSON_HEAD,
        Buffer.concat([
          Buffer.from('{"items":[],"x":"'),
          Buffer.alloc(scale * 5000, 'é'),
          Buffer.from([0xff]),
          Buffer.from('"}'),
        ]),
      )(socket),
  },
  'a stream with a bad byte in each frame': {
    at: 'streams',
    answer: (socket, { scale }) =>
      whole(
        SSE_HEAD,
        Buffer.concat(
          Array.from({ length: scale * 20 }, () =>
            Buffer.concat([Buffer.from('data: {"a":"'), Buffer.from([0xff]), Buffer.from('"}\n\n')]),
          ),
        ),
      )(socket),
  },
  'endless comments': { at: 'streams', answer: pour(`${SSE_HEAD}${CHUNKED}`, chunk(': ping\n\n'.repeat(1000))) },
  'endless pings': { at: 'streams', answer: drip(`${SSE_HEAD}${CHUNKED}`, chunk(': ping\n\n').toString(), 20) },
  'one line without end': {
    at: 'streams',
    answer: pour(`${SSE_HEAD}${CHUNKED}${chunk('data: ')}`, chunk('x'.repeat(16_000)), 4),
  },
  'endless frames': { at: 'streams', answer: pour(`${SSE_HEAD}${CHUNKED}`, chunk(frame('x').repeat(100))) },
  'a frame of megabytes': {
    at: 'streams',
    answer: (socket, { scale }) => whole(SSE_HEAD, frame('x'.repeat(scale * 10_000)))(socket),
  },
  'many calls and many stops': {
    at: 'streams',
    answer: (socket, { scale }) =>
      whole(
        SSE_HEAD,
        Array.from(
          { length: scale * 10 },
          (_, index) =>
            `event: message\ndata: {"type":"tool_call","name":"a","call_id":"${index}","arguments":{}}\n\nevent: message\ndata: {"type":"stop","usage":{},"is_error":false,"error":null}\n\n`,
        ).join(''),
      )(socket),
  },
  'names that every object has': {
    at: 'json',
    answer: whole(
      JSON_HEAD,
      '{"__proto__":{"items":[]},"constructor":1,"items":[{"__proto__":null,"session_id":"__proto__"}],"toString":1}',
    ),
  },
};

/** Starts a server that answers as a mock does, but for the requests that a hostility is about. */
export async function startHostile(fetch: Fetch, { at, answer }: Hostility, scale: number) {
  const sockets = new Set<Socket>();
  let lists = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // The other side leaves whenever it likes.
    let received = Buffer.alloc(0);
    socket.on('data', async (bytes) => {
      received = Buffer.concat([received, bytes]);
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const [line = '', ...fields] = received.subarray(0, headEnd).toString('latin1').split('\r\n');
      const headers = fields.map((field): [string, string] => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]);
      const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0);
      if (received.length < headEnd + 4 + length) return;
      const body = received.subarray(headEnd + 4, headEnd + 4 + length);
      received = received.subarray(headEnd + 4 + length);
      const [method = 'GET', path = '/'] = line.split(' ');
      const isList = method === 'GET' && /^\/api\/v1\/chat(\?|$)/.test(path);
      const isStream = path.includes('/messages/stream');
      const isCreate = method === 'POST' && /\/api\/v1\/chat(\?|$)/.test(path);
      lists += isList ? 1 : 0;
      const isMeant = {
        every: true,
        lists: isList && lists > 1,
        streams: isStream,
        json: !isStream && (!isList || lists > 1),
        creates: isCreate,
      }[at];
      if (isMeant) return answer(socket, { scale, path });
      const names = headers.filter(([name]) => name === 'authorization' || name === 'content-type');
      const answered = await fetch(
        new Request(`http://mock${path}`, { method, headers: names, body: length > 0 ? body : null }),
      );
      const bytesOut = Buffer.from(await answered.arrayBuffer());
      const head = [...answered.headers].filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');
      socket.write(
        `HTTP/1.1 ${answered.status} X\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}${answered.status === 204 ? '' : `content-length: ${bytesOut.length}\r\n`}\r\n`,
      );
      socket.write(bytesOut);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // TCP.
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
