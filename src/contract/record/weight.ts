import { defaultBounds, MAX_JSON_VALUES } from './bounds.ts';
import type { Exchange, ExchangeResponse } from './exchange.ts';

/** What a piece of a body, or a value in it, costs in memory once it is parsed; measured on Node 20, rounded up. */
const BYTES_PER_PIECE = 64;
const BYTES_PER_VALUE = 100;
const MAX_VALUES = MAX_JSON_VALUES + defaultBounds.lines;
const VALUE_MARKS = new Set([0x2c, 0x5b, 0x7b, 0x0a]); // , [ { and a line feed

const known = new WeakMap<ExchangeResponse, number>();

/** About how many bytes of memory a recorded exchange takes, with all that is parsed of it. */
export function weightOf({ request, response }: Exchange): number {
  const sent = request.target.length + (request.body?.byteLength ?? 0);
  return sent + (response ? (known.get(response) ?? weigh(response)) : 0);
}

function weigh(response: ExchangeResponse): number {
  const { body, chunks } = response;
  let values = 0;
  for (const byte of body) if (VALUE_MARKS.has(byte)) values += 1;
  // What holds more is not parsed.
  const parsed = Math.min(values, MAX_VALUES);
  const weight = body.byteLength + chunks.length * BYTES_PER_PIECE + parsed * BYTES_PER_VALUE;
  known.set(response, weight);
  return weight;
}
