import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import Newest from '@llamaindex/llama-cloud';
import Older from 'llama-cloud-2.8';
import { chromium } from 'playwright-core';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { chromiumOptions, hasChromium } from '../support/chromium.ts';

/** More than the six that a browser opens to one origin over HTTP/1.1. */
const STREAMS = 12;
const mock = createChatMock({
  speed: 'instant',
  scenarios: [
    defineScenario({ scenario: 'held', steps: [{ think: 'Hm.' }, { hold: 'go' }, { text: 'Yes.' }] }),
    defineScenario({ scenario: 'cut', steps: [{ text: 'No.' }], ends: { after: { event: 1 }, how: 'truncate' } }),
  ],
});
let server: Awaited<ReturnType<typeof mock.listen>>;
/** Undici sends a body only where nothing else is under way, so it opens a connection for each turn. */
let agent: Agent;
beforeAll(async () => {
  server = await mock.listen({ tls: 'self-signed' });
  const ca = readFileSync(server.certificate?.certFile ?? '', 'utf8');
  agent = new Agent({ allowH2: true, connect: { ca } });
});
afterAll(async () => {
  await agent.destroy();
  await server.close();
});

const turn = (prompt: string) => ({ prompt, index_ids: ['idx-abc123'] });
/** Resolves once so many streams of a world wait at the hold. */
const allHeld = async (world: string) => {
  for (;;) {
    const held = mock.world(world).streams.filter(({ hold }) => hold === 'go');
    if (held.length === STREAMS) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const isWhole = (text: string) => text.includes('"type":"stop"') && text.includes('Yes.');

test.each([
  ['2.16.0', Newest],
  // The cast: what is used of both is the same, but their classes are declared apart.
  ['2.8.0', Older as unknown as typeof Newest],
])('the official SDK %s: a session, twelve streams at once, and one that is cut', async (version, Client) => {
  const overHttp2 = ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent })) as never; // Undici's own types differ from those of the DOM.
  const world = `sdk ${version}`;
  const { chat } = new Client({
    ...{ baseURL: server.url, apiKey: 'any', maxRetries: 0, fetch: overHttp2 },
    defaultHeaders: { 'X-Test-Id': world },
  }).beta;
  const ids = await Promise.all(Array.from({ length: STREAMS }, async () => (await chat.create()).session_id));
  const streams = ids.map((id) => chat.stream(id, turn('/held')));
  await allHeld(world);
  mock.world(world).release('go');
  expect((await Promise.all(streams)).map((text) => isWhole(String(text)))).toEqual(ids.map(() => true));
  const [id = ''] = ids;
  expect((await chat.retrieve(id)).events.at(-1)).toMatchObject({ type: 'stop' });
  const cut = await chat.stream(id, turn('/cut')).asResponse();
  await expect(cut.text()).rejects.toMatchObject({ cause: { code: 'ERR_HTTP2_STREAM_ERROR' } });
  await chat.delete(id);
  await expect(chat.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

test('curl --http2 shows the stream as it comes, and names the code of one that is cut', async () => {
  const ask = (prompt: string) =>
    promisify(execFile)('curl', [
      ...['-sS', '--http2', '--cacert', server.certificate?.certFile ?? '', '-w', '\n%{http_version} %{http_code}'],
      ...['-H', 'authorization: Bearer any', '-H', 'content-type: application/json', '-H', 'X-Test-Id: curl'],
      ...['-d', JSON.stringify(turn(prompt)), `${server.url}/api/v1/chat/ses-never-run/messages/stream`],
    ]);
  const { stdout } = await ask('/q3-findings');
  expect(stdout).toMatch(/"type":"stop"[\s\S]*\n2 200$/);
  const { code, stderr } = await ask('/cut').then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => error,
  );
  expect([code, stderr]).toEqual([92, expect.stringContaining('INTERNAL_ERROR')]);
});

test.skipIf(!hasChromium)('Chromium reads twelve streams at once over one connection', async () => {
  const key = server.certificate?.publicKeySha256 ?? '';
  const browser = await chromium.launch({
    ...chromiumOptions,
    args: [...chromiumOptions.args, `--ignore-certificate-errors-spki-list=${key}`],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/__mock/`);
    const reading = page.evaluate(
      async ({ count, body }) => {
        const headers = { authorization: 'Bearer any', 'content-type': 'application/json', 'X-Test-Id': 'chromium' };
        const post = (path: string, text: string) => fetch(path, { method: 'POST', headers, body: text });
        const read = async () => {
          const { session_id: id } = (await (await post('/api/v1/chat', '{}')).json()) as { session_id: string };
          return (await post(`/api/v1/chat/${id}/messages/stream`, body)).text();
        };
        const texts = await Promise.all(Array.from({ length: count }, read));
        // Node's types have no such entries of a page.
        const entries = performance.getEntriesByType('resource') as unknown as {
          name: string;
          nextHopProtocol: string;
        }[];
        const streams = entries.filter(({ name }) => name.endsWith('/stream'));
        return { texts, protocols: [...new Set(streams.map(({ nextHopProtocol }) => nextHopProtocol))] };
      },
      { count: STREAMS, body: JSON.stringify(turn('/held')) },
    );
    await allHeld('chromium');
    mock.world('chromium').release('go');
    const { texts, protocols } = await reading;
    expect([texts.map(isWhole), protocols]).toEqual([texts.map(() => true), ['h2']]);
    expect(texts).toHaveLength(STREAMS);
  } finally {
    await browser.close();
  }
});
