/**
 * `node bench/hash-turns.mjs [ROOT]`: SHA-256 of all that a client of the mock built in ROOT (default: this tree)
 * reads from its socket, chunk borders and status lines included, over more than a thousand turns: every built-in
 * scenario twice, the generated agent, and one long script with each kind of `wire` and `ends`. History and stream
 * records are hashed with it, and what the same built-in scenarios give to `mock.fetch`.
 */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const { createChatMock } = await import(`file://${root}/dist/index.js`);

const wires = [
  {},
  { newline: 'crlf' },
  { ids: true },
  { retry_ms: 10, bom: true },
  { ping_ms: 50 },
  { split: 'event' },
  { split: { bytes: 97 } },
  { split: 'walk' },
  { split: { join_events: 3 } },
  { split: { random: { max: 200 } } },
  { drop: [1] },
  { duplicate: [2] },
  { swap: [1] },
];
const ends = [
  {},
  { after: { event: 2 }, how: 'close' },
  { after: { byte: 333 }, how: 'truncate' },
  { after: { ms: 700 }, how: 'close' },
  { how: 'truncate' },
];
const faults = wires.flatMap((wire) =>
  ends.map((end) => ({
    ...(Object.keys(wire).length > 0 && { wire }),
    ...(Object.keys(end).length > 0 && { ends: end }),
  })),
);
const script = [
  { think: 'I {{company.name}} think' },
  { text: 'Hello {{person.firstName}} there 😀 ok' },
  {
    tool: 'retrieve',
    arguments: { q: '{{word.noun}}', n: [1, { a: '{{word.verb}}' }] },
    takes_ms: 100,
    result: [{ t: '{{company.name}}' }],
  },
  {
    together: [
      { tool: 'a', takes_ms: 300 },
      { tool: 'b', takes_ms: 20, result: { x: 1 } },
      { tool: 'c', takes_ms: 300 },
    ],
  },
  { wait_ms: 40 },
  { event: { type: 'text', content: 'as is' } },
  { raw: ': hi\n\n' },
  { huge: 5000 },
  { text: 'exact', deltas: ['ex', 'act'] },
];
const texts = Array.from({ length: 300 }, (_, index) => ({
  event: { type: 'text', content: `${index} ${'x'.repeat(99)}` },
}));
const paced = { steps: texts.flatMap((step, index) => (index % 7 === 0 ? [step, { wait_ms: 20 }] : [step])) };
const scripts = {
  big: { steps: [{ huge: 3_000_000 }, { text: 'a'.repeat(200_000) }] },
  fail: { steps: [{ text: 'a b c' }, { fail: 'No {{word.noun}}' }] },
  stop: { steps: [{ text: 'a b c' }, { stop: { usage: { turns: 9 }, skipped_index_ids: ['z'] } }] },
  events: { steps: texts },
  paced,
  'long text': { steps: [{ text: 'One two three 😀 four. '.repeat(500) }] },
  ...Object.fromEntries(
    ['fast', 'slow', 'bursty', { burst: 3, jitter: 0 }, { tokens_per_second: 3, jitter: 1 }].map((pace) => [
      `pace ${JSON.stringify(pace)}`,
      { steps: script, pace },
    ]),
  ),
};
const prompts = [
  'What were the main findings in Q3?',
  '',
  'compare churn 2024 with 2025',
  '日本語のテキスト',
  '👩‍👩‍👧 family',
  'contract termination clause',
];
const setups = [
  {},
  { seed: 7, edition: '2026-09' },
  { choices: { echo_user_input: true, optional_keys: 'omitted' }, edition: '2026-08' },
  { choices: { sse_newline: 'crlf', sse_ids: true, sse_ping_ms: 300 } },
];

let turns = 0;
const all = createHash('sha256');
for (const [index, setup] of setups.entries()) {
  const hash = await hashSetup(setup);
  all.update(hash);
  console.log(`setup ${index}  ${hash}`);
}
console.log(`${turns} turns  ${all.digest('hex')}`);

