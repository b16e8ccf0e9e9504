import type { Chunk, Ending, ExchangeRequest, ExchangeResponse } from '../record/exchange.ts';

/** How much of an answer is read, and how fast. */
export interface ReadLimits {
  readonly signal: AbortSignal;
  /** Nothing for this long, before the headers or within the body, and we give up. */
  readonly idleMs: number;
  /** The whole answer may take this long: comments that never end keep a stalled stream from being silent. */
  readonly totalMs: number;
  readonly maxBytes: number;
  /** Asked after the headers and each chunk: true leaves the connection there. */
  readonly isEnough: (chunks: readonly Chunk[]) => boolean;
  /** Asked after each chunk: once it says how long, the rest must come within that. */
  readonly lingerMs: (chunks: readonly Chunk[], headersMs: number) => number | null;
  /** Wait this long before each further read; 0: read as it comes. */
  readonly paceMs: number;
}

/** What came back for a request, and how it ended. */
export interface Received {
  readonly response: ExchangeResponse | null;
  readonly ending: Ending;
  readonly endMs: number;
  readonly reason: string | null;
}

/** Sends a request and records what comes back. Never rejects: whatever happens is a fact about the server. */
export interface Client {
  send(request: ExchangeRequest, reading: ReadLimits): Promise<Received>;
  close(): Promise<void>;
}
