import type { OperationId } from '../api/operations.ts';
import type { PerformanceEnd } from '../scenario/wire.ts';
import type { TurnEnd } from './turn.ts';

/** What happened, for the log and whoever watches. Never holds keys or cookies. */
export type Activity = RequestActivity | StreamActivity;

export interface RequestActivity {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  /** Null: the connection was ended before any byte of an answer. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly world: string | null;
  readonly operation: OperationId | null;
  readonly scenario: string | null;
  readonly why: string | null;
}

export interface StreamActivity {
  readonly kind: 'stream';
  readonly method: string;
  readonly path: string;
  readonly world: string | null;
  readonly operation: 'streamMessages';
  readonly sessionId: string;
  readonly scenario: string;
  readonly events: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** What became of the turn. */
  readonly end: TurnEnd;
  /** How the connection ended. */
  readonly how: PerformanceEnd;
}
