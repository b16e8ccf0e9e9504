import type { OperationId } from '../api/operations.ts';
import type { TurnEnd } from './turn.ts';

/** What happened, for the log (and, later, the journal). Never holds keys, cookies or query values. */
export type Activity = RequestActivity | StreamActivity;

export interface RequestActivity {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  readonly status: number;
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
  readonly end: TurnEnd;
}
