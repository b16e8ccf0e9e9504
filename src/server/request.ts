import type { BodyLimits } from './read-body.ts';

/** What the server reads of a request, whichever door it came through. */
export interface IncomingRequest {
  readonly method: string;
  /** The path below the base path as it was sent, percent-encoding and all; the whole path if it is outside. */
  readonly path: string;
  /** What came before that path, as `/llama`; '' for nothing, null for a path that is outside of the base path. */
  readonly basePath: string | null;
  /** The query as it was sent, without `?`; '' if there is none. */
  readonly query: string;
  /** Scheme and host as the client named them, for absolute URLs in answers. */
  readonly origin: string;
  /** Names and values of all headers, in turn. */
  readonly rawHeaders: readonly string[];
  /** The value of a header by its lower-case name; repeated ones joined by commas. */
  header(name: string): string | null;
  /** The whole body; rejects with BodyTooLargeError beyond a limit. */
  body(limits: BodyLimits): Promise<Uint8Array>;
  /** Aborts when the client leaves before it has its answer. Created at the first access. */
  readonly signal: AbortSignal;
  /** Whether the client has left; cheaper than `signal.aborted`. */
  readonly hasLeft: boolean;
  /** Whether the client is on another machine. */
  readonly isRemote: boolean;
  /** Whether the server is about to close and takes no new connections. */
  readonly isDraining: boolean;
  /**
   * Calls back when the server closes, at once if it is closing already; returns a function that stops watching. Absent
   * without a server.
   */
  onClosing?(callback: () => void): () => void;
}

/** The world a request names with X-Test-Id; null is the default one. */
export function worldName(request: IncomingRequest): string | null {
  return request.header('x-test-id')?.trim() || null;
}

/** The seed that X-Mock-Seed gives a world with its first request. A number in its usual notation is a number. */
export function worldSeed(request: IncomingRequest): number | string | undefined {
  const text = request.header('x-mock-seed')?.trim();
  if (!text) return undefined;
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}
