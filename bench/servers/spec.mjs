import { readFileSync } from 'node:fs';

/** What a bare server answers, written by the harness from answers of the mock. */
export function readSpec(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The line that the harness waits for, as `chat-mock serve --json` writes it. */
export function ready(port) {
  console.log(JSON.stringify({ event: 'ready', url: `http://127.0.0.1:${port}` }));
}

/** Tells the harness, if it listens, when a stream stopped because its client left. */
export function tellStop() {
  process.send?.({ stoppedAtMs: performance.timeOrigin + performance.now() });
}
