import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { readSpec, ready, tellStop } from './spec.mjs';

/** `node bare-hono.mjs SPEC`: what a good hand-written server does. Hono as its guide shows it, with the bytes of the mock. */
const { list, session, created, stream } = readSpec(process.argv[2]);
const { frames, waitsMs } = stream;
const bytes = frames.map((frame) => new TextEncoder().encode(frame));
const app = new Hono();
const json = { 'content-type': 'application/json' };

app.get('/api/v1/chat', (c) => c.body(list, 200, json));
app.post('/api/v1/chat', async (c) => {
  await c.req.json();
  return c.body(created, 201, json);
});
app.get('/api/v1/chat/:session_id', (c) => c.body(session, 200, json));
app.post('/api/v1/chat/:session_id/messages/stream', async (c) => {
  await c.req.json();
  return c.body(play(), 200, stream.headers);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port));

function play() {
  let next = 0;
  let timer;
  return new ReadableStream({
    start(controller) {
      const go = () => {
        for (; next < bytes.length; next++) {
          const waitMs = waitsMs[next];
          if (waitMs > 0 && timer === undefined) {
            timer = setTimeout(go, waitMs);
            return;
          }
          timer = undefined;
          controller.enqueue(bytes[next]);
        }
        controller.close();
      };
      go();
    },
    cancel() {
      clearTimeout(timer);
      tellStop();
    },
  });
}
