import { defaultAnswerLimits, MAX_JSON_VALUES } from './answer-limits.ts';
import type { Exchange, ExchangeResponse } from './exchange.ts';

/** What a piece of a body, a value or a line in it costs in memory once it is parsed; measured on Node 20, rounded up. */
const BYTES_PER_PIECE = 64;
const BYTES_PER_VALUE = 100;
const BYTES_PER_LINE = 350;
const MAX_VALUES = MAX_JSON_VALUES + defaultAnswerLimits.lines;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const LINE_FEED = 0x0a;

const known = new WeakMap<ExchangeResponse, number>();

/** About how many bytes of memory a recorded exchange takes, with all that is parsed of it. */
export function weightOf({ request, response }: Exchange): number {
  const sent = request.target.length + (request.body?.byteLength ?? 0);
  return sent + (response ? (known.get(response) ?? weigh(response)) : 0);
}

function weigh(response: ExchangeResponse): number {
  const { body, chunks } = response;
  let values = 0;
  let lines = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === COMMA || byte === BRACKET || byte === BRACE) values += 1;
    else if (byte === LINE_FEED) lines += 1;
  }
  // What holds more is not parsed.
  const parsed =
    Math.min(values, MAX_VALUES) * BYTES_PER_VALUE + Math.min(lines, defaultAnswerLimits.lines) * BYTES_PER_LINE;
  const weight = body.byteLength + chunks.length * BYTES_PER_PIECE + parsed;
  known.set(response, weight);
  return weight;
}