async function hashSetup(setup) {
  const mock = createChatMock({ speed: 'instant', onError: () => {}, ...setup });
  const server = await mock.listen();
  const hash = createHash('sha256');
  /** So many turns of a new session, each with what it is told to do. */
  const converse = async (world, { prompt = 'x', override, times = 1 }) => {
    const headers = { authorization: 'Bearer k', 'x-test-id': world };
    const made = await post(server.port, { path: '/api/v1/chat', body: {}, world });
    const [, id] = /"session_id":"([^"]+)"/.exec(made);
    if (override) mock.world(world).next(override, { times });
    for (let time = 0; time < times; time++) {
      turns += 1;
      const path = `/api/v1/chat/${id}/messages/stream`;
      hash.update(await post(server.port, { path, body: { index_ids: ['idx-abc123'], prompt }, world, mock }));
    }
    hash.update(await (await mock.fetch(`http://mock/api/v1/chat/${id}`, { headers })).text());
    const records = mock.world(world).streams;
    hash.update(
      JSON.stringify(records.map((one) => [one.events, one.bytes, one.end, one.elapsedMs, one.endMs, one.sha256()])),
    );
  };
  for (const name of mock.scenarioNames) {
    await converse(`scenario ${name}`, { prompt: `/${name} Tell me about Q3`, times: 2 });
    hash.update(await fetched(mock, name));
  }
  for (const [nth, prompt] of prompts.entries()) await converse(`prompt ${nth}`, { prompt, times: 3 });
  for (const [nth, fault] of faults.entries()) {
    if (nth > 0) await converse(`agent ${nth}`, { prompt: prompts[0], override: fault });
    await converse(`script ${nth}`, { override: { steps: script, ...fault }, times: 2 });
    if (nth % 3 === 0) await converse(`events ${nth}`, { override: { ...paced, ...fault }, times: 2 });
  }
  for (const [name, override] of Object.entries(scripts)) await converse(name, { override, times: 3 });
  await server.close();
  return hash.digest('hex');
}

/** What comes back over a connection of its own, without the date. What hangs is left, what is held is released. */
function post(port, { path, body, world, mock }) {
  const json = JSON.stringify(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: x',
    'authorization: Bearer k',
    `x-test-id: ${world}`,
    'content-type: application/json',
    'connection: close',
    `content-length: ${Buffer.byteLength(json)}`,
  ];
  return new Promise((settle) => {
    const parts = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${json}`));
    let quiet = 0;
    const watch = setInterval(() => {
      quiet += 1;
      const state = mock?.world(world).streams.at(-1)?.state;
      if (state === 'held') mock.world(world).release();
      // Nothing more comes: it hangs, or never had headers.
      else if (quiet > (state === 'hanging' ? 3 : 25)) socket.destroy();
    }, 20);
    socket.on('data', (part) => {
      quiet = 0;
      parts.push(part);
    });
    socket.on('error', () => parts.push(Buffer.from('reset')));
    socket.on('close', () => {
      clearInterval(watch);
      settle(
        Buffer.concat(parts)
          .toString('latin1')
          .replace(/^date: .*\r\n/im, ''),
      );
    });
  });
}

/** The body of a built-in scenario without a socket, read by read. */
async function fetched(mock, name) {
  const headers = { authorization: 'Bearer k', 'x-test-id': `fetch ${name}` };
  const world = mock.world(`fetch ${name}`);
  const signal = AbortSignal.timeout(1000);
  const reads = [];
  try {
    const made = await mock.fetch('http://mock/api/v1/chat', { method: 'POST', headers, signal });
    const { session_id } = await made.json();
    const url = `http://mock/api/v1/chat/${session_id}/messages/stream`;
    const body = JSON.stringify({ index_ids: ['idx-abc123'], prompt: `/${name}` });
    const asked = mock.fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal,
    });
    const watch = setInterval(() => world.release(), 20);
    try {
      const response = await asked;
      reads.push(String(response.status));
      for await (const read of response.body ?? []) reads.push(Buffer.from(read).toString('hex'));
    } finally {
      clearInterval(watch);
    }
  } catch (error) {
    reads.push(error.name);
  }
  return reads.join(' ');
}
