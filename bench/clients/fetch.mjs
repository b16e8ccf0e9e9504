import { createChatMock } from '../../dist/index.js';
import { readTask } from './task.mjs';

/** Reads turns without a socket for a time: of `mock.fetch`, or of a bare `ReadableStream` that sends the same frames. */
const { kind, seconds, warmSeconds, steps, frames } = readTask();
const mock = createChatMock({ speed: 'instant', scenarios: [{ scenario: 'turn', steps }] });
const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
const post = (path, body) => mock.fetch(`http://mock${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
const chunks = frames.map((frame) => new TextEncoder().encode(frame));

const open = {
  mock: async () => {
    const { session_id } = await (await post('/api/v1/chat', {})).json();
    return post(`/api/v1/chat/${session_id}/messages/stream`, { prompt: '/turn', index_ids: ['a'] });
  },
  bare: async () => {
    let next = 0;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (next < chunks.length) controller.enqueue(chunks[next++]);
          else controller.close();
        },
      }),
    );
  },
}[kind];

await read(warmSeconds);
const before = process.cpuUsage();
const turns = await read(seconds);
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    perSecond: (turns * frames.length) / seconds,
    perCpuSecond: (turns * frames.length * 1e6) / (user + system),
  }),
);

async function read(forSeconds) {
  const endMs = performance.now() + forSeconds * 1000;
  let turns = 0;
  while (performance.now() < endMs) {
    for await (const chunk of (await open()).body) if (chunk.length === 0) throw new Error('an empty read');
    turns += 1;
  }
  return turns;
}
