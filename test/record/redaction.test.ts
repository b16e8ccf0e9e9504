import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
