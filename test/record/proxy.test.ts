import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { startRecording } from '../../src/record/record.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { exchange } from '../support/raw-client.ts';
import { startRawServer, startRecorder } from '../support/recorder.ts';

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const odd = 'HTTP/1.1 200 All Is Well\r\nX-ONE: 1\r\nx-two: 2\r\nX-One: 3\r\nTransfer-Encoding: chunked\r\n\r\n';

const answers: Readonly<Record<string, readonly [bytes: string, end: 'keep' | 'FIN' | 'RST']>> = {
  'chunks that arrive together, headers that repeat, a status text': [
    `${odd}${chunk('data: a\n')}${chunk('\n')}${chunk('data: ä\n\n')}0\r\n\r\n`,
    'keep',
  ],
  'a body of a known length': ['HTTP/1.1 201 Created\r\ncontent-Length: 5\r\nB: b\r\nA: a\r\n\r\nhello', 'keep'],
  'a body that ends with its connection': ['HTTP/1.1 200 OK\r\nA: a\r\n\r\nhello', 'FIN'],
  'no body': ['HTTP/1.1 204 No Content\r\nA: a\r\n\r\n', 'keep'],
  'a stream that is cut between two chunks': [`${odd}${chunk('data: a\n\n')}`, 'FIN'],
  'a stream that is cut within a chunk': [`${odd}${chunk('data: a\n\n')}9\r\ndat`, 'FIN'],
  'a length that is not reached': ['HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello', 'FIN'],
  'a connection that is reset': [`${odd}${chunk('data: a\n\n')}`, 'RST'],
};

test.each(Object.entries(answers))('it passes on %s', async (_, [bytes, end]) => {
  const server = await startRawServer((socket, request) => {
    socket.write(bytes, () => {
      if (end === 'FIN' || (end === 'keep' && /connection: close/i.test(request))) socket.end();
      // At once it would overtake what was written.
      else if (end === 'RST') setTimeout(() => socket.resetAndDestroy(), 5);
    });
  });
  const recorder = await startRecorder(server.url);
  const asked = { path: '/api/v1/chat', body: { a: 1 } };
  const [direct, passed] = [await exchange(server, { ...asked }), await exchange(recorder, { ...asked })];
  const headOf = (head: string) => head.replace(/\r\nconnection: [^\r]*/gi, '');
  // Bytes of a chunk that never became whole may come as a chunk of their own.
  const isPartial = bytes.endsWith('dat');
  expect([headOf(passed.head), passed.end]).toEqual([headOf(direct.head), direct.end]);
  expect(passed.body.toString('latin1')).toBe(direct.body.toString('latin1'));
  if (!isPartial) expect(passed.chunks.map(String)).toEqual(direct.chunks.map(String));

  const [recorded] = await recorder.stop();
  expect(recorded).toMatchObject({
    operation: 'createSession',
    ending: end === 'RST' ? 'reset' : /cut|reached/.test(_) ? 'truncated' : 'complete',
    response: { status: direct.status },
  });
  expect(recorded?.request.body).toBe('{"a":1}');
});

test('it sends what the client has sent, and the host of the upstream', async () => {
  const requests: string[] = [];
  const server = await startRawServer((socket, request) => {
    requests.push(request);
    socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  });
  const recorder = await startRecorder(`${server.url}/base/`);
  const headers = { 'X-Own': 'a', 'x-OTHER': 'b' };
  await exchange(recorder, { path: '/api/v1/chat?page_size=%31&x=a+b', method: 'GET', headers });
  const [head = ''] = requests[0]?.split('\r\n\r\n') ?? [];
  expect(head).toMatch(/^GET \/base\/api\/v1\/chat\?page_size=%31&x=a\+b HTTP\/1\.1\r\n/);
  expect(head).toMatch(new RegExp(`\r\nhost: 127\\.0\\.0\\.1:${server.port}\r\n`));
  expect(head).toContain('\r\nX-Own: a\r\nx-OTHER: b');
});

test('a client that leaves is recorded as one, and the upstream sees it go', async () => {
  const gone = defer();
  const server = await startRawServer((socket) => {
    socket.once('close', () => gone.resolve());
    socket.write(`${odd}${chunk('data: a\n\n')}`);
  });
  const recorder = await startRecorder(server.url);
  await exchange(recorder, { path: '/x', leaveAfterBytes: 1 });
  await gone.promise;
  expect(await recorder.stop()).toMatchObject([
    {
      ending: 'we_left',
      reason: 'the client left',
      response: { body: 'data: a\n\n', chunks: [[expect.any(Number), 9]] },
    },
  ]);
});

