import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** `node bench/servers.mjs KIND LIST STREAM`: what chat-mock is held against, serving the same bytes. */
const [kind, listFile, streamFile] = process.argv.slice(2);
const list = readFileSync(listFile);
const frames = readFileSync(streamFile, 'utf8').split(/(?<=\n\n)/);
const ready = (port) => console.log(JSON.stringify({ event: 'ready', url: `http://127.0.0.1:${port}` }));

if (kind === 'hono') {
  const app = new Hono();
  const text = list.toString();
  app.get('/api/v1/chat', (c) => c.body(text, 200, { 'content-type': 'application/json' }));
  app.get('/__mock/health', (c) => c.json({ status: 'ok' }));
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port));
} else {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'GET')
      return response.writeHead(200, { 'content-type': 'application/json', 'content-length': list.length }).end(list);
    request.once('end', () => {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      });
      for (const frame of frames) response.write(frame);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1', () => ready(server.address().port));
}
