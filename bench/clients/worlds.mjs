import { createChatMock } from '../../dist/index.js';
import { readTask } from './task.mjs';

/** Makes worlds with a session each, and resets them; prints what one of them cost. Needs `--expose-gc`. */
const { worlds } = readTask();
const mock = createChatMock({ speed: 'instant' });
const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
const make = async (world) => {
  const call = (path, init) =>
    mock.fetch(`http://mock${path}`, { ...init, headers: { ...headers, 'x-test-id': world } });
  await (await call('/api/v1/chat', { method: 'POST', body: '{}' })).text();
  await (await call('/api/v1/chat?page_size=20')).text();
};
const heapBytes = () => {
  for (let time = 0; time < 4; time++) globalThis.gc(); // What one finds dead, only the next ones give up.
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
/** By processor time, in ms. */
const timed = async (run) => {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

// In as many worlds as have answers that are kept: that memory is bounded, and full before anything is measured.
for (let count = 0; count < 3 * worlds; count++) await make(`warm ${count}`);
mock.resetAll();
const oneMs = await timed(async () => {
  for (let count = 0; count < worlds; count++) await make('one');
});
mock.resetAll();
const beforeBytes = heapBytes();
const madeMs = await timed(async () => {
  for (let count = 0; count < worlds; count++) await make(`world ${count}`);
});
const fullBytes = heapBytes();
const resetMs = await timed(() => mock.resetAll());
console.log(
  JSON.stringify({
    makeMicros: ((madeMs - oneMs) * 1000) / worlds,
    kib: (fullBytes - beforeBytes) / 1024 / worlds,
    resetMs,
    leftKib: (heapBytes() - beforeBytes) / 1024,
  }),
);
