import type { OperationId } from '../api/operations.ts';
import { isSecretName, REDACTED } from '../runtime/secret-names.ts';
import { roundMs } from '../runtime/timestamp.ts';
import type { BodyMemory } from './body-memory.ts';
import type { KnownSecrets } from './known-secrets.ts';
import type { Keepsake, RecentMemory } from './recent-memory.ts';
import { redactBody, redactHeader, redactPath, redactQuery, redactValue } from './redact.ts';
import { type Mismatch, mismatches, type RequestFacts, type RequestMatch } from './request-match.ts';

/** Larger bodies are not recorded. */
export const KEPT_BODY_BYTES = 16 * 1024;

/** A record is kept with its answer, also where the journal has dropped it: with its headers about so many bytes. */
const RECORD_BYTES = 2048;

/** Deeper bodies are kept as their text: what walks through a body calls itself for each level. */
const DEEPEST_BODY = 100;

/** What all records of a server share. */
export interface RecordKeeping {
  /** Secrets that no record may show. */
  readonly secrets: KnownSecrets;
  readonly bodies: BodyMemory;
  readonly memory: RecentMemory;
}

/** What was answered, as far as it is whole: the body of a stream is in the record of the stream. */
export interface RecordedAnswer {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | null;
}

/** A journal entry as programs and the control API see it. */
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
  /** Why it was refused, as far as somebody watches. */
  readonly problem: string | null;
  /** When it came, in milliseconds since 1970. */
  readonly cameMs: number;
  /** When it arrived, in milliseconds of its world's clock at normal speed. */
  readonly clockMs: number;
  /** The number of the stream that answered it, in its world. */
  readonly stream: number | null;
  readonly answer: RecordedAnswer | null;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly bodyBytes: Uint8Array | null;
}

/** A request record in JSON; null stands for what did not happen. */
export interface RequestRecordJson {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly operation: OperationId | null;
  readonly session_id: string | null;
  readonly status: number | null;
  readonly duration_ms: number;
  readonly world: string | null;
  readonly scenario: string | null;
  readonly why: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One request and what came of it, without secrets. Headers and body are read only when somebody looks. */
export class RequestRecord implements Keepsake {
  readonly kind = 'request';
  /** Counts from 1 in its world. */
  id = 0;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** Null: the connection was ended before any byte of an answer. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly world: string | null;
  readonly operation: OperationId | null;
  readonly sessionId: string | null;
  readonly scenario: string | null;
  readonly why: string | null;
  readonly problem: string | null;
  /** When it came, in milliseconds since 1970. */
  readonly cameMs: number;
  /** When it arrived, in milliseconds of its world's clock at normal speed. */
  readonly clockMs: number;
  /** The number of the stream that answered it, in its world; null if none did. */
  readonly stream: number | null;
  readonly #sentPath: string;
  #answer: RecordedAnswer | null;
  readonly #rawHeaders: readonly string[];
  readonly #bodyBytes: Uint8Array | null;
  readonly #keeping: RecordKeeping;

  /** About how many bytes it keeps. */
  get sizeBytes(): number {
    const headers = this.#rawHeaders.reduce((sum, text) => sum + text.length, 0);
    return this.#sentPath.length + this.query.length + headers + (this.#bodyBytes?.byteLength ?? 0);
  }

