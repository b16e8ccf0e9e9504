import { z } from 'zod';
import { type OperationId, operations } from '../../api/operations.ts';
import { REDACTED } from '../../runtime/secret-names.ts';
import type { Ending, Exchange, Header } from './exchange.ts';

/** Counts up when a line of a recording changes its meaning. */
export const RECORDING_VERSION = 1;

const endings = [
  ...(['complete', 'truncated', 'reset', 'idle', 'too_much', 'undecodable'] as const),
  ...(['we_left', 'not_connected', 'not_http'] as const),
] as const satisfies readonly Ending[];

const Place = z.array(z.union([z.string(), z.number()]));
const Expectation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted') }),
  z.strictObject({ kind: z.literal('refused_input'), input: z.string(), place: Place }),
  z.strictObject({ kind: z.literal('valid_input'), input: z.string(), varies: z.enum(['query', 'headers', 'body']) }),
  z.strictObject({ kind: z.literal('refused_key'), key: z.string() }),
  z.strictObject({ kind: z.literal('gone') }),
  z.strictObject({ kind: z.literal('any') }),
]);
const milliseconds = z.number().min(0);
const headers = z.array(z.tuple([z.string(), z.string()]));
/** A text, or what is not UTF-8 as base64. */
const Body = z.union([z.string(), z.strictObject({ base64: z.base64() })]);
const operationIds = Object.keys(operations) as [OperationId, ...OperationId[]]; // The keys of the table.

const RecordedRequest = z.strictObject({
  method: z.string().min(1),
  target: z.string().startsWith('/'),
  headers,
  body: Body.nullable(),
  /** The bytes are not JSON that the sender made from a value. */
  is_raw: z.boolean().optional(),
});
const RecordedResponse = z.strictObject({
  status: z.int().min(100).max(999),
  status_text: z.string().optional(),
  headers,
  headers_ms: milliseconds,
  body: Body,
  /** When each piece of the body arrived, and its size in bytes. */
  chunks: z.array(z.tuple([milliseconds, z.int().min(0)])),
  /** Where the body came from a file that has none: the times of its chunks, and the chunks, are made up. */
  has_no_times: z.boolean().optional(),
  /** Why the body is not the one on the wire, if it is not. */
  decoded: z.string().optional(),
  /** Absent for HTTP/1.1. */
  http_version: z.literal('2').optional(),
});
/** An exchange as it stands in a file. Times are milliseconds since the request was sent, `start_ms` since the start. */
export const RecordedExchange = z.strictObject({
  id: z.int().min(1),
  number: z.int().min(1),
  flow: z.string().nullable(),
  role: z.string().nullable(),
  operation: z.enum(operationIds).nullable(),
  session_id: z.string().nullable(),
  expectation: Expectation.optional(),
  start_ms: milliseconds,
  request: RecordedRequest,
  response: RecordedResponse.nullable(),
  ending: z.enum(endings),
  end_ms: milliseconds,
  reason: z.string().nullable(),
  retries: z.int().min(0),
  is_broken: z.boolean(),
});
/** An exchange as it stands in a file. */
export type RecordedExchange = z.infer<typeof RecordedExchange>;

const Stop = z.strictObject({
  cause: z.enum(['unexpected', 'network', 'load', 'server_error', 'budget', 'interrupted']),
  exchange: z.int().nullable(),
  why: z.string(),
});
const Pass = z.strictObject({ plain_ms: milliseconds, stop: Stop.nullable(), exchanges: z.array(z.int()) });
/** A flow of `verify` with the exchanges that its checks judge, once for each time it was performed. */
const RecordedFlow = z.strictObject({ flow: z.string(), passes: z.array(Pass).min(1).max(2) });

/** What `verify` was asked for; the header of its recordings. */
const RecordedRun = z.strictObject({
  edition: z.string(),
  edition_evidence: z.array(z.string()),
  profile: z.enum(['read-only', 'safe', 'full']),
  seed: z.union([z.string(), z.number()]),
  fuzz: z.int().min(0),
  stateful: z.int().min(0).default(0),
  max_run_ms: milliseconds,
  only: z.array(z.string()),
  skip: z.array(z.string()),
  flows: z.array(z.string()),
});

/** The first line of a recording. */
export const RecordingHeader = z.strictObject({
  chat_mock_recording: z.literal(RECORDING_VERSION),
  made_by: z.enum(['verify', 'record', 'import']),
  /** The base URL of the server. */
  target: z.string(),
  started_at: z.string(),
  run: RecordedRun.optional(),
});
/** The first line of a recording. */
export type RecordingHeader = z.infer<typeof RecordingHeader>;

const RecordedEnd = z.strictObject({
  requests: z.int().min(0),
  turns: z.int().min(0),
  duration_ms: milliseconds,
  is_interrupted: z.boolean(),
  left: z.array(z.string()),
  kept: z.array(z.strictObject({ flow: z.string(), session_id: z.string(), delete: z.string() })),
});

