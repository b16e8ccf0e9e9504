import { connect } from 'node:net';
import { percentiles, readTask, requestText } from './task.mjs';

/**
 * Reads one paced stream for each request, begun over `rampMs`. Prints how far the gaps between events were off, and how late
 * the last paced event of a stream was against its first.
 */
const { url, requests, rampMs, gapMs, pacedEvents, timeoutMs } = readTask();
const { port, hostname } = new URL(url);
const gapErrors = [];
const lateness = [];
let events = 0;
let whole = 0;

await Promise.all(
  requests.map(async (request, index) => {
    await new Promise((resolve) => setTimeout(resolve, (rampMs * index) / requests.length));
    await read(requestText(url, request)).catch(() => {}); // A stream that breaks is one that is not whole.
  }),
);
const gaps = percentiles(gapErrors);
const late = percentiles(lateness);
console.log(
  JSON.stringify({ events, whole, gapP50: gaps.p50, gapP99: gaps.p99, lateP50: late.p50, lateMax: late.max }),
);

function read(text) {
  return new Promise((resolve, reject) => {
    const times = new Float64Array(pacedEvents);
    let seen = 0;
    let endsWithNewline = false;
    let isBody = false;
    const patience = setTimeout(() => socket.destroy(new Error('too late')), timeoutMs);
    const socket = connect({ port, host: hostname, noDelay: true }, () => socket.write(text));
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(patience));
    socket.on('data', (chunk) => {
      const nowMs = performance.now();
      let from = 0;
      if (!isBody) {
        from = chunk.indexOf('\r\n\r\n') + 4;
        isBody = true;
      }
      // A frame ends with an empty line; a read may end between its two line ends.
      if (endsWithNewline && chunk[from] === 10) arrived(nowMs);
      for (let at = chunk.indexOf('\n\n', from); at !== -1; at = chunk.indexOf('\n\n', at + 2)) arrived(nowMs);
      endsWithNewline =
        chunk[chunk.length - 1] === 10 && chunk[chunk.length - 2] !== 10 && chunk[chunk.length - 2] !== 13;
      if (chunk.length < 5 || chunk.toString('latin1', Math.max(0, chunk.length - 5)) !== '0\r\n\r\n') return;
      finish();
      socket.destroy();
      resolve();
    });
    const arrived = (nowMs) => {
      events += 1;
      if (seen < pacedEvents) times[seen] = nowMs;
      seen += 1;
    };
    const finish = () => {
      if (seen < pacedEvents) return;
      whole += 1;
      for (let index = 1; index < pacedEvents; index++)
        gapErrors.push(Math.abs(times[index] - times[index - 1] - gapMs));
      // Against the event that was least late: the first one may have met the burst of all that begin.
      const offsets = times.map((timeMs, index) => timeMs - index * gapMs);
      lateness.push(offsets[pacedEvents - 1] - Math.min(...offsets));
    };
  });
}
