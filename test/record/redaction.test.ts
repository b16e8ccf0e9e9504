import { readFileSync } from 'node:fs';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RecordedExchange } from '../../src/contract/record/recording.ts';
import { createTrafficRedactor } from '../../src/record/traffic-redactor.ts';
import { exchange } from '../support/raw-client.ts';
import { startRawServer, startRecorder } from '../support/recorder.ts';

let count = 0;
const planted: string[] = [];
/** A secret that is like no other, and stands nowhere else. */
function secret(shape: (text: string) => string = (text) => text): string {
  count += 1;
  const made = shape(`Zq${count}Secret${(count * 7919).toString(36)}xW`);
  planted.push(made);
  return made;
}

const jwt = (text: string) => `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(text).toString('base64url')}.c2ln${text}`;
const dashed = (text: string) => text.replace(/(.{4})(.{4})/, '$1-$2-');

test('forty secrets in forty places: none is in the file, lengths are as they were, and the rest stands there', async () => {
  const bearer = secret();
  const sse = (event: object) => `event: message\ndata: ${JSON.stringify(event)}\n\n`;
  const inner = JSON.stringify({ api_key: secret(), note: 'kept-inner' });
  const body = [
    sse({
      type: 'text',
      content: `Use the key Bearer ${secret()} and ${secret((text) => `llx-${text}`)} for kept-text`,
    }),
    sse({
      type: 'tool_call',
      name: 'fetch',
      call_id: 'kept-call',
      arguments: { access_token: secret(), password: secret() },
    }),
    sse({ type: 'tool_result', name: 'fetch', call_id: 'kept-call', result: inner }),
    sse({
      type: 'tool_result',
      name: 'x',
      call_id: 'c',
      result: { secrets: [secret(), { deep: secret() }], kept: 'kept-3' },
    }),
    sse({
      type: 'tool_result',
      name: 'x',
      call_id: 'c',
      result: {
        url: `https://s3.test/kept.png?X-Amz-Signature=${secret()}&X-Amz-Credential=${secret()}&X-Amz-Date=${secret()}`,
      },
    }),
    sse({
      type: 'tool_result',
      name: 'x',
      call_id: 'c',
      result: `see https://blob.test/a?sv=${secret()}&sig=${secret()} kept-4`,
    }),
    sse({ type: 'tool_result', name: 'x', call_id: 'c', result: `postgres://admin:${secret()}@db.test/kept-5` }),
    sse({ type: 'text', content: `jwt ${secret(jwt)} and ${secret((text) => `sk-${text}`)} kept-6` }),
    sse({ type: 'text', content: `echo ${bearer} ${Buffer.from(`u:${bearer}`).toString('base64')} kept-7` }),
    sse({
      organization_id: secret(dashed),
      project_id: 'kept-project',
      clientSecret: secret(),
      refreshToken: secret(),
    }),
    sse({ team_name: secret(), 'Team-Name': secret(), private_key: secret(), sessionToken: secret() }),
    `: comment with authorization: Bearer ${secret()}\n\n`,
  ].join('');
  const server = await startRawServer((socket) => {
    const headers = [
      `Set-Cookie: session=${secret()}; Path=/`,
      `set-cookie: csrf_token=${secret()}`,
      `X-Auth-Token: ${secret()}`,
      `Location: https://login.test/kept-path?code=kept&access_token=${secret()}`,
      `X-Amz-Security-Token: ${secret()}`,
      `X-Request-Id: kept-request`,
      `WWW-Authenticate: Bearer realm="kept-realm", error="invalid_token"`,
    ];
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
    );
  });
  const recorder = await startRecorder(server.url, { redact: ['teamName'] });
  const headers = {
    authorization: `Bearer ${bearer}`,
    cookie: `session=${secret()}; theme=${secret()}`,
    'X-API-Key': secret(),
    'Proxy-Authorization': `Basic ${secret()}`,
    'X-Forwarded-Authorization': `Bearer ${secret()}`,
    'X-Csrf-Token': secret(),
    'X-Kept': 'kept-header',
  };
  const query = `api_key=${secret()}&organization_id=${secret()}&project_id=kept-query&token=${secret()}&sig=${secret()}`;
  const sent = {
    prompt: 'kept-prompt',
    auth: { on: '', user: secret(), pass: secret() },
    credentials: secret(),
    apiKey: secret(),
  };
  const got = await exchange(recorder, { path: `/api/v1/chat?${query}`, headers, body: sent });
  expect(String(got.body)).toBe(body);
  const [recorded] = await recorder.stop();
  const text = readFileSync(recorder.file, 'utf8');

  expect(planted.length).toBeGreaterThanOrEqual(40);
  expect(planted.filter((one) => text.includes(one))).toEqual([]);
  expect(text).not.toContain(Buffer.from(bearer).toString('base64').slice(4, -4));
  const kept =
    `${[body, query, JSON.stringify(sent)].join()} kept-request kept-path kept-header kept-realm`.match(
      /kept-?[\w.]+/g,
    ) ?? [];
  expect(kept.filter((one) => !text.includes(one))).toEqual([]);
  expect(Buffer.byteLength(String(recorded?.response?.body))).toBe(Buffer.byteLength(body));
  expect(String(recorded?.request.body).length).toBe(JSON.stringify(sent).length);
  expect(() => JSON.parse(String(recorded?.request.body))).not.toThrow();
  for (const line of String(recorded?.response?.body).match(/(?<=data: ).*/g) ?? [])
    expect(() => JSON.parse(line)).not.toThrow();
});

