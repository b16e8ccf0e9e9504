import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScenarios } from '../../src/node/files.ts';
import { importFiles } from '../../src/record/import-files.ts';
import { makeMock } from '../../src/record/mock/make-mock.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';

const frame = (event: { readonly type: string }) =>
  `event: ${event.type.endsWith('_delta') ? 'delta' : 'message'}\ndata: ${JSON.stringify(event)}\n\n`;
const stop = { type: 'stop', usage: {}, is_error: false, error: null };
const frames = [
  { type: 'text_delta', content: 'Fine' },
  { type: 'text_delta', content: ', ü.' },
  { type: 'text', content: 'Fine, ü.' },
  stop,
].map(frame);
const body = frames.join('');
const KEY = 'llx-key-of-mine-123456';
const path = '/api/v1/chat/ses-1/messages/stream';
const sent = JSON.stringify({ prompt: 'How are you?', index_ids: ['a'] });

async function importText(files: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory(files);
  const out = join(directory, 'recorded', 'recording.ndjson');
  const imported = await importFiles({
    files: Object.keys(files).map((name) => join(directory, name)),
    ...{ out, redact: [], replaces: false },
  });
  const made = await makeMock(out);
  const text = readFileSync(out, 'utf8');
  const scenarios = made.scenarios > 0 ? await loadScenarios(join(directory, 'recorded', 'scenarios')) : [];
  return { imported, made, text, scenarios, notes: imported.notes.map((note) => note.replaceAll(`${directory}/`, '')) };
}

const entry = (extra: object = {}, response: object = {}) => ({
  startedDateTime: '2026-11-01T10:00:00.000Z',
  time: 900,
  request: {
    method: 'POST',
    url: `https://api.example.test${path}`,
    headers: [
      { name: ':authority', value: 'api.example.test' },
      { name: 'authorization', value: `Bearer ${KEY}` },
    ],
    postData: { mimeType: 'application/json', text: sent },
    ...extra,
  },
  response: {
    status: 200,
    statusText: 'OK',
    headers: [
      { name: 'content-type', value: 'text/event-stream; charset=utf-8' },
      { name: 'content-encoding', value: 'gzip' },
    ],
    content: { size: body.length, mimeType: 'text/event-stream', text: body },
    ...response,
  },
  timings: { send: 0, wait: 120, receive: 780 },
});
const har = (...entries: readonly object[]) => JSON.stringify({ log: { version: '1.2', entries } });

test('a HAR file: whole bodies at the default pace, without its keys, and what is not in it is said', async () => {
  const { imported, made, text, scenarios, notes } = await importText({
    'a.har': har(
      entry(),
      entry(
        { postData: { text: sent.replace('How', 'Who') } },
        { content: { size: -1, mimeType: 'text/event-stream' } },
      ),
      entry({ url: 'https://cdn.example.test/app.js' }),
    ),
  });
  expect(text).not.toContain(KEY);
  expect(imported).toMatchObject({ exchanges: 2, hidden: { secrets: 2, texts: 0 } });
  expect(notes).toEqual([
    `a.har: the body of POST ${path} is not in the file, since the page left the stream.`,
    'a.har: 1 requests are not for the Chat API, and were left out.',
    'a.har: a HAR file has no times of chunks, so its streams take the default pace.',
  ]);
  expect(made.notes).toEqual([]);
  expect(scenarios).toEqual([
    {
      scenario: '001-how-are-you',
      description: `Recorded: POST ${path}.`,
      when: { prompt: { equals: 'How are you?' }, turn: 1 },
      delay_ms: 120,
      headers: expect.objectContaining({ 'content-type': 'text/event-stream; charset=utf-8' }),
      steps: [{ text: 'Fine, ü.', deltas: ['Fine', ', ü.'] }, { event: stop }],
    },
  ]);
});

/** What `curl -N --trace FILE --trace-time` writes of one part. */
function part(at: string, name: string, bytes: Buffer): string {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += 16) {
    const row = bytes.subarray(from, from + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(
      `${from.toString(16).padStart(4, '0')}: ${hex.padEnd(47)} ${row.toString('latin1').replaceAll(/[^ -~]/g, '.')}`,
    );
  }
  return `${at} ${name}, ${bytes.length} bytes (0x${bytes.length.toString(16)})\n${lines.join('\n')}\n`;
}

