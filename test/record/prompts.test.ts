import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RecordedExchange, RecordingLine } from '../../src/contract/record/recording.ts';
import { buildMock } from '../../src/node/mock.ts';
import { importFiles } from '../../src/record/import-files.ts';
import { createPromptRedactor } from '../../src/record/prompts/prompt-redactor.ts';
import { createPseudonyms } from '../../src/record/prompts/pseudonyms.ts';
import { readSpelling } from '../../src/record/prompts/spelling.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { exchange } from '../support/raw-client.ts';
import { startRawServer, startRecorder } from '../support/recorder.ts';
import { recordVerify, replayText } from '../support/recordings.ts';
import { flowsNamed } from '../support/verify.ts';

const shape = (text: string) =>
  text
    .replaceAll(/\p{Lu}/gu, 'A')
    .replaceAll(/\p{Ll}/gu, 'a')
    .replaceAll(/\d/g, '1');

test.each([
  ['words, also repeated', 'The merger of Acme and ACME, the Merger.'],
  ['numbers', 'In 2026 it cost 1,204.50 €, 7 % less; 0 left, 007 too.'],
  ['a URL', 'https://user@example.test:8080/a/b-c_d?q=plum&x=%C3%BCber#top'],
  ['code', 'const x1 = (a, b) => { return "a\\n" }; // TODO: größer'],
  ['white space', '\ta  b\r\n\n c\u00a0d\u2028e'],
  ['accents, composed or not', 'Café cafe\u0301 ÀÉÎ straße Ÿ'],
  ['other alphabets', 'Привет мир, Ελληνικά עברית العربية हिन्दी ไทยและ 한국어'],
  ['Chinese and Japanese', '北京的春天很美。北京!東京はどうですか。カタカナ'],
  ['emoji', 'Well 🎈🎈 👩‍💻 ❤️ 🇩🇪 👍🏽 ✅'],
  ['nothing', ''],
])('the pseudonyms of %s keep lengths, case and all that is no word', (_, text) => {
  const replace = createPseudonyms();
  const replaced = replace(text);
  expect([replaced.length, Buffer.byteLength(replaced)]).toEqual([text.length, Buffer.byteLength(text)]);
  const others = (given: string) => given.replaceAll(/[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{RI}]/gu, '·');
  expect(others(replaced)).toBe(others(text));
  if (/^[\0-\x7f]*$/.test(text)) expect(shape(replaced)).toBe(shape(text));
  for (const [word] of text.matchAll(/(?!https)[\p{L}\p{M}]{5,}/gu)) expect(replaced).not.toContain(word);
  expect(replace(text)).toBe(replaced);
  if (/\p{L}{4}/u.test(text)) expect(createPseudonyms()(text)).not.toBe(replaced);
});

test('the same word is the same pseudonym in any case, and two words never are', () => {
  const replace = createPseudonyms();
  const [one, two, three] = replace('Revenue revenue REVENUE').split(' ');
  expect([two?.toUpperCase(), one?.toLowerCase()]).toEqual([three, two]);
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const short = [...letters, ...letters.flatMap((a) => letters.map((b) => a + b)), ...'0123456789', '10', '01', '00'];
  expect(new Set(short.map(replace)).size).toBe(short.length);
});

/** Forty words, none of which may be in a file. */
function createPlants() {
  const planted: string[] = [];
  return {
    planted,
    word: () => {
      const letters = (planted.length + 1).toString(5).replaceAll(/\d/g, (digit) => 'bdfgk'.charAt(Number(digit)));
      const word = `plum${letters}quartz`;
      planted.push(word);
      return word;
    },
  };
}

const frame = (event: { readonly type: string } & Readonly<Record<string, unknown>>) =>
  `event: ${event.type.endsWith('_delta') ? 'delta' : 'message'}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`;

