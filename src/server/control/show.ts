import { roundMs } from '../../runtime/timestamp.ts';
import type { Activity } from '../../world/activity.ts';
import type { QueuedAnswer } from '../../world/answer-queue.ts';
import type { CountedRule } from '../../world/chaos.ts';

/** A queued answer as the control API answers it. */
export function showQueued({ id, scenario, operation, match, times, used }: QueuedAnswer): object {
  return { id, scenario, operation, match, times, used };
}

/** A chaos rule with its counters, as the control API answers it. */
export function showRule({ rule, seen, fired }: CountedRule): object {
  return { ...rule, seen, fired };
}

/** An activity as `GET live` sends it. */
export function showActivity(activity: Activity): object {
  if (activity.kind === 'state') {
    const { world, stream, sessionId, scenario, state, hold, events } = activity;
    return { world, stream, session_id: sessionId, scenario, state, hold, events };
  }
  if (activity.kind === 'request') {
    const { method, path, status, durationMs, world, operation, scenario, why } = activity;
    return { method, path, status, duration_ms: roundMs(durationMs), world, operation, scenario, why };
  }
  const { kind: _, sessionId: session_id, durationMs, ...rest } = activity;
  return { ...rest, session_id, duration_ms: roundMs(durationMs) };
}
