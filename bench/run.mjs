import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Side by side in one run: chat-mock (built), a bare Hono app and a hand-written node:http server, the same bytes. */
const root = new URL('..', import.meta.url).pathname;
const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'chat-mock-bench-'));
const files = {
  list: join(folder, 'list.json'),
  stream: join(folder, 'stream.txt'),
  scenarios: join(folder, 'scenarios'),
};
const key = { authorization: 'Bearer x', 'content-type': 'application/json' };
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

mkdirSync(files.scenarios);
const delta = (index) => `delta ${index} ${'of some sixty characters, so that a frame has 120 bytes'.slice(0, 52)} `;
const deltas = (count) => Array.from({ length: count }, (_, index) => delta(index));
const scenario = (name, pace, pieces) =>
  writeFileSync(
    join(files.scenarios, `${name}.json`),
    JSON.stringify({ scenario: name, pace, steps: [{ text: pieces.join(''), deltas: pieces }] }),
  );
scenario('bench-instant', { first_ms: 0, tokens_per_second: 1000, jitter: 0 }, deltas(200));
scenario('bench-paced', { first_ms: 100, tokens_per_second: 10, jitter: 0 }, deltas(50));
writeFileSync(files.list, '{}');
writeFileSync(files.stream, '');

const mockArgs = (...more) => [join(root, 'dist/bin/chat-mock.js'), 'serve', '--port', '0', '--json', ...more];
const otherArgs = (kind) => [join(root, 'bench/servers.mjs'), kind, files.list, files.stream];

async function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve) => lines.once('line', (line) => resolve(JSON.parse(line).url)));
  lines.on('line', () => {});
  return { url, stop: () => new Promise((resolve) => child.once('exit', resolve).kill('SIGKILL')) };
}

function load(kind, url, seconds, ids) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(root, 'bench/client.mjs'), kind, url, String(seconds), JSON.stringify(ids)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.once('exit', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`The client of ${kind} failed.`)),
    );
  });
}

async function createSessions(url, count) {
  const ids = [];
  for (let index = 0; index < count; index++)
    ids.push((await (await fetch(`${url}/api/v1/chat`, { method: 'POST', headers: key })).json()).session_id);
  return ids;
}

/** Spawn to the first whole list. */
async function coldStartMs(args) {
  const startMs = performance.now();
  const server = await start(args);
  await (await fetch(`${server.url}/api/v1/chat?page_size=20`, { headers: key })).arrayBuffer();
  const tookMs = performance.now() - startMs;
  await server.stop();
  return tookMs;
}

/** Rounds of each in turn, so that drift of the machine meets all alike. */
async function inTurn(contestants, measure) {
  const seen = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of Object.entries(contestants)) seen[name].push(await measure(contestant));
  }
  return Object.fromEntries(Object.entries(seen).map(([name, values]) => [name, median(values)]));
}

const rows = [];
const row = (what, unit, mine, other, against, target, digits = 0) =>
  rows.push(
    `| ${what} | ${mine.toFixed(digits)} ${unit} | ${other.toFixed(digits)} ${unit} (${against}) | ${(mine / other).toFixed(2)} × | ${target} |`,
  );

const sample = await start(
  mockArgs('--sessions', '20', '--quiet', '--speed', 'instant', '--scenarios', files.scenarios),
);
writeFileSync(files.list, await (await fetch(`${sample.url}/api/v1/chat?page_size=20`, { headers: key })).text());
const [first] = await createSessions(sample.url, 1);
writeFileSync(
  files.stream,
  await (
    await fetch(`${sample.url}/api/v1/chat/${first}/messages/stream`, {
      method: 'POST',
      headers: key,
      body: '{"index_ids":["a"],"prompt":"/bench-instant"}',
    })
  ).text(),
);
await sample.stop();
const frameCount = readFileSync(files.stream, 'utf8').split('\n\n').length - 1;

const cold = await inTurn({ mock: mockArgs('--quiet'), hono: otherArgs('hono'), node: otherArgs('node') }, coldStartMs);
row('start-up: spawn to the first list', 'ms', cold.mock, cold.hono, 'bare Hono', '≤ 1.15 ×');
const mass = await inTurn({ none: mockArgs('--quiet'), many: mockArgs('--quiet', '--sessions', '10000') }, coldStartMs);
row('the same with --sessions 10000', 'ms', mass.many, mass.none, 'none generated', '< 1,000 ms');

const servers = {
  mock: await start(mockArgs('--sessions', '20', '--quiet')),
  logged: await start(mockArgs('--sessions', '20')),
  hono: await start(otherArgs('hono')),
  node: await start(otherArgs('node')),
};
// Servers run long: what is measured is the warm code.
for (const { url } of [servers.mock, servers.logged, servers.hono, servers.node]) await load('list', url, 3, []);
const lists = await inTurn(servers, async ({ url }) => (await load('list', url, 2, [])).whole / 2);
row('list of 20, --quiet', 'requests/s', lists.mock, lists.hono, 'bare Hono', '≥ 0.85 ×');
row('list of 20, with its log', 'requests/s', lists.logged, lists.hono, 'bare Hono', '');
row('list of 20, --quiet', 'requests/s', lists.mock, lists.node, 'node:http', '');
await Promise.all(['mock', 'logged', 'hono'].map((name) => servers[name].stop()));

const instant = await start(mockArgs('--quiet', '--speed', 'instant', '--scenarios', files.scenarios));
await load('streams', instant.url, 3, await createSessions(instant.url, 32));
await load('streams', servers.node.url, 3, ['x']);
const events = await inTurn({ mock: instant, node: servers.node }, async (server) => {
  // New sessions each round: a history that grows is not what is measured.
  const ids = server === instant ? await createSessions(instant.url, 32) : ['x'];
  return ((await load('streams', server.url, 2, ids)).whole * frameCount) / 2;
});
row(`instant streams of ${frameCount} events`, 'events/s', events.mock, events.node, 'node:http', '≥ 1.00 ×');
await Promise.all([instant.stop(), servers.node.stop()]);

const pacedServer = await start(mockArgs('--quiet', '--scenarios', files.scenarios));
const paced = await load('paced', pacedServer.url, 10, await createSessions(pacedServer.url, 1000));
await pacedServer.stop();
rows.push(
  `| 1,000 paced streams at once, 10 events/s | ${paced.events} of ${paced.wanted} events; late p50 ${paced.p50} ms, p99 ${paced.p99} ms | – | – | every event, p50 ≤ 5 ms |`,
);

const text = `# Results

\`npm run bench\`: medians of ${rounds} interleaved rounds in one run. Absolute figures are of that machine and hour; the ratios are what counts.
Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}.

| what | chat-mock | beside it | ratio | wanted |
|---|--:|--:|--:|--:|
${rows.join('\n')}
`;
writeFileSync(join(root, 'bench/results.md'), text);
console.log(text);
