import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildMock } from '../../src/node/mock.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { replayAll, startLogged } from './support/logged-mock.ts';
import { type Came, Client, mixedOptions, mixedRequests } from './support/mixed-requests.ts';

/** Runs the requests on one mock. */
async function runPlain(): Promise<Client> {
  const mock = buildMock(mixedOptions);
  const client = new Client(() => mock.fetch as typeof fetch);
  for await (const _ of mixedRequests(client));
  return client;
}

/** Runs them on a mock with a log, which is killed and started again ten times and more. */
async function runLogged(path: string): Promise<{ readonly client: Client; readonly restarts: number }> {
  let logged = await startLogged(path, mixedOptions);
  let restarts = 0;
  const client = new Client(() => logged.mock.fetch as typeof fetch);
  let pauses = 0;
  for await (const _ of mixedRequests(client)) {
    pauses += 1;
    if (pauses % 2 > 0) continue;
    logged.kill();
    logged = await startLogged(path, mixedOptions);
    restarts += 1;
  }
  logged.kill();
  return { client, restarts };
}

test('150 mixed requests: the same bytes with a log and ten restarts, and in a replay', async () => {
  const path = join(temporaryDirectory(), 'mock.log');
  const plain = await runPlain();
  expect(plain.api.length + plain.control.length).toBeGreaterThanOrEqual(150);
  const { client, restarts } = await runLogged(path);
  expect(restarts).toBeGreaterThanOrEqual(10);
  expect(client.api).toEqual(plain.api);
  expect(client.control.map(stable)).toEqual(plain.control.map(stable));
  const replayed = await replayAll(path);
  expect(replayed.map(({ method, path, status, sha256 }) => ({ method, path, status, sha256 }))).toEqual(
    plain.api.map(seenFrom),
  );
  for (const [index, { headers }] of plain.api.entries())
    expect(headersOf(replayed[index]?.headers ?? {}), plain.api[index]?.route).toEqual(headers);
});

/** Without what is real time. */
function stable({ route, status, body }: Came) {
  return { route, status, body: body.replace(/"(now_ms|stalled_ms|sent_ms|stalls)":[\d.]+/g, '"$1":0') };
}

function seenFrom({ route, status, body }: Came) {
  const [method = '', target = ''] = route.split(' ');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { method, path: target.replace(/\?.*/, ''), status, sha256 };
}

function headersOf(headers: Readonly<Record<string, string | readonly string[]>>) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
