import { connect } from 'node:net';
import { createSessions, startMock, turnRequest } from '../harness/contestants.ts';
import type { Bench, Figure, Row } from '../row.ts';

const READERS = 300;
const LOOK_MS = 200;
const PATIENCE_MS = 60_000;
const key = { authorization: 'Bearer x', 'content-type': 'application/json' };

/** What a server holds for clients that ask and do not read. */
export const slowReadersRow: Row = {
  name: 'slow-readers',
  what: `${READERS} clients that ask for a frame of ten million bytes and never read it`,
  measure,
};

async function measure({ mode }: Bench): Promise<Figure[]> {
  const readers = READERS * mode.share;
  const mock = await startMock('--quiet', '--speed', 'instant');
  const [first = '', ...ids] = await createSessions(mock.url, readers + 1);
  const turn = turnRequest(first, '/huge-frame');
  // One that reads: the frame itself, and what the server loads for its first turn, is no cost of the others.
  await (await fetch(mock.url + turn.path, { ...turn, headers: key })).arrayBuffer();
  const before = mock.usage().residentBytes;
  const sockets = ids.map((id) => neverRead(mock.url, turnRequest(id, '/huge-frame')));
  const endMs = performance.now() + PATIENCE_MS;
  while ((await countStalled(mock.url)) < readers && performance.now() < endMs)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const bytes = mock.usage().residentBytes - before;
  for (const socket of sockets) socket.destroy();
  await mock.stop();
  return [{ what: 'memory of a reader', unit: 'KiB', samples: { mock: [bytes / 1024 / readers] } }];
}

/** A socket without a listener reads nothing. */
function neverRead(url: string, { path, body }: ReturnType<typeof turnRequest>) {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname }).pause();
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

async function countStalled(url: string): Promise<number> {
  const answer = await fetch(`${url}/__mock/streams`);
  const { streams } = (await answer.json()) as { readonly streams: readonly { readonly stalls: number }[] };
  return streams.filter(({ stalls }) => stalls > 0).length;
}
