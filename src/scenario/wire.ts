import type { Event } from '../api/events.ts';
import type { Ending } from './endings.ts';

/** What performing a turn does, one after the other. */
export type WireAction =
  /** Let this many milliseconds pass. */
  | { readonly kind: 'wait'; readonly ms: number }
  /**
   * Let as much real time pass, at any speed, as the client needs to read what came before apart from what comes now.
   */
  | { readonly kind: 'gap' }
  /** One write, and the events whose last byte is in it (none for a comment or part of a frame). */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly events: readonly Event[] }
  /** Wait until somebody releases this name. */
  | { readonly kind: 'hold'; readonly name: string; readonly maxMs: number }
  /** Nothing comes after it. */
  | { readonly kind: 'end'; readonly how: Ending };

/** How a hold ended; handed to the sequence with the call for what comes next. */
export type HoldOutcome = 'released' | 'expired';

/**
 * A compiled turn: lazy, synchronous, and told after a hold how that ended (nothing else makes it depend on its
 * performance).
 */
export type WireActions = Generator<WireAction, void, HoldOutcome | undefined>;

/** How a performance may end: as its script says, or because the client left, somebody stopped it, or chat-mock failed. */
export const performanceEnds = ['close', 'truncate', 'reset', 'client_left', 'stopped', 'failed'] as const;
/** How a performance ended. One that hangs ends when the client leaves. */
export type PerformanceEnd = (typeof performanceEnds)[number];
