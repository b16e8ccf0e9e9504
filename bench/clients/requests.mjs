import { connect } from 'node:net';
import { percentiles, readTask, requestText } from './task.mjs';

/**
 * Sends requests one after the other on each of some keep-alive connections. `onTheSide` is a request that one more
 * connection repeats meanwhile, every 20 ms.
 */
const { url, seconds, connections, requests, onTheSide } = readTask();
const { port, hostname } = new URL(url);
const SIDE_MS = 20;
const endMs = performance.now() + seconds * 1000;
const tookMs = [];
let failures = 0;
let bytes = 0;

await Promise.all([
  ...Array.from({ length: connections }, (_, index) => loop(index)),
  ...(onTheSide ? [aside(requestText(url, onTheSide))] : []),
]);
console.log(JSON.stringify({ answers: tookMs.length, failures, bytes, ...percentiles(tookMs) }));

function loop(index) {
  const texts = requests.map((request) => requestText(url, request));
  let next = index;
  return new Promise((resolve, reject) => {
    let sentMs = 0;
    const send = () => {
      sentMs = performance.now();
      socket.write(texts[next % texts.length]);
      // Where there is a request for each connection, each repeats its own: two turns of a session never meet.
      next += connections;
    };
    const socket = connect({ port, host: hostname, noDelay: true }, send);
    const take = wholeAnswers((isGood, sizeBytes) => {
      const nowMs = performance.now();
      tookMs.push(nowMs - sentMs);
      bytes += sizeBytes;
      if (!isGood) failures += 1;
      if (nowMs < endMs) return send();
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
    socket.on('data', take);
  });
}

function aside(text) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: hostname, noDelay: true }, () => socket.write(text));
    socket.once('error', reject);
    socket.on(
      'data',
      wholeAnswers(() => {
        if (performance.now() >= endMs) {
          socket.destroy();
          resolve();
        } else setTimeout(() => socket.write(text), SIDE_MS);
      }),
    );
  });
}

/** Calls back for each answer that has come in full; answers must have a content-length or be chunked. */
function wholeAnswers(callback) {
  let openBytes = null;
  let isChunked = false;
  let isGood = false;
  let sizeBytes = 0;
  let tail = '';
  return (chunk) => {
    sizeBytes += chunk.length;
    let body = chunk.length;
    if (openBytes === null) {
      const end = chunk.indexOf('\r\n\r\n');
      const head = chunk.latin1Slice(0, end);
      isGood = head.startsWith('HTTP/1.1 2');
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      isChunked = length === undefined;
      openBytes = Number(length ?? 0);
      body = chunk.length - end - 4;
      tail = '';
    }
    openBytes -= body;
    if (isChunked) {
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 5))).slice(-5);
      if (tail !== '0\r\n\r\n') return;
    } else if (openBytes > 0) return;
    openBytes = null;
    const whole = sizeBytes;
    sizeBytes = 0;
    callback(isGood, whole);
  };
}
