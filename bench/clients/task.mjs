import { readFileSync } from 'node:fs';

/** What a client is to do: the JSON that it reads from its stdin. A command line cannot hold 5,000 requests. */
export function readTask() {
  return JSON.parse(readFileSync(0, 'utf8'));
}

/** A request as it goes over the wire. */
export function requestText(url, { method = 'GET', path, body }) {
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\nauthorization: Bearer x\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Sorts the values; in them, what half of them and 99 of 100 are below. */
export function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 100) / 100;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
