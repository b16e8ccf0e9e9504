import { roundMs } from '../../runtime/timestamp.ts';
import type { ReadFrame } from '../../scenario/read-frames.ts';
import type { Activity, RequestActivity } from '../../world/activity.ts';
import type { QueuedAnswer } from '../../world/answer-queue.ts';
import type { CountedRule } from '../../world/chaos.ts';
import type { StreamRecord } from '../../world/stream-record.ts';
import type { FrameLine, RequestLine, StreamDetail, StreamLine } from './shapes.ts';

/** A queued answer as the control API answers it. */
export function showQueued({ id, scenario, operation, match, times, used }: QueuedAnswer): object {
  return { id, scenario, operation, match, times, used };
}

/** A chaos rule with its counters, as the control API answers it. */
export function showRule({ rule, seen, fired }: CountedRule): object {
  return { ...rule, seen, fired };
}

/** A request in one line of a list: everything but headers and bodies. */
export function showRequest(request: RequestActivity): RequestLine {
  const { id, cameMs, method, path, status, durationMs, world, operation, sessionId, scenario, why, stream } = request;
  return {
    ...{ id, time: new Date(cameMs).toISOString(), method, path, status, duration_ms: roundMs(durationMs), world },
    ...{ operation, session_id: sessionId, scenario, why, stream },
  };
}

/** A stream in one line of a list: everything but its hash and what takes time to find out. */
export function showStream(record: StreamRecord, world: string | null): StreamLine {
  const { id: stream, sessionId, scenario, state, hold, events, bytes, end, beganMs, states } = record;
  const duration_ms = end === null ? null : roundMs(states.at(-1)?.sentMs ?? 0);
  return {
    ...{ stream, world, time: new Date(beganMs).toISOString(), session_id: sessionId, scenario, state, hold },
    ...{ events, bytes, end, duration_ms },
  };
}

/** A stream with its times and states, as `GET streams/{id}` answers it. */
export function showStreamDetail(record: StreamRecord, world: string | null): StreamDetail {
  return {
    ...record.toJSON(),
    world,
    time: new Date(record.beganMs).toISOString(),
    kept: record.sentLog.state,
    states: record.states.map(({ state, hold, atMs, sentMs }) => ({
      ...{ state, hold, at_ms: roundMs(atMs), sent_ms: roundMs(sentMs) },
    })),
  };
}

/** A frame of a stream, as `GET streams/{id}/frames` answers it. */
export function showFrame({ kind, name, event, offset, atMs, sentMs, bytes }: ReadFrame): FrameLine {
  return { kind, name, event, offset, at_ms: roundMs(atMs), sent_ms: roundMs(sentMs), base64: toBase64(bytes) };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In parts: each byte is an argument, and a call takes only so many.
  for (let at = 0; at < bytes.byteLength; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** An activity as `GET live` sends it. */
export function showActivity(activity: Activity): object {
  if (activity.kind === 'state') {
    const { world, stream, sessionId, scenario, state, hold, events } = activity;
    return { world, stream, session_id: sessionId, scenario, state, hold, events };
  }
  if (activity.kind === 'request') {
    return showRequest(activity);
  }
  const { kind: _, sessionId: session_id, durationMs, firstByteMs: __, ...rest } = activity;
  return { ...rest, session_id, duration_ms: roundMs(durationMs) };
}
