import type { OperationId } from '../api/operations.ts';
import type { RequestFacts } from './request-match.ts';

/** Larger bodies are not kept. */
const KEPT_BODY_BYTES = 16 * 1024;
const SECRET_HEADER = /authorization|cookie|api-?key|token|secret|password/;

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number | null;
  readonly durationMs: number;
  readonly world: string | null;
  readonly operation: OperationId | null;
  readonly sessionId: string | null;
  readonly scenario: string | null;
  readonly why: string | null;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly bodyBytes: Uint8Array | null;
}

/** One request and what came of it. Headers and body are read only when somebody looks. */
export class RequestRecord implements RequestFacts {
  readonly kind = 'request';
  /** Counts from 1 in its world. */
  id = 0;
  readonly method: string;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly query: string;
  /** Null: the connection was ended before any byte of an answer. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly world: string | null;
  readonly operation: OperationId | null;
  readonly session_id: string | null;
  readonly scenario: string | null;
  readonly why: string | null;
  readonly #rawHeaders: readonly string[];
  readonly #bodyBytes: Uint8Array | null;

  constructor(request: RecordedRequest) {
    this.method = request.method;
    this.path = request.path;
    this.query = request.query;
    this.status = request.status;
    this.durationMs = request.durationMs;
    this.world = request.world;
    this.operation = request.operation;
    this.session_id = request.sessionId;
    this.scenario = request.scenario;
    this.why = request.why;
    this.#rawHeaders = request.rawHeaders;
    const { bodyBytes } = request;
    this.#bodyBytes = bodyBytes && bodyBytes.byteLength <= KEPT_BODY_BYTES ? bodyBytes : null;
  }

  /** By lower-case name; what is secret is replaced. */
  get headers(): Readonly<Record<string, string>> {
    const headers = toHeaders(this.#rawHeaders);
    for (const name of Object.keys(headers)) if (SECRET_HEADER.test(name)) headers[name] = '[redacted]';
    return headers;
  }

  /** As JSON; a text where it is none, null where there was none or it was too large to keep. */
  get body(): unknown {
    return readBody(this.#bodyBytes);
  }
}

/** Headers by lower-case name; repeated ones joined by commas. */
export function toHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    const value = String(rawHeaders[index + 1]);
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

/** JSON where it is some, else the text; null for no bytes. */
export function readBody(bytes: Uint8Array | null): unknown {
  if (!bytes || bytes.byteLength === 0) return null;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text; // Not JSON: the text itself is what was sent.
  }
}