const requestHead = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:4010\r\nAuthorization: Bearer ${KEY}\r\n\r\n`;
const responseHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string) => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);

function trace(reads: readonly (readonly [string, Buffer])[]): string {
  return [
    '23:59:59.900000 == Info:   Trying 127.0.0.1:4010...\n',
    part('23:59:59.900000', '=> Send header', Buffer.from(requestHead)),
    part('23:59:59.900100', '=> Send data', Buffer.from(sent)),
    ...responseHead.split(/(?<=\r\n)/).map((line) => part('23:59:59.950000', '<= Recv header', Buffer.from(line))),
    ...reads.map(([at, bytes]) => part(at, '<= Recv data', bytes)),
    '00:00:01.000000 == Info: Connection #0 to host 127.0.0.1 left intact\n',
  ].join('');
}

test('a trace of curl: exact chunks at their times, past midnight, however they were read', async () => {
  const [first = '', second = '', third = '', last = ''] = frames;
  const joined = Buffer.concat([chunk(second), chunk(third)]);
  const { text, scenarios, notes } = await importText({
    'trace.txt': trace([
      ['23:59:59.990000', chunk(first)],
      ['00:00:00.100000', joined.subarray(0, 20)],
      ['00:00:00.200000', joined.subarray(20)],
      ['00:00:00.300000', Buffer.concat([chunk(last), Buffer.from('0\r\n\r\n')])],
    ]),
  });
  expect(text).not.toContain(KEY);
  expect(notes).toEqual([]);
  expect(scenarios).toMatchObject([
    {
      when: { prompt: { equals: 'How are you?' }, turn: 1 },
      delay_ms: 50,
      steps: [
        { wait_ms: 40 },
        { event: { content: 'Fine' } },
        { wait_ms: 210 },
        { event: { content: ', ü.' } },
        { event: { type: 'text' } },
        { wait_ms: 100 },
        { event: stop },
      ],
    },
  ]);
  expect(scenarios[0]).not.toHaveProperty('wire');
  expect(scenarios[0]).not.toHaveProperty('ends');
});

test('a trace whose body is not chunked, and one that ends too soon', async () => {
  const plain = await importText({ 'trace.txt': trace([['23:59:59.990000', Buffer.from(body)]]) });
  expect(plain.scenarios).toMatchObject([{ wire: { split: { at: [Buffer.byteLength(body)] } } }]);
  const cut = await importText({ 'trace.txt': trace([['23:59:59.990000', chunk(frames[0] ?? '')]]) });
  expect(cut.scenarios).toMatchObject([{ ends: { after: { byte: frames[0]?.length }, how: 'truncate' } }]);
});

test('an event that is nested too deeply for a file of a person is raw', async () => {
  const deep = `data: {"type":"note","any":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n\n`;
  const { made, scenarios } = await importText({ 'deep.sse': deep + body });
  expect([made.notes, scenarios[0]]).toMatchObject([[], { steps: [{ raw: deep }, { text: 'Fine, ü.' }, {}] }]);
});

test('the saved body of a stream: a scenario by the name of its file', async () => {
  const { scenarios, notes } = await importText({ 'My Answer.sse': body });
  expect(scenarios).toMatchObject([
    { scenario: 'my-answer', steps: [{ text: 'Fine, ü.', deltas: ['Fine', ', ü.'] }, { event: stop }] },
  ]);
  expect(scenarios[0]).not.toHaveProperty('when');
  expect(notes).toEqual([expect.stringContaining('My Answer.sse: a saved body has no request and no times')]);
});

test('recordings are joined', async () => {
  const one = await importText({ 'a.har': har(entry()) });
  const { imported, scenarios } = await importText({ 'one.ndjson': one.text, 'two.sse': body });
  expect(imported.exchanges).toBe(2);
  expect(scenarios.map(({ scenario }) => scenario)).toEqual(['001-how-are-you', 'two']);
});

test.each([
  ['a.txt', 'hello', 'it is none of the forms that can be read'],
  ['a.har', '{"log":{}}', 'it is not a HAR file, since log.entries'],
  ['a.har', har(entry({}, { status: 2000 })), 'it is not a HAR file, since log.entries.0.response.status'],
  ['a.har', har(entry({ method: '' })), 'it is not a HAR file, since log.entries.0.request.method'],
  ['a.har', `{"log":${'['.repeat(100_000)}`, 'it begins as a HAR file and is not JSON'],
  ['a.har', '{"log":{"entries":[{"__proto__":{}}]}}', 'it is not a HAR file, since log.entries.0'],
  ['a.har', '{"log":', 'it begins as a HAR file and is not JSON'],
  ['a.txt', '12:00:00.000000 == Info: Could not resolve host\n', 'it holds no request for the Chat API'],
])('%s with %j is an error: %s', async (name, text, message) => {
  await expect(importText({ [name]: text })).rejects.toThrow(message);
});

test('names that lead out of the directory, and keys of prototypes, become plain names', async () => {
  const prompts = ['../../../etc/passwd', '__proto__', 'C:\\con', '..'];
  const entries = prompts.map((prompt) =>
    entry({
      url: `https://api.example.test/api/v1/chat/${encodeURIComponent(`${prompt}/x`)}/messages/stream`,
      postData: { mimeType: 'application/json', text: JSON.stringify({ prompt, __proto__: 1, index_ids: ['a'] }) },
    }),
  );
  const { made, scenarios } = await importText({ 'a.har': har(...entries), '...sse': body, '__proto__.sse': body });
  expect(scenarios.map(({ scenario }) => scenario).toSorted()).toEqual([
    '001-etc-passwd',
    '002-proto',
    '003-c-con',
    '004-turn',
    'proto',
    expect.stringMatching(/^stream-\d$/),
  ]);
  for (const { path } of made.files) expect(path).toMatch(/^(?:scenarios\/|sessions\/)?[\w-]+\.yaml$/);
});
