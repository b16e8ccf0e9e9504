import { createRequire } from 'node:module';
import { createChatMock } from '../../dist/index.js';
import { readTask } from './task.mjs';

/** Calls without a socket for a time: of `mock.fetch`, or of the global fetch that msw intercepts with the same bytes. */
const { kind, installed, seconds, warmSeconds, list, frames, headers: streamHeaders, steps } = readTask();
const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
const origin = 'http://mock.test';
const mock = createChatMock({ speed: 'instant', scenarios: [{ scenario: 'turn', steps }] });
const send = kind === 'mock' ? mock.fetch : interceptFetch();
const created = kind === 'mock' ? await (await post('/api/v1/chat', {})).json() : { session_id: 'x' };

const calls = {
  list: () => send(`${origin}/api/v1/chat?page_size=20`, { headers }),
  turn: () => post(`/api/v1/chat/${created.session_id}/messages/stream`, { prompt: '/turn', index_ids: ['a'] }),
};
const rates = {};
for (const [name, call] of Object.entries(calls)) {
  await repeat(call, warmSeconds);
  const before = process.cpuUsage();
  const count = await repeat(call, seconds);
  const { user, system } = process.cpuUsage(before);
  rates[name] = (count * 1e6) / (user + system);
}
console.log(JSON.stringify(rates));

function post(path, body) {
  return send(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function interceptFetch() {
  const load = createRequire(`${installed}/package.json`);
  const { setupServer } = load('msw/node');
  const { http } = load('msw');
  const chunks = frames.map((frame) => new TextEncoder().encode(frame));
  const play = () =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
  setupServer(
    http.get(`${origin}/api/v1/chat`, () => new Response(list, { headers: { 'content-type': 'application/json' } })),
    http.post(`${origin}/api/v1/chat/:id/messages/stream`, () => new Response(play(), { headers: streamHeaders })),
  ).listen();
  return fetch;
}

async function repeat(call, forSeconds) {
  const endMs = performance.now() + forSeconds * 1000;
  let count = 0;
  while (performance.now() < endMs) {
    for await (const chunk of (await call()).body) if (chunk.length === 0) throw new Error('an empty read');
    count += 1;
  }
  return count;
}
