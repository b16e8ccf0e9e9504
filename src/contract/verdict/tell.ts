import { bodyText, type Exchange, sseOf } from '../record/exchange.ts';
import { redactHeaders } from '../record/redact.ts';
import type { ExchangeReport, StreamReport, TimelineEvent } from './report.ts';
import { eventsOf, streamVerdict } from './stream-verdict.ts';

const SHOWN_TEXT = 160;

/** A command that sends the request again; the key stays a variable. */
export function toCurl({ request }: Exchange, baseUrl: string): string {
  const parts = ['curl -sS -N -i', `-X ${request.method}`];
  for (const [name, value] of request.headers) {
    const scheme = name === 'authorization' ? value.split(' ')[0] : undefined;
    parts.push(
      scheme === undefined ? `-H ${quote(`${name}: ${value}`)}` : `-H "authorization: ${scheme} $LLAMA_CLOUD_API_KEY"`,
    );
  }
  if (request.body !== null) parts.push(`--data-binary ${quote(new TextDecoder().decode(request.body))}`);
  return [...parts, quote(baseUrl.replace(/\/$/, '') + request.target)].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The stream around a frame. */
export function toTimeline(exchange: Exchange, frame: number | undefined): TimelineEvent[] {
  if (frame === undefined || !exchange.response) return [];
  return sseOf(exchange.response)
    .frames.slice(Math.max(0, frame - 3), frame + 1)
    .map(({ number, offset, atMs, lines }) => ({
      frame: number,
      byte: offset,
      at_ms: Math.round(atMs),
      text: cut(lines.map(({ raw }) => raw).join(' ⏎ ')),
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
    events: eventsOf(exchange).map(({ frame, atMs, value }) => ({
      at_ms: Math.round(atMs * 10) / 10,
      type: typeOf(value),
      bytes: (frames[frame - 1]?.end ?? 0) - (frames[frame - 1]?.offset ?? 0),
    })),
  };
}

function typeOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : 'unknown';
}

/** Copies an exchange for the report, with secrets removed. */
export function toExchangeReport(exchange: Exchange, baseUrl: string): ExchangeReport {
  const { request, response } = exchange;
  return {
    flow: exchange.flow,
    number: exchange.number,
    operation: exchange.operation,
    method: request.method,
    url: baseUrl.replace(/\/$/, '') + request.target,
    request_headers: redactHeaders(request.headers),
    request_body: request.body && new TextDecoder().decode(request.body),
    status: response?.status ?? null,
    response_headers: redactHeaders(response?.headers ?? []),
    response_body: response ? bodyText(response) : '',
    chunks: (response?.chunks ?? []).map(({ atMs, bytes }) => ({
      at_ms: Math.round(atMs * 10) / 10,
      bytes: bytes.length,
    })),
    ending: exchange.ending,
    headers_ms: response ? Math.round(response.headersMs * 10) / 10 : null,
    end_ms: Math.round(exchange.endMs * 10) / 10,
    retries: exchange.retries,
  };
}

function cut(text: string): string {
  return text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT - 1)}…` : text;
}
