import { connect } from 'node:net';
import { readLongestBlock, startMeasuredMock } from '../harness/measured-mock.ts';
import type { Server } from '../harness/processes.ts';
import type { Bench, Figure, Row } from '../row.ts';

const KIB = 1024;
const BLOCK_MS = 50;
const CONTROL_VALUES = 4990;
const key = { authorization: 'Bearer x', 'content-type': 'application/json' };

/** What one request can do to all others: how long the event loop stands still because of it. */
export const hostileRequestsRow: Row = {
  name: 'hostile-requests',
  what: 'the longest block of the event loop by one request that is as costly as the bounds allow, or exceeds them',
  measure,
};

/** Sends something costly; `ready` beforehand is not measured. */
interface Attack {
  readonly what: string;
  ready?(url: string): Promise<void>;
  send(url: string): Promise<void>;
}

const times = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, at) => make(at));
const repeatUpTo = (bytes: number, text: string) => text.repeat(Math.floor(bytes / text.length));

const attacks: readonly Attack[] = [
  create('340,000 ids', `{"index_ids":[${repeatUpTo(KIB * KIB - 100, '"",')}""]}`),
  create('9,900 ids', JSON.stringify({ index_ids: times(9900, (at) => `id ${at}`.padEnd(90, 'x')) })),
  create('9,900 wrong values', JSON.stringify({ index_ids: times(9900, (at) => at) })),
  create('9,900 unknown keys', JSON.stringify(Object.fromEntries(times(9900, (at) => [`index_id${at}`, at])))),
  create(
    'a map in place of a list',
    JSON.stringify({ index_ids: Object.fromEntries(times(4900, (at) => [at, [at]])) }),
  ),
  create('an integer of a million digits', `{"index_ids":${'9'.repeat(1_000_000)}}`),
  create('a float of a million digits', `{"index_ids":[1.${'9'.repeat(1_000_000)}]}`),
  create('a text of a million escapes', `{"index_ids":["${repeatUpTo(KIB * KIB - 100, '\\u00e9')}"]}`),
  create('a megabyte of spaces', `{"index_ids":[]${' '.repeat(KIB * KIB - 100)}x`),
  create('lists 500,000 deep', '['.repeat(500_000)),
  create('objects 100,000 deep', repeatUpTo(KIB * KIB - 100, '{"a":')),
  create('half of a surrogate pair, often', `{"index_ids":["${repeatUpTo(KIB * KIB - 100, '\\ud800')}"]}`),
  { what: 'a body in pieces of one byte', send: (url) => sendInPieces(url, 30_000) },
  { what: 'a query of 15 KB', send: (url) => get(url, `/api/v1/chat?${'a=b&'.repeat(3750)}`) },
  { what: 'a query of 15 KB without names', send: (url) => get(url, `/api/v1/chat?${'&'.repeat(15_000)}`) },
  prompt('templates without an end', '{{string.alpha(1'.repeat(60_000)),
  prompt('a name of a scenario, 1 MB long', `/${'a'.repeat(1_000_000)}`),
  prompt('a prompt of a megabyte', 'why '.repeat(250_000)),
  control('next', 'templates without an end', { scenario: { steps: [{ text: '{{'.repeat(300_000) }] } }),
  control('next', 'a template that makes a gigabyte', {
    scenario: { steps: [{ text: '{{string.alpha(1000000000)}}' }] },
  }),
  control('next', 'steps', { scenario: { steps: times(CONTROL_VALUES / 2 - 5, (at) => ({ text: `Part ${at}` })) } }),
  control('next', 'events', {
    scenario: {
      steps: times(CONTROL_VALUES / 5 - 5, (at) => ({ event: { type: 'text_delta', content: `${at}`, id: 'x' } })),
    },
  }),
  control('next', 'templates', {
    scenario: { steps: times(CONTROL_VALUES / 2 - 5, (at) => ({ text: `{{person.fullName}} ${at}` })) },
  }),
  control('next', 'wrong steps', { scenario: { steps: times(CONTROL_VALUES / 2 - 5, (at) => ({ txt: `${at}` })) } }),
  control('next', 'wrong values', { scenario: { steps: times(CONTROL_VALUES / 2 - 5, (at) => ({ text: at })) } }),
  control('next', 'wrong keys', Object.fromEntries(times(CONTROL_VALUES - 10, (at) => [`scenario${at}`, at]))),
  control('next', 'wrong keys of a step', {
    scenario: { steps: [Object.fromEntries(times(CONTROL_VALUES - 10, (at) => [`text${at}`, at]))] },
  }),
  control('next', 'a match', { scenario: 'hello', match: { body: times(CONTROL_VALUES - 20, (at) => at) } }),
  control('next', 'patterns', {
    scenario: 'hello',
    match: { body: times(50, (at) => ({ regex: `(?:a?){150}${at}` })) },
  }),
  control('next', 'lists 2,000 deep', `{"scenario":${'['.repeat(2000)}${']'.repeat(2000)}}`),
  control('chaos', 'rules', { rules: times(CONTROL_VALUES / 2 - 10, () => ({ latency_ms: 0 })) }),
  control('chaos', 'wrong rules', { rules: times(CONTROL_VALUES / 2 - 10, () => ({ latency: 0 })) }),
  control('chaos', 'rules that answer', { rules: times(CONTROL_VALUES / 4 - 10, () => ({ answer: { status: 503 } })) }),
  queuedTurn('2,400 texts', { steps: times(2400, (at) => ({ text: `Part ${at} of many.` })) }),
  queuedTurn('990 events of 800 bytes', {
    steps: times(990, (at) => ({ event: { type: 'text_delta', content: `${at}`.padEnd(800, 'x') } })),
  }),
  queuedTurn('a text of 500 KB', { steps: [{ text: 'word '.repeat(100_000) }] }),
  queuedTurn('1,000 templates', { steps: times(1000, () => ({ text: '{{person.fullName}}' })) }),
  queuedTurn('a frame of 10 MB', { steps: [{ huge: 10_000_000 }] }),
  {
    what: 'journal/verify with a pattern over a journal of large bodies',
    ready: fillJournal,
    send: (url) => callControl(url, 'journal/verify', { match: { body: { index_ids: [{ regex: '(?:a?){300}b' }] } } }),
  },
  {
    what: 'GET journal of large bodies',
    ready: fillJournal,
    send: (url) => get(url, '/__mock/journal'),
  },
];

