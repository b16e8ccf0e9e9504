import { type OperationId, operations } from '../../api/operations.ts';
import { type JsonReading, parseJsonBytes } from './json.ts';
import { decodeSse, type SseStream } from './sse-decoder.ts';

/**
 * How a connection ended: `complete` by the rules of HTTP · `truncated` closed before the body was whole · `reset` · `idle`
 * nothing came in time · `too_much` beyond our limit · `undecodable` not in the content-encoding it names · `we_left`
 * aborted by the flow · `not_connected` · `not_http`.
 */
export type Ending =
  | 'complete'
  | 'truncated'
  | 'reset'
  | 'idle'
  | 'too_much'
  | 'undecodable'
  | 'we_left'
  | 'not_connected'
  | 'not_http';

/** One header as it was sent, in its own case. */
export type Header = readonly [name: string, value: string];

/** What is sent, with everything filled in. */
export interface ExchangeRequest {
  readonly method: string;
  /** Path and query, percent-encoded, from the base URL on. */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array | null;
}

/** A piece of a body as it arrived. Times are milliseconds since the request was sent. */
export interface Chunk {
  readonly atMs: number;
  /** Where it begins in the body. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A recorded response: status, raw headers, the body and when its pieces arrived. */
export interface ExchangeResponse {
  readonly status: number;
  /** As sent: their order, case and repeats (over a `fetch`, only what it shows). */
  readonly headers: readonly Header[];
  readonly headersMs: number;
  /** As far as it was read, every content-encoding undone. */
  readonly body: Uint8Array;
  readonly chunks: readonly Chunk[];
  /** Set where the body came encoded and what the checks see was decoded by us. */
  readonly decoded?: string;
  /** Absent for HTTP/1.1, and over a `fetch`, which does not tell. */
  readonly httpVersion?: '2';
}

/** What the flow that sent it knows should come. */
export type Expectation =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused_input'; readonly input: string; readonly place: readonly (string | number)[] }
  | { readonly kind: 'valid_input'; readonly input: string; readonly varies: 'query' | 'headers' | 'body' }
  | { readonly kind: 'refused_key'; readonly key: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'any' };

/** One request and all that came of it: everything a check may look at. */
export interface Exchange {
  /** Its place in the flow, from 1. */
  readonly number: number;
  readonly flow: string;
  /** The part it plays in the flow; checks find exchanges by it. */
  readonly role: string | null;
  /** Null for a request that is not an operation. */
  readonly operation: OperationId | null;
  readonly expectation: Expectation;
  readonly request: ExchangeRequest;
  /** What the request's body was made from; undefined where there was none. */
  readonly sent: unknown;
  /** The session it was about. */
  readonly sessionId: string | null;
  /** Null: nothing came that is an HTTP response. */
  readonly response: ExchangeResponse | null;
  readonly ending: Ending;
  readonly endMs: number;
  /** When it was sent, in ms of the run's clock. */
  readonly startMs: number;
  /** Why it ended so, in the client's words. */
  readonly reason: string | null;
  /** How often it was sent before, because of a refusal for load or a breakdown. */
  readonly retries: number;
  /** It was answered with a breakdown, and again when it was asked again: the status is the server's answer. */
  readonly isBroken: boolean;
}

/** The value of the first header of this lower-case name; null if absent. */
export function header({ headers }: Pick<ExchangeResponse, 'headers'>, name: string): string | null {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1] ?? null;
}

/** The media type without its parameters, in lower case; null without the header. */
export function mediaType(response: ExchangeResponse): string | null {
  return header(response, 'content-type')?.split(';')[0]?.trim().toLowerCase() ?? null;
}

const readings = new WeakMap<ExchangeResponse, JsonReading>();

/** The body as JSON. Parsed once. */
export function bodyJson(response: ExchangeResponse): JsonReading {
  const known = readings.get(response);
  if (known) return known;
  const reading = parseJsonBytes(response.body);
  readings.set(response, reading);
  return reading;
}

/** The value of a body that is JSON, else undefined. */
export function jsonOf({ response }: Pick<Exchange, 'response'>): unknown {
  const reading = response && bodyJson(response);
  return reading?.ok ? reading.value : undefined;
}

const streams = new WeakMap<ExchangeResponse, SseStream>();

/** The body as an event stream. Decoded once. */
export function sseOf(response: ExchangeResponse): SseStream {
  const known = streams.get(response);
  if (known) return known;
  const decoded = decodeSse(response.body, response.chunks);
  streams.set(response, decoded);
  return decoded;
}

/** The status of an exchange; 0 if it was not answered. */
export function statusOf({ response }: Pick<Exchange, 'response'>): number {
  return response?.status ?? 0;
}

/** Returns whether an exchange was answered with a 2xx status. */
export function isSuccess(exchange: Pick<Exchange, 'response'>): boolean {
  return statusOf(exchange) >= 200 && statusOf(exchange) < 300;
}

/** Returns whether a request asked for a turn of the agent: its success is an event stream. */
export function isTurn({ operation }: Pick<Exchange, 'operation'>): boolean {
  return operation !== null && operations[operation].success.kind === 'stream';
}

/** A refusal for load says nothing about the contract. */
export function isLoadRefusal(status: number): boolean {
  return status === 429 || status === 503;
}

/** The server failed to answer: any 5xx that is not a refusal for load. */
export function isBreakdown(status: number): boolean {
  return status >= 500 && !isLoadRefusal(status);
}
