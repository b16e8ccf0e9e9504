import type { Clock } from '../runtime/clock.ts';

export interface WaitOptions {
  /** How many must match. Default 1. */
  readonly count?: number | undefined;
  /** Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

const WAIT_MS = 5000;

interface Wait<Item> {
  readonly find: () => readonly Item[];
  /** Calls back whenever there may be more to find; returns how to stop. */
  readonly watch: (look: () => void) => () => void;
  readonly clock: Clock;
  readonly tooLate: (asked: { readonly count: number; readonly timeoutMs: number }) => Error;
}

/** Settles by the event with what is found, once that is enough; rejects when it is too late, or the signal aborts. */
export function waitUntil<Item>(
  { find, watch, clock, tooLate }: Wait<Item>,
  { count = 1, timeoutMs = WAIT_MS, signal }: WaitOptions,
): Promise<readonly Item[]> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find();
      if (found.length < count) return false;
      stop();
      resolve(found);
      return true;
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
    else if (!look() && !giveUp) fail(tooLate({ count, timeoutMs }));
  });
}
