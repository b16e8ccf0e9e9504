import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createChatMock } from '../../dist/index.js';

/**
 * `node --expose-gc measured-mock.mjs OPTIONS [tls]`: a mock that tells the harness what it holds, and its own errors.
 * With `tls` it also listens over TLS, with HTTP/2. Answers the message
 * `measure` with its heap and its open resources, the message `longest block` with how long its event loop stood still
 * at most since that was asked last, and says when a stream stopped because its client left.
 */
const mock = createChatMock({
  ...JSON.parse(process.argv[2] ?? '{}'),
  onActivity: ({ kind, how }) => {
    if (kind === 'stream' && how === 'client_left')
      process.send({ stoppedAtMs: performance.timeOrigin + performance.now() });
  },
  onError: (error) => {
    console.error(error);
    process.send({ failed: String(error) });
  },
});
const { url } = await mock.listen();
const secure = process.argv[3] === 'tls' ? await mock.listen({ tls: 'self-signed' }) : null;
console.log(JSON.stringify({ event: 'ready', url, secureUrl: secure?.url, certFile: secure?.certificate?.certFile }));

const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();

process.on('message', async (message) => {
  if (message === 'longest block') {
    // A block that has just ended is counted in the turn after it.
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.send({ longestBlockMs: loop.max / 1e6 });
    loop.reset();
    return;
  }
  // What the last connections hold is given up in turns of the loop, some of it by a timer.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send({ heapBytes: heapUsed + external, resources: process.getActiveResourcesInfo() });
});
