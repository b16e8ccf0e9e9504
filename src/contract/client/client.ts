import type { AnswerLimits } from '../record/answer-limits.ts';
import type { Ending, ExchangeRequest, ExchangeResponse } from '../record/exchange.ts';

/** How much of an answer is read, and how fast. */
export interface ReadLimits {
  readonly signal: AbortSignal;
  /** Nothing for this long, before the headers or within the body, and the client leaves. */
  readonly idleMs: number;
  /** The whole answer may take this long: comments that never end keep a stalled stream from being silent. */
  readonly totalMs: number;
  readonly answerLimits: AnswerLimits;
  /** Where the client leaves the connection of its own accord; null reads to the end. */
  readonly leaveAfter: 'headers' | { readonly events: number } | null;
  /** Read as a stream of events: its lines are limited, and once its stop has arrived the end must follow soon. */
  readonly isStream: boolean;
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
  send(request: ExchangeRequest, limits: ReadLimits): Promise<Received>;
  close(): Promise<void>;
}