async function measure({ mode }: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  const chosen = attacks.filter((_, at) => Number.isInteger(at * mode.share));
  for (const { what, ready, send } of chosen) {
    const mock = await startMeasuredMock({ speed: 'instant' });
    await get(mock.url, '/api/v1/chat'); // What is loaded for the first request is no cost of this one.
    await callControl(mock.url, 'next', { scenario: { status: 'no' }, match: { path: { regex: 'a' } } });
    await ready?.(mock.url);
    const blockMs: number[] = [];
    for (let round = 0; round < mode.rounds; round++) blockMs.push(await longestBlock(mock, send));
    await mock.stop();
    figures.push({ what, unit: 'ms', samples: { mock: blockMs }, wanted: { atMost: BLOCK_MS } });
  }
  return figures;
}

async function longestBlock(mock: Server, send: Attack['send']): Promise<number> {
  await readLongestBlock(mock);
  await send(mock.url);
  return readLongestBlock(mock);
}

function create(what: string, body: string): Attack {
  return { what: `create: ${what}`, send: (url) => post(url, '/api/v1/chat', body) };
}

function prompt(what: string, prompt: string): Attack {
  return {
    what: `turn: ${what}`,
    async send(url) {
      const made = await fetch(`${url}/api/v1/chat`, { method: 'POST', headers: key, body: '{}' });
      const { session_id } = (await made.json()) as { readonly session_id: string };
      await post(url, `/api/v1/chat/${session_id}/messages/stream`, JSON.stringify({ index_ids: ['a'], prompt }));
    },
  };
}

/** A turn that plays a scenario which waits for it. */
function queuedTurn(what: string, scenario: object): Attack {
  const { send } = prompt(what, 'hello');
  return {
    what: `turn: ${what}`,
    async send(url) {
      await callControl(url, 'next', { scenario });
      await send(url);
    },
  };
}

function control(endpoint: string, what: string, body: unknown): Attack {
  return { what: `${endpoint}: ${what}`, send: (url) => callControl(url, endpoint, body) };
}

async function callControl(url: string, endpoint: string, body: unknown): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const method = endpoint === 'chaos' ? 'PUT' : 'POST';
  await (await fetch(`${url}/__mock/${endpoint}`, { method, body: text })).arrayBuffer();
}

async function post(url: string, path: string, body: string): Promise<void> {
  await (await fetch(url + path, { method: 'POST', headers: key, body })).arrayBuffer();
}

async function get(url: string, path: string): Promise<void> {
  await (await fetch(url + path, { headers: key })).arrayBuffer();
}

async function repeat(count: number, send: () => Promise<void>): Promise<void> {
  await Promise.all(times(count, send));
}

async function fillJournal(url: string): Promise<void> {
  const body = JSON.stringify({ index_ids: ['a'.repeat(16 * KIB - 20)] });
  for (let sent = 0; sent < 300; sent += 20) await repeat(20, () => post(url, '/api/v1/chat', body));
}

/** Each byte is a chunk of its own; the answer is read to its end. */
function sendInPieces(url: string, count: number): Promise<void> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname }).on('close', () => resolve());
    socket.on('error', () => {}); // It may be refused in the middle.
    socket.on('data', () => socket.end());
    socket.write(
      `POST /api/v1/chat HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    socket.write(`${'1\r\n \r\n'.repeat(count)}0\r\n\r\n`);
  });
}