test('an upstream that is not there is a 502 that says so', async () => {
  const recorder = await startRecorder('http://127.0.0.1:1');
  const { status, body } = await exchange(recorder, { path: '/x' });
  expect([status, String(body)]).toEqual([502, expect.stringContaining('the upstream gave no answer: ')]);
  expect(await recorder.stop()).toMatchObject([{ response: null, ending: 'not_connected' }]);
});

test('a hundred streams at once, each with its own bytes', async () => {
  const short = { scenario: 'short', steps: [{ text: 'A short answer.' }] };
  const mock = createChatMock({ speed: 'instant', scenarios: [short] });
  const server = await mock.listen();
  const recorder = await startRecorder(server.url);
  const created = await exchange(recorder, { path: '/api/v1/chat', body: {} });
  const { session_id } = JSON.parse(String(created.body));
  const path = `/api/v1/chat/${session_id}/messages/stream`;
  const turns = Array.from({ length: 100 }, (_, index) => `/short ${index}`);
  const got = await Promise.all(
    turns.map((prompt) => exchange(recorder, { path, body: { prompt, index_ids: ['idx-1'] } })),
  );
  const recorded = await recorder.stop();
  await server.close();
  expect(recorded).toHaveLength(101);
  for (const { request, response } of recorded.slice(1)) {
    const index = turns.indexOf(JSON.parse(String(request.body)).prompt);
    expect(response?.body).toBe(String(got[index]?.body));
    expect(response?.chunks.map(([, size]) => size)).toEqual(got[index]?.chunks.map(({ length }) => length));
  }
});

test('a frame of ten megabytes is recorded whole; beyond the limit only its beginning is, and all is passed on', async () => {
  const text = `data: ${'x'.repeat(10 * 1024 * 1024)}\n\n`;
  const server = await startRawServer((socket) => void socket.write(`${odd}${chunk(text)}0\r\n\r\n`));
  const recorder = await startRecorder(server.url);
  const small = await startRecorder(server.url, { limits: { recordedBytes: 100_000 } });
  expect((await exchange(recorder, { path: '/x' })).body.length).toBe(text.length);
  expect((await exchange(small, { path: '/x' })).body.length).toBe(text.length);
  expect((await recorder.stop())[0]?.response?.body).toBe(text);
  const [cut] = await small.stop();
  expect(cut).toMatchObject({ ending: 'too_much', reason: expect.stringContaining('the client got all of it') });
  expect(String(cut?.response?.body).length).toBeLessThanOrEqual(100_000);
});

test('what is beyond a limit is refused and says why', async () => {
  const server = await startRawServer(() => {});
  const recorder = await startRecorder(server.url, { limits: { exchanges: 1, requestBytes: 10 } });
  const long = await exchange(recorder, { path: '/x', body: 'x'.repeat(20) });
  expect([long.status, String(long.body)]).toEqual([413, expect.stringContaining('more than 10 bytes')]);
  const leaver = new AbortController();
  const hanging = exchange(recorder, { path: '/x', method: 'GET', signal: leaver.signal });
  const refused = await exchange(recorder, { path: '/x', method: 'GET', leaveAfterBytes: 1 });
  leaver.abort();
  await hanging;
  expect([refused.status, String(refused.body)]).toEqual([503, expect.stringContaining('1 exchanges are under way')]);
});

test('the file is for its owner only, replaces no other, and only a recording where that is forced', async () => {
  const server = await startRawServer((socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
  const file = join(temporaryDirectory(), 'new', 'recording.ndjson');
  const common = { upstream: server.url, file, port: 0, host: '127.0.0.1', redact: [], only: ['/api/*'], env: {} };
  const first = await startRecording({ ...common, replaces: false });
  await fetch(`${first.url}/api/v1/chat`);
  await fetch(`${first.url}/health`);
  expect(await first.close()).toEqual({ exchanges: 1, hidden: { secrets: 0, texts: 0 } });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await expect(startRecording({ ...common, replaces: false })).rejects.toThrow(
    'it exists already. Name another directory with --out, or replace it with --force.',
  );
  await (await startRecording({ ...common, replaces: true })).close();
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
  writeFileSync(file, 'my thesis');
  await expect(startRecording({ ...common, replaces: true })).rejects.toThrow('is not a recording');
  expect(readFileSync(file, 'utf8')).toBe('my thesis');
  expect(existsSync(join(file, '..', 'scenarios'))).toBe(false);
});

test.each([
  ['nowhere', 'it is not a base URL'],
  ['ftp://a.test', 'it is not a base URL'],
  ['http://me:pass@a.test', 'the base URL holds a password'],
  ['http://a.test/?key=1', 'has a query or a fragment'],
])('%s cannot be recorded: %s', async (upstream, message) => {
  await expect(startRecorder(upstream)).rejects.toThrow(message);
});

function defer() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
