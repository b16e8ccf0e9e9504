import type { Event } from '../api/events.ts';
import type { Ending } from './endings.ts';

/** One action of a compiled turn. */
export type WireAction =
  /** Waits this many milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
  /**
   * Waits in real time, at every speed, until the client can read the previous piece separately.
   */
  | { readonly kind: 'gap' }
  /** One write, with the events whose last byte it contains (none for a comment or part of a frame). */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly events: readonly Event[] }
  /** Waits until this hold is released. */
  | { readonly kind: 'hold'; readonly name: string; readonly maxMs: number }
  /** The last action. */
  | { readonly kind: 'end'; readonly how: Ending };

/** How a hold ended; the performer passes it to the next call of the sequence. */
export type HoldOutcome = 'released' | 'expired';

/**
 * A compiled turn: lazy, synchronous, and told after a hold how that ended (nothing else makes it depend on its
 * performance).
 */
export type WireActions = Generator<WireAction, void, HoldOutcome | undefined>;

/**
 * How a performance can end: as scripted, because the client disconnected, because it was stopped, or because chat-mock
 * failed.
 */
export const performanceEnds = ['close', 'truncate', 'reset', 'client_left', 'stopped', 'failed'] as const;
/** How a performance ended. A hanging one ends when the client disconnects. */
export type PerformanceEnd = (typeof performanceEnds)[number];
