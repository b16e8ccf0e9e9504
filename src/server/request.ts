import type { BodyLimits } from './read-body.ts';

/** What the server reads of a request, whichever door it came through. */
export interface IncomingRequest {
  readonly method: string;
  /** The path as it was sent, percent-encoding and all. */
  readonly path: string;
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
  /** Aborts when the client goes away before it has its answer. Made when it is first asked for. */
  readonly signal: AbortSignal;
  /** Whether it has gone; cheaper than to ask the signal. */
  readonly hasLeft: boolean;
  /** Calls back when the server closes, at once if it does already; returns how to stop. Without it, no server can. */
  onClosing?(callback: () => void): () => void;
}
