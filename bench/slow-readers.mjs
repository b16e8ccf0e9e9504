import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * `node bench/slow-readers.mjs [READERS] [ROOT]`: how much memory a server needs for readers that ask for one frame of ten
 * million bytes and never read it. ROOT is a built tree, this one unless told otherwise; so two can be compared.
 */
const readers = Number(process.argv[2] ?? 300);
const root = process.argv[3] ?? new URL('..', import.meta.url).pathname;
const args = [`${root}/dist/bin/chat-mock.js`, 'serve', '--port', '0', '--json', '--quiet', '--speed', 'instant'];
const key = { authorization: 'Bearer x', 'content-type': 'application/json' };
const body = JSON.stringify({ index_ids: ['a'], prompt: '/huge-frame' });

const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((resolve) =>
  createInterface({ input: child.stdout }).once('line', (line) => resolve(new URL(JSON.parse(line).url))),
);
const residentMib = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

const request = (id) =>
  `POST /api/v1/chat/${id}/messages/stream HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const create = async () =>
  (await (await fetch(new URL('/api/v1/chat', url), { method: 'POST', headers: key })).json()).session_id;
/** Asks, and leaves what comes unread: a socket without a listener reads nothing. */
const open = async () => {
  const id = await create();
  const socket = connect({ port: url.port, host: url.hostname }).pause();
  socket.write(request(id));
  return socket;
};
const stalled = async () => {
  const { streams } = await (await fetch(new URL('/__mock/streams', url))).json();
  return streams.filter(({ stalls }) => stalls > 0).length;
};

// One that reads: the frame itself, and what the server loads for its first turn, is no cost of the others.
await (
  await fetch(new URL(`/api/v1/chat/${await create()}/messages/stream`, url), { method: 'POST', headers: key, body })
).text();
const beforeMib = residentMib();
const sockets = [];
for (let count = 0; count < readers; count++) sockets.push(await open());
for (const endMs = performance.now() + 60_000; (await stalled()) < readers && performance.now() < endMs; )
  await new Promise((resolve) => setTimeout(resolve, 200));
const afterMib = residentMib();
console.log(
  `${readers} readers that never read 10 MB: ${beforeMib.toFixed(0)} → ${afterMib.toFixed(0)} MiB, +${(afterMib - beforeMib).toFixed(0)} MiB, ${((1024 * (afterMib - beforeMib)) / readers).toFixed(0)} KiB each`,
);
for (const socket of sockets) socket.destroy();
child.kill('SIGKILL');
