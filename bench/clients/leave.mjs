import { connect } from 'node:net';
import { readTask, requestText } from './task.mjs';

/**
 * Begins a stream for each request, leaves it after `afterBytes` of the answer, begins the next, `count` times in all;
 * prints when it left each.
 */
const { url, requests, count, afterBytes, pauseMs } = readTask();
const { port, hostname } = new URL(url);
const leftAtMs = [];
let begun = 0;

await Promise.all(
  requests.map(async (request) => {
    const text = requestText(url, request);
    while (begun++ < count) {
      leftAtMs.push(await leave(text));
      // The next one must not be taken for this one.
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }),
);
console.log(JSON.stringify(leftAtMs));

function leave(text) {
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: hostname, noDelay: true }, () => socket.write(text));
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes < afterBytes) return;
      const nowMs = performance.timeOrigin + performance.now();
      socket.destroy();
      resolve(nowMs);
    });
  });
}
