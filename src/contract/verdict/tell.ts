import { shorten } from '../../runtime/shorten.ts';
import { type Exchange, sseOf } from '../record/exchange.ts';
import { redactHeaders } from '../record/redact.ts';
import type { ExchangeReport, StreamReport, TimelineEvent } from './report.ts';
import { eventsOf, streamVerdict } from './stream-verdict.ts';

const SHOWN_TEXT = 160;
const SHOWN_TYPE = 60;
/** A longer body is cut after so many characters. */
const SHOWN_BODY = 64 * 1024;
const SHOWN_CHUNKS = 1000;
const SHOWN_EVENTS = 1000;
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** Returns a frame and the three before it. */
export function toTimeline(exchange: Exchange, frame: number | undefined): TimelineEvent[] {
  if (frame === undefined || !exchange.response) return [];
  return sseOf(exchange.response)
    .frames.slice(Math.max(0, frame - 3), frame + 1)
    .map(({ number, offset, atMs, lines }) => ({
      frame: number,
      byte: offset,
      at_ms: Math.round(atMs),
      text: shorten(beginningOf(lines.map(({ raw }) => raw)), SHOWN_TEXT),
      is_place: number === frame,
    }));
}

/** Summarizes a stream for the report. */
export function toStreamReport(exchange: Exchange, hasFindings: boolean): StreamReport {
  const frames = exchange.response ? sseOf(exchange.response).frames : [];
  return {
    flow: exchange.flow,
    exchange: exchange.number,
    verdict: streamVerdict(exchange, hasFindings),
    ending: exchange.ending,
    duration_ms: Math.round(exchange.endMs),
    event_count: eventsOf(exchange).length,
    events: eventsOf(exchange)
      .slice(0, SHOWN_EVENTS)
      .map(({ frame, atMs, value }) => ({
        frame,
        at_ms: Math.round(atMs * 10) / 10,
        type: typeOf(value),
        bytes: (frames[frame - 1]?.end ?? 0) - (frames[frame - 1]?.offset ?? 0),
      })),
  };
}

function typeOf(value: unknown): string {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return typeof type === 'string' ? type.slice(0, SHOWN_TYPE) : 'unknown';
}

/** What an exchange report needs beside the exchange. */
export interface Telling {
  readonly baseUrl: string;
  /** When the run began, in ms of its clock. */
  readonly startMs: number;
  /** Takes secrets out of a text that is cut; half a secret would stay unrecognized. The rest is redacted when told. */
  readonly redact: (text: string) => string;
}

/** Copies an exchange for the report, with long parts cut and secrets removed from these. */
export function toExchangeReport(exchange: Exchange, { baseUrl, startMs, redact }: Telling): ExchangeReport {
  const { request, response } = exchange;
  const chunks = response?.chunks ?? [];
  const body = response?.body ?? new Uint8Array(0);
  return {
    flow: exchange.flow,
    number: exchange.number,
    started_ms: Math.round(exchange.startMs - startMs),
    operation: exchange.operation,
    method: request.method,
    url: baseUrl.replace(/\/$/, '') + request.target,
    request_headers: redactHeaders(request.headers),
    request_body: request.body && reportedBody(request.body, redact),
    status: response?.status ?? null,
    ...(response?.httpVersion && { http_version: response.httpVersion }),
    response_headers: redactHeaders(response?.headers ?? []),
    response_body: reportedBody(body, redact),
    response_body_bytes: body.byteLength,
    is_cut: body.byteLength > SHOWN_BODY || chunks.length > SHOWN_CHUNKS,
    chunks: chunks
      .slice(0, SHOWN_CHUNKS)
      .map(({ atMs, sizeBytes }) => ({ at_ms: Math.round(atMs * 10) / 10, bytes: sizeBytes })),
    ending: exchange.ending,
    headers_ms: response ? Math.round(response.headersMs * 10) / 10 : null,
    end_ms: Math.round(exchange.endMs * 10) / 10,
    retries: exchange.retries,
  };
}

/** Returns a body as text; of a body that is too long, its beginning and its size. */
function reportedBody(body: Uint8Array, redact: Telling['redact']): string {
  if (body.byteLength <= SHOWN_BODY) return lossy.decode(body);
  // More than is shown, since what is redacted becomes shorter; the ellipsis shows the redactor where it was cut.
  const text = redact(`${lossy.decode(body.subarray(0, 2 * SHOWN_BODY))}…`).slice(0, SHOWN_BODY);
  return `${text}…\n[chat-mock cut the body here: it has ${body.byteLength} bytes]`;
}

/** Joins lines until there is more than is shown: a single frame may have megabytes. */
function beginningOf(lines: readonly string[]): string {
  let text = '';
  for (const [index, line] of lines.entries()) {
    if (text.length > SHOWN_TEXT) break;
    text += `${index > 0 ? ' ⏎ ' : ''}${line.slice(0, SHOWN_TEXT + 1)}`;
  }
  return text;
}
