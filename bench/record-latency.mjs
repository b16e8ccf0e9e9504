/**
 * `node bench/record-latency.mjs`: what `chat-mock record` adds to a request and to each chunk of a stream, beside the
 * same requests without it, taken in turn; and how far from their recorded times the chunks of a replay come. Needs
 * `npm run build`. Three processes of their own: the service, the proxy, the replay.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const [ROUNDS, REQUESTS, CHUNKS, GAP_MS] = [8, 40, 60, 20];
const nowMicros = () => Number(process.hrtime.bigint() / 1000n);
const STREAM = '/api/v1/chat/ses-1/messages/stream';

if (process.argv[2] === 'serve') serve();
else await measure();

/** A service whose deltas say when they were written, on the clock that all processes of a machine share. */
function serve() {
  const frame = (event) =>
    `event: ${event.type.endsWith('_delta') ? 'delta' : 'message'}\ndata: ${JSON.stringify(event)}\n\n`;
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    if (incoming.url !== STREAM) {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}');
      return;
    }
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const written = [];
    const timer = setInterval(() => {
      if (written.length < CHUNKS) {
        written.push(`${nowMicros()} `);
        outgoing.write(frame({ type: 'text_delta', content: written.at(-1) }));
        return;
      }
      clearInterval(timer);
      outgoing.write(frame({ type: 'text', content: written.join('') }));
      outgoing.end(frame({ type: 'stop', usage: {}, is_error: false, error: null }));
    }, GAP_MS);
  });
  server.listen(0, '127.0.0.1', () =>
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
  );
}

async function measure() {
  const directory = mkdtempSync(join(tmpdir(), 'chat-mock-latency-'));
  const bin = fileURLToPath(new URL('../dist/bin/chat-mock.js', import.meta.url));
  const service = await start([fileURLToPath(import.meta.url), 'serve']);
  const proxy = await start([bin, 'record', service.url, '--out', directory, '--port', '0', '--json']);
  const times = { direct: { request: [], chunk: [] }, proxy: { request: [], chunk: [] } };
  try {
    await round(service.url, { warm: true });
    await round(proxy.url, { warm: true });
    for (let number = 0; number < ROUNDS; number += 1)
      for (const [name, { url }] of Object.entries({ direct: service, proxy })) {
        const { requests, chunks } = await round(url, { prompt: `${name} ${number}` });
        times[name].request.push(...requests);
        times[name].chunk.push(...chunks);
      }
    await proxy.stop();
    for (const of of ['request', 'chunk']) {
      const [direct, through] = [times.direct[of], times.proxy[of]];
      const added = [0.5, 0.99].map((part) => quantile(through, part) - quantile(direct, part));
      console.log(
        `${of}: direct ${show(direct)}, through the proxy ${show(through)}, added p50 ${added[0].toFixed(2)} ms, p99 ${added[1].toFixed(2)} ms`,
      );
    }
    const off = await replay(directory, bin);
    console.log(`replay: ${off.length} chunks, off by ${show(off.map(Math.abs))} from their recorded times`);
  } finally {
    await proxy.stop();
    await service.stop();
    rmSync(directory, { recursive: true });
  }
}

async function round(url, { prompt = 'warm', warm = false }) {
  const agent = new Agent({ keepAlive: true });
  const requests = [];
  for (let number = 0; number < REQUESTS; number += 1) {
    const from = nowMicros();
    await ask(url, { agent, path: '/api/v1/chat' });
    requests.push((nowMicros() - from) / 1000);
  }
  const chunks = [];
  if (!warm)
    await ask(url, {
      ...{ agent, path: STREAM, prompt },
      onChunk: (text) => {
        const written = /"text_delta","content":"(\d+) /.exec(text)?.[1];
        if (written) chunks.push((nowMicros() - Number(written)) / 1000);
      },
    });
  agent.destroy();
  return { requests: requests.slice(5), chunks };
}

/** Asks a mock that was made from the recording for each turn, and compares when its chunks come. */
async function replay(directory, bin) {
  const paths = ['--scenarios', 'scenarios', '--fixtures', 'sessions', '--choices', 'choices.yaml'];
  const args = paths.map((path) => (path.startsWith('--') ? path : join(directory, path)));
  const mock = await start([bin, '--port', '0', '--json', '--quiet', '--speed', '1', ...args]);
  const off = [];
  // The first turn compiles the code, as those of the service and the proxy have before they are measured.
  const created = await fetch(`${mock.url}/api/v1/chat`, { method: 'POST', headers: { authorization: 'Bearer any' } });
  const { session_id: other } = await created.json();
  for (const prompt of ['/fast', '/fast'])
    await ask(mock.url, { agent: new Agent(), path: `/api/v1/chat/${other}/messages/stream`, prompt });
  const lines = readFileSync(join(directory, 'recording.ndjson'), 'utf8').trimEnd().split('\n');
  const turns = lines
    .flatMap((line) => JSON.parse(line).exchange ?? [])
    .filter(({ request: { target } }) => target === STREAM);
  for (const { request: sent, response } of turns) {
    const agent = new Agent();
    const body = Buffer.from(response.body);
    let end = 0;
    const ends = response.chunks.map(([, size]) => {
      end += size;
      return end;
    });
    let received = 0;
    const from = nowMicros();
    await ask(mock.url, {
      ...{ agent, path: STREAM, prompt: JSON.parse(sent.body).prompt },
      onChunk: (text) => {
        received += Buffer.byteLength(text);
        const index = ends.indexOf(received);
        if (index !== -1) off.push((nowMicros() - from) / 1000 - response.chunks[index][0]);
      },
    });
    if (received !== body.length) throw new Error(`The replay sent ${received} bytes of ${body.length}.`);
    agent.destroy();
  }
  await mock.stop();
  return off;
}

function ask(url, { agent, path, prompt, onChunk }) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
    const sent = request(
      `${url}${path}`,
      { agent, headers, method: prompt === undefined ? 'GET' : 'POST' },
      (incoming) => {
        incoming.setEncoding('utf8');
        incoming.on('data', (text) => onChunk?.(text));
        incoming.on('end', resolve);
        incoming.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(prompt === undefined ? undefined : JSON.stringify({ prompt, index_ids: ['idx-1'] }));
  });
}

async function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  child.stdout.resume();
  let closed = null;
  return {
    url: JSON.parse(line).url,
    stop: () => {
      closed ??= once(child, 'close');
      child.kill('SIGINT');
      return closed;
    },
  };
}

function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function show(values) {
  return `p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`;
}