/** A request that was sent; without its exchange further down, the recording was cut while it was under way. */
const OpenLine = z.strictObject({
  open: z.strictObject({ id: z.int().min(1), start_ms: milliseconds, method: z.string(), target: z.string() }),
});
const ExchangeLine = z.strictObject({ exchange: RecordedExchange });
const FlowLine = z.strictObject({ flow: RecordedFlow });
const NoteLine = z.strictObject({ note: z.string() });
const EndLine = z.strictObject({ end: RecordedEnd });

/** The kinds of lines after the header, by the one key that each has. */
export const recordingLines = {
  open: OpenLine,
  exchange: ExchangeLine,
  flow: FlowLine,
  note: NoteLine,
  end: EndLine,
} as const;
/** A line after the header. */
export type RecordingLine = z.infer<(typeof recordingLines)[keyof typeof recordingLines]>;

/** Writes a line of a recording. */
export function writeLine(line: RecordingLine | RecordingHeader): string {
  return `${JSON.stringify(line)}\n`;
}

/** Writes an exchange as it stands in a file. `startMs`: when the recording began, on the clock of the exchange. */
export function toRecorded(
  exchange: Exchange,
  { id, startMs }: { readonly id: number; readonly startMs: number },
): RecordedExchange {
  const { request, response } = exchange;
  return {
    ...{ id, number: exchange.number, flow: exchange.flow, role: exchange.role },
    ...{ operation: exchange.operation, session_id: exchange.sessionId },
    expectation: copyOf(exchange.expectation),
    start_ms: Math.max(0, exchange.startMs - startMs),
    request: {
      method: request.method,
      target: request.target,
      headers: pairsOf(request.headers),
      body: request.body && writeBody(request.body),
      ...(request.body !== null && exchange.sent === undefined && { is_raw: true }),
    },
    response: response && {
      status: response.status,
      headers: pairsOf(response.headers),
      headers_ms: response.headersMs,
      body: writeBody(response.body),
      chunks: response.chunks.map(({ atMs, sizeBytes }) => [atMs, sizeBytes]),
      ...(response.decoded !== undefined && { decoded: response.decoded }),
      ...(response.httpVersion && { http_version: response.httpVersion }),
    },
    ...{ ending: exchange.ending, end_ms: exchange.endMs, reason: exchange.reason },
    ...{ retries: exchange.retries, is_broken: exchange.isBroken },
  };
}

/** Reads an exchange as it was when it was recorded. */
export function fromRecorded(recorded: RecordedExchange): Exchange {
  const { request, response } = recorded;
  const body = request.body === null ? null : readBody(request.body);
  return {
    ...{ number: recorded.number, flow: recorded.flow ?? '', role: recorded.role },
    ...{ operation: recorded.operation, sessionId: recorded.session_id },
    expectation: recorded.expectation ?? { kind: 'any' },
    request: { method: request.method, target: request.target, headers: request.headers, body },
    sent: body === null || request.is_raw ? undefined : parsedBody(body),
    response: response && {
      status: response.status,
      headers: response.headers,
      headersMs: response.headers_ms,
      body: readBody(response.body),
      chunks: withOffsets(response.chunks),
      ...(response.decoded !== undefined && { decoded: response.decoded }),
      ...(response.http_version && { httpVersion: response.http_version }),
    },
    ...{ ending: recorded.ending, endMs: recorded.end_ms, startMs: recorded.start_ms, reason: recorded.reason },
    ...{ retries: recorded.retries, isBroken: recorded.is_broken },
  };
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes bytes as text where that is the same, else as base64. */
export function writeBody(bytes: Uint8Array): z.infer<typeof Body> {
  try {
    return strict.decode(bytes);
  } catch {
    return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
  }
}

/** Fills up to the length of a secret, so that lengths and the borders of chunks stay true. */
const FILL = '~';

/** What stands in a file instead of a secret of so many bytes. */
export function placeholder(sizeBytes: number): string {
  return sizeBytes < REDACTED.length ? FILL.repeat(sizeBytes) : REDACTED.padEnd(sizeBytes, FILL);
}

/** Reads the bytes of a body. */
export function readBody(body: z.infer<typeof Body>): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.base64, 'base64');
}

function withOffsets(chunks: readonly (readonly [number, number])[]) {
  let offset = 0;
  return chunks.map(([atMs, sizeBytes]) => {
    const chunk = { atMs, offset, sizeBytes };
    offset += sizeBytes;
    return chunk;
  });
}

function parsedBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(strict.decode(body));
  } catch {
    return undefined; // A body that is not JSON was made from no value.
  }
}

function pairsOf(list: readonly Header[]): [string, string][] {
  return list.map(([name, value]) => [name, value]);
}

function copyOf(expectation: Exchange['expectation']): z.infer<typeof Expectation> {
  return expectation.kind === 'refused_input' ? { ...expectation, place: [...expectation.place] } : { ...expectation };
}
