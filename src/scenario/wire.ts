import type { Event } from '../api/events.ts';
import type { Ending, Http2Code } from './endings.ts';
import type { FrameBlock, FrameRun } from './frame.ts';

/** One action of a compiled turn. */
export type WireAction =
  /** Waits this many milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
  /**
   * Waits in real time, at every speed, until the client can read the previous piece separately.
   */
  | { readonly kind: 'gap' }
  | Write
  /** Waits until this hold is released. */
  | { readonly kind: 'hold'; readonly name: string; readonly maxMs: number }
  /** The last action. */
  | { readonly kind: 'end'; readonly how: Ending; readonly http2Code?: Http2Code };

/** One write, with the events whose last byte it contains (none for a comment or part of a frame). */
export interface Write {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
  readonly events: readonly Event[];
  /** The buffer that it shares with the frames around it, and its place there. */
  readonly block?: FrameBlock | null;
  readonly index?: number;
}

/** How a hold ended; the performer passes it to the next call of the sequence. */
export type HoldOutcome = 'released' | 'expired';

/**
 * A compiled turn: lazy, synchronous, and told after a hold how that ended (nothing else makes it depend on its
 * performance).
 */
export interface WireActions extends Iterable<WireAction> {
  /** May return the same object each time: read its values before the next call. */
  next(outcome?: HoldOutcome): IteratorResult<WireAction, void>;
  /**
   * For whom time does not pass: several events at once; what waits there are before them is added to the time. Null:
   * what comes next is to be asked for with `next`.
   */
  nextRun?(time: ScriptTime): FrameRun | null;
}

/** A turn that does nothing. */
export const noActions: WireActions = {
  next: () => ({ done: true, value: undefined }),
  [Symbol.iterator]: () => noActions,
};

/** How much of a script's time has passed. */
export interface ScriptTime {
  elapsedMs: number;
}

/**
 * How a performance can end: as scripted, because the client disconnected, because it was stopped, or because chat-mock
 * failed.
 */
export const performanceEnds = ['close', 'truncate', 'reset', 'client_left', 'stopped', 'failed'] as const;
/** How a performance ended. A hanging one ends when the client disconnects. */
export type PerformanceEnd = (typeof performanceEnds)[number];
