import type { StreamDetail } from '../server/control/shapes.ts';
import type { Frame } from './stream-state.ts';

/** Which time the lane shows: that of the script, or the real one. */
export type TimeKind = 'script' | 'real';

/** How a frame is marked: deltas are short, whole messages tall. */
export type MarkKind = 'delta' | 'message' | 'tool' | 'stop' | 'other';

/** A frame's time in milliseconds since the stream began. */
export function timeOf({ at_ms, sent_ms }: Pick<Frame, 'at_ms' | 'sent_ms'>, kind: TimeKind): number {
  return kind === 'script' ? at_ms : sent_ms;
}

/** The kind of mark of a frame. */
export function markOf({ type, kind }: Pick<Frame, 'type' | 'kind'>): MarkKind {
  if (kind !== 'event') return 'other';
  if (type.endsWith('_delta')) return 'delta';
  if (type.startsWith('tool_')) return 'tool';
  return type === 'stop' ? 'stop' : 'message';
}

/** A time during which the stream stood still. */
export interface Stop {
  readonly state: 'held' | 'paused' | 'hanging';
  readonly hold: string | null;
  readonly fromMs: number;
  /** Null: it lasts. */
  readonly toMs: number | null;
}

/** When the stream was held, paused or hanging; in the script's time, which stands still meanwhile, they have no length. */
export function stopsOf({ states }: Pick<StreamDetail, 'states'>, kind: TimeKind): Stop[] {
  return states.flatMap(({ state, hold, ...at }, index) => {
    if (state !== 'held' && state !== 'paused' && state !== 'hanging') return [];
    const next = states.slice(index + 1).find((later) => later.state !== state || later.hold !== hold);
    const before = states[index - 1];
    if (before?.state === state && before.hold === hold) return [];
    return [{ state, hold, fromMs: timeOf(at, kind), toMs: next ? timeOf(next, kind) : null }];
  });
}

/** About so many round times up to a length, for the axis. */
export function ticksUpTo(lengthMs: number, wanted: number): number[] {
  const rough = lengthMs / wanted;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 0.001)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}
