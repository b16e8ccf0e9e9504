import type { JobMetadata, StopEvent } from '../api/events.ts';
import type { SessionUse } from '../scenario/turn.ts';
import type { History } from './history.ts';

/** A session at one moment. Immutable: every write makes a new one, so worlds and pages can share them. */
export interface Session {
  readonly id: string;
  /** Canonical project id; '' is the default project. */
  readonly project: string;
  readonly title: string | null;
  readonly indexIds: readonly string[] | null;
  readonly sharedAccess: 'read_only' | 'query';
  /** The last `stop`'s usage and error; null until there was one. */
  readonly jobMetadata: JobMetadata | null;
  readonly history: History;
  readonly turns: number;
  readonly use: SessionUse;
  /** Scenarios its next turns use, in order. */
  readonly scenarios: readonly string[];
  readonly createdAt: Position;
  /** Where it stands among the last updated, and where it stood before: pages begun earlier still go by that. */
  readonly updatedAt: Position;
  readonly earlier: EarlierPosition | null;
}

/** A link of a chain, newest first: a write adds one and copies nothing. */
export interface EarlierPosition {
  readonly at: Position;
  readonly before: EarlierPosition | null;
}

/** Time in data, and the number of the write it belongs to, which tells equal times apart. */
export interface Position {
  readonly micros: number;
  readonly write: number;
}

/** The usage of a session without turns. */
export const unused: SessionUse = { inputTokens: 0, outputTokens: 0, contextTokens: 0 };

/** The `job_metadata` of a summary after a turn that ended with this stop. */
export function toJobMetadata({ usage, is_error, error }: StopEvent): JobMetadata {
  return {
    total_input_tokens: numberOr(usage?.total_input_tokens, null),
    total_output_tokens: numberOr(usage?.total_output_tokens, null),
    turns: numberOr(usage?.turns, 1),
    duration_ms: numberOr(usage?.duration_ms, 0),
    is_error: is_error === true,
    error: typeof error === 'string' ? error : null,
    export_config_ids: null,
  };
}

/** The session's use after a turn that ended with this stop: what was read becomes the next turn's context. */
export function useAfter(before: SessionUse, { usage }: StopEvent): SessionUse {
  const inputTokens = numberOr(usage?.total_input_tokens, before.inputTokens);
  const outputTokens = numberOr(usage?.total_output_tokens, before.outputTokens);
  return {
    inputTokens,
    outputTokens,
    contextTokens: Math.max(0, inputTokens - before.inputTokens) + outputTokens - before.outputTokens,
  };
}

/** A scenario may break its stop on purpose; a usage value that is not a number is ignored. */
function numberOr<Other>(value: unknown, other: Other): number | Other {
  return typeof value === 'number' ? value : other;
}
