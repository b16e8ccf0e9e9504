import { afterEach, expect, test } from 'vitest';
import { createSocketClient } from '../../src/contract/client/socket-client.ts';
import { wallTimer } from '../../src/runtime/timer.ts';
import { hostilities, startHostile } from '../support/hostile-servers.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const answerLimits = { bodyBytes: 200_000, pieces: 2000, lines: 2000, interimAnswers: 20 };
/** Each is asked once with small limits; test/slow/hostile.test.ts runs the whole program with the usual ones. */
async function ask(name: string) {
  const hostility = hostilities[name];
  if (!hostility) throw new Error(`There is no hostility ${name}.`);
  const server = await startHostile(async () => Response.json({}), { ...hostility, at: 'every' }, 1);
  const client = await createSocketClient({ baseUrl: server.url, timer: wallTimer, proxy: null });
  closers.push(server.close, client.close);
  const request = { method: 'GET', target: '/', headers: [], body: null };
  return client.send(request, {
    ...{ signal: new AbortController().signal, idleMs: 1000, totalMs: 1500, answerLimits },
    ...{ leaveAfter: null, isStream: hostility.at === 'streams', paceMs: 0 },
  });
}

test.each([
  ['a gzip bomb', 'too_much'],
  ['a gzip bomb as a stream', 'too_much'],
  ['a bomb in three layers', 'too_much'],
  ['an encoding named a thousand times', 'complete'],
  ['an encoding that the body is not in', 'undecodable'],
  ['an endless gzip header of one byte a chunk', 'too_much'],
  ['an endless body', 'too_much'],
  ['an endless body without a length', 'too_much'],
  ['endless chunks of one byte', 'too_much'],
  ['endless chunks of one byte in a stream', 'too_much'],
  ['endless header lines', 'too_much'],
  ['one endless header', 'too_much'],
  ['endless trailers', 'too_much'],
  ['endless interim answers', 'too_much'],
  ['bytes that are not HTTP', 'not_http'],
  ['an end after each byte', 'truncated'],
  ['an end after the headers', 'truncated'],
  ['endless comments', 'too_much'],
  ['one line without end', 'too_much'],
  ['endless frames', 'too_much'],
  ['many calls and many stops', 'complete'],
])('%s: the answer is %s', async (name, ending) => {
  expect(await endingOf(name)).toBe(ending);
});

// Each waits for a second: they do it together.
test('what comes too slowly is idle', async () => {
  const names = [
    'endless extensions of a chunk',
    'headers that come byte by byte',
    'a body that comes byte by byte',
    'no answer',
    'endless pings',
  ];
  expect(await Promise.all(names.map(endingOf))).toEqual(names.map(() => 'idle'));
});

/** How the answer ends; none is longer than the limits. */
async function endingOf(name: string): Promise<string> {
  const { response, ending } = await ask(name);
  expect(response?.body.length ?? 0).toBeLessThanOrEqual(answerLimits.bodyBytes);
  expect(response?.chunks.length ?? 0).toBeLessThanOrEqual(answerLimits.pieces + 1);
  return ending;
}
