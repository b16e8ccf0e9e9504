import type { Clock } from '../runtime/clock.ts';

/** The number of matches to wait for, the timeout and a signal. */
export interface WaitOptions {
  /** Number of required matches. Default 1. */
  readonly count?: number | undefined;
  /** Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** Rejects when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

const WAIT_MS = 5000;

/** More than are kept of anything: what matched and was forgotten meanwhile is then left out. */
const MANY = 4096;

interface Wait<Item> {
  /** All there are now. */
  readonly list: () => readonly Item[];
  readonly isMatch: (item: Item) => boolean;
  /** Calls back with each that is new or has changed; returns how to stop. */
  readonly watch: (look: (item: Item) => void) => () => void;
  readonly clock: Clock;
  readonly tooLate: (asked: { readonly count: number; readonly timeoutMs: number }) => Error;
}

/**
 * Settles by the event with all that match, once there are enough; rejects when it is too late, or the signal aborts.
 * After the first look only what has changed is looked at.
 */
export function waitUntil<Item>(
  { list, isMatch, watch, clock, tooLate }: Wait<Item>,
  { count = 1, timeoutMs = WAIT_MS, signal }: WaitOptions,
): Promise<readonly Item[]> {
  return new Promise((resolve, reject) => {
    let found = new Set(list().filter(isMatch));
    const isEnough = () => {
      if (found.size < Math.min(count, MANY)) return false;
      const kept = list().filter((item) => found.has(item));
      found = new Set(kept);
      if (kept.length < count) return false;
      stop();
      resolve(kept);
      return true;
    };
    const look = (item: Item) => {
      if (isMatch(item)) found.add(item);
      else found.delete(item);
      isEnough();
    };
    const fail = (error: unknown) => {
      stop();
      reject(error);
    };
    const abort = () => fail(signal?.reason);
    const unwatch = watch(look);
    const giveUp = clock.schedule(clock.now() + timeoutMs, () => fail(tooLate({ count, timeoutMs })));
    const stop = () => {
      unwatch();
      giveUp?.();
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    else if (!isEnough() && !giveUp) fail(tooLate({ count, timeoutMs }));
  });
}
