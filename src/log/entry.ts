import type { OperationId } from '../api/operations.ts';
import type { Headers } from '../server/answer.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Crowding, Input } from '../server/inputs.ts';

/** A request, without secrets, as it is handled wherever inputs are written down. */
export interface RequestInput {
  readonly kind: 'request';
  readonly world: string | null;
  readonly operation: OperationId | null;
  readonly method: string;
  readonly path: string;
  /** See `IncomingRequest.basePath`. */
  readonly base: string | null;
  readonly query: string;
  readonly origin: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The path parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** Text; or the base64 of bytes that are none. Null: no body. */
  readonly body: string | { readonly base64: string } | null;
  readonly key: NonNullable<Exchange['key']>;
  readonly crowded: Crowding | null;
  /** Whether the client had left. */
  readonly left: boolean;
  /** See `Exchange.decided`. */
  readonly decided: { readonly answer: DecidedAnswer | null } | null;
}

interface DecidedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | null;
}

/** An input as a log keeps it: with its number, which is that of its line, and real microseconds since 1970. */
export type Entry = { readonly n: number; readonly at: number } & (Input | RequestInput);