test('forty words in forty places are in no file, and the stream still adds up', async () => {
  const { planted, word } = createPlants();
  const [thought, said] = [`${word()} ${word()} 🎈 Größe ${word()}`, `Of ${word()}: ${word()}, ${word()}.`];
  const cut = (type: string, text: string) =>
    (text.match(/[\s\S]{1,4}/g) ?? []).map((content) => frame({ type, content }));
  const escaped = [...word()].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const nested = JSON.stringify({ note: word(), [word()]: [word(), 4711, { deep: word() }] });
  const body = [
    `: ${word()}\r\n\r\n`,
    frame({ type: 'user_input', content: word() }),
    ...cut('thinking_delta', thought),
    frame({ type: 'thinking', content: thought }),
    frame({
      ...{ type: 'tool_call', name: 'retrieve', call_id: 'kept-call' },
      arguments: { query: word(), [word()]: 1, filters: { owner: [word()], type: word() } },
    }),
    frame({
      ...{ type: 'tool_result', name: 'retrieve', call_id: 'kept-call', result: [{ text: word(), title: word() }] },
      image_attachment: { source_id: 'kept-src', attachment_name: `screens/${word()}.jpg` },
    }),
    frame({ type: 'tool_result', name: 'retrieve', call_id: 'kept-2', result: nested }),
    `event: message\r\ndata: {"type":"note","text":"${escaped}","more":{"any":"${word()}"}}\r\n\r\n`,
    `data: {"type":\r\ndata: "odd_thing", "label": "${word()}"}\r\n\r\n`,
    ...cut('text_delta', said),
    frame({ type: 'text', content: said }),
    `id: ${word()}\r\nunknown: ${word()}\r\ndata: not json ${word()}\r\n\r\n`,
    `event: message\r\ndata: {"type":"stop","usage":{"turns":3},"is_error":true,"error":"${word()}"}\r\n\r\n`,
    `data: {"type":"text_delta","content":"${word()}`,
  ].join('');
  const list = {
    items: [
      { session_id: 'kept-session', generated_title: word(), owner: word(), last_updated_at: '2026-01-02T03:04:05' },
    ],
    next_page_token: 'kept-page',
    events: [
      { type: 'user_input', content: word() },
      { type: 'text', content: `${word()} ${said}` },
    ],
    job_metadata: { error: word(), turns: 3 },
    summary: word(),
  };
  const refusal = {
    detail: [
      { loc: ['body', 'prompt'], msg: `Bad ${word()}`, type: 'string_type', input: { prompt: word(), other: word() } },
      { loc: ['body', 'index_ids', 0], msg: 'Bad', type: 'value_error', input: word(), ctx: { error: word() } },
    ],
  };
  const answers: readonly (readonly [head: string, body: Uint8Array])[] = [
    ['200 OK\r\nContent-Type: text/event-stream', Buffer.from(body)],
    [`422 ${word()}\r\nX-Debug: ${word()}\r\nContent-Type: application/json`, Buffer.from(JSON.stringify(refusal))],
    ['200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json', gzipSync(JSON.stringify(list))],
    ['200 OK\r\nContent-Encoding: br\r\nContent-Type: application/json', brotliCompressSync(JSON.stringify(list))],
    ['500 Oh\r\nContent-Type: text/plain', Buffer.from(`It broke: ${word()} \xe9`, 'latin1')],
    ['400 Bad\r\nContent-Type: application/json', Buffer.from(`{"detail":"${word()}","prompt":"${word()}`)],
  ];
  let asked = 0;
  const server = await startRawServer((socket) => {
    const [head, bytes] = answers[asked] ?? ['204 No Content', Buffer.alloc(0)];
    asked += 1;
    socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]));
  });
  const recorder = await startRecorder(server.url, { redactPrompts: true });
  const percent = [...word()].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
  const paths = [
    `/api/v1/chat/kept-session/messages/stream?project_id=kept-project&q=${word()}&r=${percent}`,
    `/api/v1/chat/kept-session/title?title=${word()}`,
    '/api/v1/chat?page_size=10',
    '/api/v1/chat/kept-session',
    `/search/${word()}`,
    '/api/v1/chat',
  ];
  const got: string[] = [];
  for (const path of paths) {
    const sent = { prompt: `${said} ${word()}`, first_message: word(), index_ids: ['kept-index'], extra: word() };
    const headers = { 'X-Prompt': word(), Referer: `https://app.test/${word()}`, 'X-Base': btoa(word()) };
    got.push(String((await exchange(recorder, { path, headers, body: sent })).body));
  }
  const exchanges = await recorder.stop();
  expect(got[0]).toBe(body); // The client gets what was sent.
  const text = readFileSync(recorder.file, 'utf8');
  expect(planted.length).toBeGreaterThanOrEqual(40);
  const unescaped = readSpelling(readSpelling(text, 'json').plain, 'all').plain;
  expect(planted.filter((one) => text.includes(one) || unescaped.includes(one) || text.includes(btoa(one)))).toEqual(
    [],
  );
  for (const kept of ['session', 'call', 'src', '2', 'page', 'project', 'index'])
    expect(text).toContain(`kept-${kept}`);

  const [stream, refused, packed] = exchanges.map(({ response }) => String(response?.body));
  expect(Buffer.byteLength(stream ?? '')).toBe(Buffer.byteLength(body));
  const events = (stream?.match(/(?<=data: )\{.*\}(?=\r\n)/g) ?? []).map((data) => JSON.parse(data));
  const sum = (type: string) =>
    events
      .filter((one) => one.type === type)
      .map(({ content }) => content)
      .join('');
  expect(sum('thinking_delta')).toBe(sum('thinking'));
  expect(sum('text_delta')).toBe(sum('text'));
  expect(sum('text')).toMatch(/^[A-Z][a-z] [a-z]{4,}: [a-z]+, [a-z]+\.$/);
  // The history, the request and the answer have the same words.
  expect(packed).toContain(sum('text'));
  expect(exchanges.map(({ request }) => request.body?.toString().includes(sum('text')))).not.toContain(false);
  expect(JSON.parse(refused ?? '')).toMatchObject({ detail: [{ loc: ['body', 'prompt'], type: 'string_type' }, {}] });
  expect(() =>
    JSON.parse(events.find(({ call_id, type }) => call_id === 'kept-2' && type === 'tool_result')?.result),
  ).not.toThrow();
});