  constructor(request: RecordedRequest, keeping: RecordKeeping) {
    this.method = request.method;
    this.path = redactPath(request.path, keeping.secrets);
    this.query = redactQuery(request.query, keeping.secrets);
    this.status = request.status;
    this.durationMs = request.durationMs;
    this.world = request.world;
    this.operation = request.operation;
    this.sessionId = request.sessionId;
    this.scenario = request.scenario;
    this.why = request.why;
    this.problem = request.problem;
    this.cameMs = request.cameMs;
    this.clockMs = request.clockMs;
    this.stream = request.stream;
    this.#answer = request.answer;
    this.#sentPath = request.path;
    this.#rawHeaders = request.rawHeaders;
    const { bodyBytes } = request;
    this.#bodyBytes = bodyBytes && bodyBytes.byteLength <= KEPT_BODY_BYTES ? bodyBytes : null;
    this.#keeping = keeping;
    if (this.#answer) keeping.memory.keep(this, sizeOf(this.#answer));
  }

  /** Forgets what was answered: there is no more room for it. */
  forget(): void {
    this.#answer = null;
  }

  /** The answer, without secrets; null if there was none, or if it is no longer kept. */
  get answer(): { readonly headers: Readonly<Record<string, string>>; readonly body: unknown } | null {
    if (!this.#answer) return null;
    const { secrets } = this.#keeping;
    const { headers, body } = this.#answer;
    const shown = Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      [value]
        .flat()
        .map((line) => redactHeader(name, line, secrets))
        .join(', '),
    ]);
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    return { headers: Object.fromEntries(shown), body: redactBody(readBody(bytes), secrets) };
  }

  /** By name in lower case, with secrets replaced. */
  get headers(): Readonly<Record<string, string>> {
    const { secrets } = this.#keeping;
    const headers = toHeaders(this.#rawHeaders);
    for (const [name, value] of Object.entries(headers)) headers[name] = redactHeader(name, value, secrets);
    return headers;
  }

  /**
   * The body as JSON, or as text if it is not JSON; null if there was none or it was too large to keep. Secrets are
   * replaced.
   */
  get body(): unknown {
    return redactBody(this.#readBody(), this.#keeping.secrets);
  }

  /** As the control API answers it. */
  toJSON(): RequestRecordJson {
    const { id, method, path, query, operation, sessionId, status, durationMs, world, scenario, why, headers, body } =
      this;
    return {
      ...{ id, method, path, query, operation, session_id: sessionId, status, duration_ms: roundMs(durationMs) },
      ...{ world, scenario, why, headers, body },
    };
  }

  /** Why it does not match. The path and the body are compared as they were sent. */
  mismatches(match: RequestMatch): Mismatch[] {
    const record = this;
    const { method, operation, sessionId: session_id, status, scenario } = this;
    const facts: RequestFacts = {
      ...{ method, operation, session_id, status, scenario, path: this.#sentPath },
      get headers() {
        return record.headers;
      },
      get body() {
        return record.#readBody();
      },
    };
    return mismatches(match, facts);
  }

  /** The same, to be shown: what is secret is replaced. */
  shownMismatches(match: RequestMatch): Mismatch[] {
    const { secrets } = this.#keeping;
    const show = (at: string, actual: unknown): unknown => {
      if (at === 'path') return this.path;
      if (at === 'body') return this.body;
      return at.split(/[.[\]]/).some((name) => isSecretName(name, actual)) ? REDACTED : redactValue(actual, secrets);
    };
    return this.mismatches(match).map(({ at, expected, actual }) => ({ at, expected, actual: show(at, actual) }));
  }

  #readBody(): unknown {
    const bytes = this.#bodyBytes;
    if (!bytes || bytes.byteLength === 0) return null;
    return this.#keeping.bodies.read(this, bytes.byteLength, () => readBody(bytes));
  }
}

/** About how many bytes an answer keeps. */
function sizeOf({ headers, body }: RecordedAnswer): number {
  const size = RECORD_BYTES + (typeof body === 'string' ? body.length : (body?.byteLength ?? 0));
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + lengthOf(value), size);
}

function lengthOf(value: string | readonly string[]): number {
  return typeof value === 'string' ? value.length : value.reduce((sum, line) => sum + line.length, 0);
}

/** Headers by lower-case name; repeated ones joined by commas. */
export function toHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null); // Names such as constructor come from outside.
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
    const value: unknown = JSON.parse(text);
    return isDeeper(value, DEEPEST_BODY) ? text : value;
  } catch {
    return text; // Not JSON: the text itself is what was sent.
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
