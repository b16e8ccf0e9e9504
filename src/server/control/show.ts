import type { Activity } from '../../world/activity.ts';
import type { QueuedAnswer } from '../../world/answer-queue.ts';
import type { CountedRule } from '../../world/chaos.ts';
import type { Verification } from '../../world/journal.ts';
import type { RequestRecord } from '../../world/request-record.ts';
import type { StreamRecord } from '../../world/stream-record.ts';

/** Things of a world as the control API tells them. */
export function showEntry(entry: RequestRecord): object {
  const { id, method, path, query, operation, session_id, status, durationMs, world, scenario, why, headers, body } =
    entry;
  const duration_ms = round(durationMs);
  return {
    ...{ id, method, path, query, operation, session_id, status, duration_ms },
    ...{ world, scenario, why, headers, body },
  };
}

/** A stream record as the control API answers it. */
export function showStream(record: StreamRecord): object {
  const { id, sessionId, scenario, why, state, hold, events, bytes, elapsedMs, end, endMs, stalls, stalledMs } = record;
  const left = end === 'client_left' ? { event: events, byte: bytes, ms: round(endMs ?? elapsedMs) } : null;
  return {
    ...{ id, session_id: sessionId, scenario, why, state, hold, events, bytes },
    sha256: record.sha256(),
    elapsed_ms: round(elapsedMs),
    end,
    client_left: left,
    stalls,
    stalled_ms: round(stalledMs),
  };
}

/** A queued answer as the control API answers it. */
export function showQueued({ id, scenario, operation, match, times, used }: QueuedAnswer): object {
  return { id, scenario, operation, match, times, used };
}

/** A chaos rule with its counters, as the control API answers it. */
export function showRule({ rule, seen, fired }: CountedRule): object {
  return { ...rule, seen, fired };
}

/** The result of `journal/verify`, as the control API answers it. */
export function showVerification({ matched, nearest }: Verification): object {
  return {
    matched,
    nearest: nearest.map(({ entry, mismatches }) => ({ entry: showEntry(entry), mismatches })),
  };
}

/** An activity as `GET live` sends it. */
export function showActivity(activity: Activity): object {
  if (activity.kind === 'state') {
    const { world, stream, sessionId, scenario, state, hold, events } = activity;
    return { world, stream, session_id: sessionId, scenario, state, hold, events };
  }
  const { kind: _, durationMs, ...facts } = activity;
  if (!('sessionId' in facts)) {
    const { method, path, status, world, operation, scenario, why } = facts;
    return { method, path, status, duration_ms: round(durationMs), world, operation, scenario, why };
  }
  const { sessionId: session_id, ...rest } = facts;
  return { ...rest, session_id, duration_ms: round(durationMs) };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
