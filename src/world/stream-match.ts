import { compareAll, type Expected, type Mismatch } from './request-match.ts';
import type { StreamRecord } from './stream-record.ts';

/** What a stream is matched by: all that is given must hold. */
export interface StreamMatch {
  readonly session_id?: Expected | undefined;
  readonly scenario?: Expected | undefined;
  readonly why?: Expected | undefined;
  /** `running`, `paused`, `held`, `hanging` or `over`. */
  readonly state?: Expected | undefined;
  /** The name that it waits for. */
  readonly hold?: Expected | undefined;
  /** `close`, `truncate`, `reset`, `client_left`, `stopped` or `failed`; null while it runs. */
  readonly end?: Expected | undefined;
}

/** Returns every reason why a stream does not match; an empty list if it matches. */
export function streamMismatches(match: StreamMatch, record: StreamRecord): Mismatch[] {
  const { sessionId: session_id, scenario, why, state, hold, end } = record;
  return compareAll({ ...match }, { session_id, scenario, why, state, hold, end });
}
