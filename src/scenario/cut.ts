import type { Ends } from './schema.ts';
import type { WireActions } from './wire.ts';

/** Ends a turn as `ends` says: after exactly so many events, bytes or scripted milliseconds. */
export function* cut(actions: WireActions, { after, how, http2_code }: Ends): WireActions {
  const limit = { events: Infinity, bytes: Infinity, ms: Infinity, ...toLimit(after) };
  let events = 0;
  let sizeBytes = 0;
  let elapsedMs = 0;
  for (let next = actions.next(); !next.done && events < limit.events && sizeBytes < limit.bytes; ) {
    const action = next.value;
    if (action.kind === 'end') break;
    if (action.kind === 'wait') {
      if (elapsedMs + action.ms > limit.ms) {
        yield { kind: 'wait', ms: limit.ms - elapsedMs };
        break;
      }
      elapsedMs += action.ms;
    }
    if (action.kind === 'bytes') {
      const room = limit.bytes - sizeBytes;
      if (action.bytes.byteLength > room) {
        yield { kind: 'bytes', bytes: action.bytes.subarray(0, room), events: [] };
        break;
      }
      sizeBytes += action.bytes.byteLength;
      events += action.events.length;
    }
    next = actions.next(yield action);
  }
  yield { kind: 'end', how, ...(http2_code && { http2Code: http2_code }) };
}

function toLimit(after: Ends['after']): {
  events?: number;
  bytes?: number;
  ms?: number;
} {
  if (after === undefined) return {};
  if (after === 'nothing') return { events: 0 };
  if ('event' in after) return { events: after.event };
  return 'byte' in after ? { bytes: after.byte } : { ms: after.ms };
}