test('what only looks secret is kept: ids of this API, tokens that are counted, page tokens', async () => {
  const body = JSON.stringify({
    session_id: 'a/b 1%+',
    call_id: 'call-1',
    usage: { total_input_tokens: 812, total_output_tokens: null },
    next_page_token: 'page-2-abcdef',
    key_findings: 'none',
    author: 'Ann',
  }).replace('"key_findings":"none",', '');
  const server = await startRawServer(
    (socket) => void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  );
  const recorder = await startRecorder(server.url);
  await exchange(recorder, { path: '/api/v1/chat?page_token=page-1-abcdef', method: 'GET' });
  const [recorded] = await recorder.stop();
  expect(recorded?.response?.body).toBe(body);
  expect(recorded?.request.target).toBe('/api/v1/chat?page_token=page-1-abcdef');
});

test('a hostile body is looked through in a time that grows with its length only', async () => {
  const { secretPlaces } = await import('../../src/record/secret-places.ts');
  const shapes = ['"a":', '":"', '{"key":[', '\\"', '=&', 'https://a?b=', 'bearer ', '//a', '"token":"\\\\'];
  const work = (text: string) => secretPlaces(text, () => false).length;
  for (const shape of shapes) expect(work(shape.repeat(20_000))).toBeGreaterThanOrEqual(0);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
] as const)('a secret in a body in %s is hidden, in a request and in an answer, whole or cut', async (name, pack) => {
  const value = 'qmc8v2hx7tz5wq0k3n';
  const noise = Array.from({ length: 40_000 }, (_, index) => (index * 7919) % 1009).join();
  const whole = pack(`{"organization_id":"${value}","kept":"kept-1"}`);
  const cut = pack(`{"organization_id":"${value}","kept":"kept-1","noise":"${noise}"}`).subarray(0, -20);
  for (const packed of [whole, cut]) {
    const body = { base64: packed.toString('base64') };
    const { exchange: shown, hidden } = createTrafficRedactor([]).conceal(packedExchange(body, name));
    expect(hidden).toBe(2);
    for (const body of [shown.request.body, shown.response?.body]) {
      expect(body).toContain('kept-1');
      expect(body).not.toContain(value);
    }
    expect(shown.request.headers).toEqual([]);
    expect(shown.response?.chunks).toEqual([[2, String(shown.response?.body).length]]);
    expect(shown.response?.decoded).toContain('since the body has secrets');
  }
});

test('a compressed body without secrets keeps its bytes and chunks', () => {
  const body = { base64: gzipSync('{"kept":"kept-1"}').toString('base64') };
  const given = packedExchange(body, 'gzip');
  expect(createTrafficRedactor([]).conceal(given)).toEqual({ exchange: given, hidden: 0 });
});

/** An exchange whose request and answer have the same compressed body. */
function packedExchange(body: { readonly base64: string }, encoding: string): RecordedExchange {
  const headers = (): [string, string][] => [['Content-Encoding', encoding]];
  return {
    ...{ id: 1, number: 1, flow: null, role: null, operation: null, session_id: null, start_ms: 0, end_ms: 3 },
    request: { method: 'POST', target: '/', headers: headers(), body },
    response: { status: 200, headers: headers(), headers_ms: 1, body, chunks: [[2, 37]] },
    ...{ ending: 'complete', reason: null, retries: 0, is_broken: false },
  };
}