test('a recording that is imported with pseudonyms is judged as before', async () => {
  const flows = flowsNamed('one-turn', 'walk', 'title-persists');
  const { report, text } = await recordVerify({ fetch: buildMock({ speed: 'instant' }).fetch, flows });
  const { conceal } = createPromptRedactor();
  let replaced = 0;
  const hidden = text.split('\n').map((line) => {
    if (!line.startsWith('{"exchange"')) return line;
    const { exchange: given } = JSON.parse(line) as Extract<RecordingLine, { exchange: RecordedExchange }>;
    const shown = conceal(given);
    replaced += shown.replaced;
    return JSON.stringify({ exchange: shown.exchange });
  });
  const verdicts = ({ checks }: typeof report) => checks.map(({ id, verdict }) => `${id} ${verdict}`);
  expect(verdicts(await replayText(hidden.join('\n')))).toEqual(verdicts(report));
  expect(replaced).toBeGreaterThan(50);
});

test('a body whose encoding nobody can undo is left out', () => {
  const body = { base64: Buffer.from('\x01\xff plumquartz', 'latin1').toString('base64') };
  const headers: [string, string][] = [['content-encoding', 'x-secret']];
  const { exchange: shown } = createPromptRedactor().conceal({
    ...{ id: 1, number: 1, flow: null, role: null, operation: null, session_id: null, start_ms: 0, end_ms: 3 },
    request: { method: 'POST', target: '/', headers, body },
    response: { status: 200, headers, headers_ms: 1, body, chunks: [[2, 13]] },
    ...{ ending: 'complete', reason: null, retries: 0, is_broken: false },
  });
  expect(shown.request).toMatchObject({ headers: [], body: '~'.repeat(13) });
  expect(shown.response).toMatchObject({ body: '~'.repeat(13), decoded: expect.stringContaining('was left out') });
});

test('import replaces texts, too, and says how many', async () => {
  const stop = { type: 'stop', usage: {}, is_error: false, error: null };
  const directory = temporaryDirectory({
    'a.sse': frame({ type: 'text', content: 'plumquartz' }) + frame(stop),
  });
  const out = `${directory}/recorded/recording.ndjson`;
  const files = [`${directory}/a.sse`];
  const { hidden } = await importFiles({ files, out, redact: [], redactPrompts: true, replaces: false });
  expect(hidden).toEqual({ secrets: 0, texts: 1 });
  expect(readFileSync(out, 'utf8')).not.toContain('plumquartz');
});
