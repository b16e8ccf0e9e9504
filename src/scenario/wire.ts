import type { Event } from '../api/events.ts';

/** What performing a turn does, one after the other. A compiled turn is a lazy, synchronous sequence of these. */
export type WireAction =
  /** Let this many milliseconds pass. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** One write, and the event it carries (none for a comment). */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly event: Event | null }
  /** Nothing comes after it: the response body ends well. */
  | { readonly kind: 'end'; readonly how: 'close' };
