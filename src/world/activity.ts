import type { OperationId } from '../api/operations.ts';
import type { PerformanceEnd } from '../scenario/wire.ts';
import type { StreamState } from './stream-record.ts';
import type { TurnEnd } from './turn.ts';

/** Something that happened, for logs and watchers. Never contains keys or cookies. */
export type Activity = LoggedActivity | StateActivity;
/** A finished activity, which a log shows in one line. */
export type LoggedActivity = RequestActivity | StreamActivity;

/** A request that was answered. */
export interface RequestActivity {
  readonly kind: 'request';
  /** Its number in the journal of its world. */
  readonly id: number;
  /** When it came, in milliseconds since 1970. */
  readonly cameMs: number;
  readonly sessionId: string | null;
  /** The number of the stream that answers it, in its world. */
  readonly stream: number | null;
  readonly method: string;
  readonly path: string;
  /** Null: the connection was ended before any byte of an answer. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly world: string | null;
  readonly operation: OperationId | null;
  readonly scenario: string | null;
  readonly why: string | null;
  /** By lower-case name, without secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Why it was refused, in the words of the answer; null if it was not, or does not say. */
  readonly problem?: string | null;
}

/** A stream that ended. */
export interface StreamActivity {
  readonly kind: 'stream';
  readonly method: string;
  readonly path: string;
  readonly world: string | null;
  readonly operation: 'streamMessages';
  /** Its number among the streams of its world. */
  readonly stream: number;
  readonly sessionId: string;
  readonly scenario: string;
  readonly events: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** Real milliseconds from its begin to its first byte; null if none was sent, or that is forgotten. */
  readonly firstByteMs?: number | null;
  /** What became of the turn. */
  readonly end: TurnEnd;
  /** How the connection ended. */
  readonly how: PerformanceEnd;
}

/**
 * A stream has begun, is held, paused or hanging, or goes on. A stream that ends at once is reported only as `stream`.
 */
interface StateActivity {
  readonly kind: 'state';
  readonly world: string | null;
  /** Its number among the streams of its world. */
  readonly stream: number;
  readonly sessionId: string;
  readonly scenario: string;
  readonly state: StreamState;
  /** The name it waits for. */
  readonly hold: string | null;
  /** How many events it has sent so far. */
  readonly events: number;
}
