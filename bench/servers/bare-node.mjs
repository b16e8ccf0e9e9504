import { createServer } from 'node:http';
import { readSpec, ready, tellStop } from './spec.mjs';

/** `node bare-node.mjs SPEC`: the floor. Nothing but `node:http`, which answers with the bytes of the mock. */
const { list, session, created, stream } = readSpec(process.argv[2]);
const { frames, waitsMs } = stream;
const json = (body) => ({ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    request.resume();
    const body = request.url.startsWith('/api/v1/chat/') ? session : list;
    response.writeHead(200, json(body)).end(body);
    return;
  }
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.once('end', () => {
    JSON.parse(text);
    if (request.url === '/api/v1/chat') response.writeHead(201, json(created)).end(created);
    else play(response);
  });
});
server.keepAliveTimeout = 75_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 65_535 }, () => ready(server.address().port));

function play(response) {
  response.writeHead(200, stream.headers);
  let next = 0;
  let timer;
  const go = () => {
    for (; next < frames.length; next++) {
      const waitMs = waitsMs[next];
      if (waitMs > 0 && timer === undefined) {
        timer = setTimeout(go, waitMs);
        return;
      }
      timer = undefined;
      response.write(frames[next]);
    }
    response.end();
  };
  response.once('close', () => {
    if (response.writableFinished) return;
    clearTimeout(timer);
    tellStop();
  });
  go();
}
