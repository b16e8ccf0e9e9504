import type { Event, JobMetadata, StopEvent, Usage } from '../api/events.ts';
import type { SessionUse } from '../scenario/turn.ts';

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
  readonly events: readonly Event[];
  readonly turns: number;
  readonly use: SessionUse;
  /** Scenarios its next turns use, in order. */
  readonly scenarios: readonly string[];
  readonly createdAt: Position;
  /** Where it stands among the last updated, and where it stood before: pages begun earlier still go by that. */
  readonly updatedAt: Position;
  readonly earlier: readonly Position[];
}

/** Time in data, and the number of the write it belongs to, which tells equal times apart. */
export interface Position {
  readonly micros: number;
  readonly write: number;
}

export const unused: SessionUse = { inputTokens: 0, outputTokens: 0, contextTokens: 0 };

/** What a summary says of the run that ended with this stop. */
export function toJobMetadata(stop: StopEvent): JobMetadata {
  const { total_input_tokens = null, total_output_tokens = null, turns = 1, duration_ms = 0 } = numbersOf(stop);
  const { is_error, error } = stop;
  return {
    ...{ total_input_tokens, total_output_tokens, turns, duration_ms },
    is_error: is_error === true,
    error: typeof error === 'string' ? error : null,
    export_config_ids: null,
  };
}

/** The session's use after a turn that ended with this stop: what was read becomes the next turn's context. */
export function useAfter(before: SessionUse, stop: StopEvent): SessionUse {
  const usage = numbersOf(stop);
  const inputTokens = usage.total_input_tokens ?? before.inputTokens;
  const outputTokens = usage.total_output_tokens ?? before.outputTokens;
  return {
    inputTokens,
    outputTokens,
    contextTokens: Math.max(0, inputTokens - before.inputTokens) + outputTokens - before.outputTokens,
  };
}

/** A scenario may break its stop on purpose; what is no number then counts as not told. */
function numbersOf({ usage }: StopEvent): { readonly [Key in keyof Usage]?: number } {
  return Object.fromEntries(Object.entries(usage ?? {}).filter(([, value]) => typeof value === 'number'));
}
