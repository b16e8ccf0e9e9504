/** A timer for rare waits that are often cancelled; a cancelled wait does not keep the process alive. */
export interface Timer {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Calls back once after the delay; returns a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Resolves after the delay, or at once when the signal aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The real timer of the process. */
export const wallTimer: Timer = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timeout = setTimeout(callback, delayMs);
    return () => clearTimeout(timeout);
  },
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timeout);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timeout = setTimeout(wake, delayMs);
      signal?.addEventListener('abort', wake, { once: true });
      if (signal?.aborted) wake();
    }),
};

/**
 * Real time without pauses: `sleep` resolves at once, timeouts and measurements are real. For a server in the same
 * process, which does its work while it is awaited: there a pause only costs time.
 */
export const pauselessTimer: Timer = { ...wallTimer, sleep: async () => {} };

const SLICES = 10;

/** A wait for another side. `renew` starts it again when something arrived. */
export interface Patience {
  renew(): void;
  cancel(): void;
}

/**
 * Calls back once when the wait was not renewed for `delayMs` (milliseconds) to 1.1 × `delayMs`. It waits in ten slices,
 * so that a process that was blocked reads what has arrived before it decides that the other side is silent.
 */
export function createPatience(timer: Timer, options: { readonly delayMs: number; callback(): void }): Patience {
  let left = SLICES;
  let cancel = () => {};
  const wait = () => {
    cancel = timer.after(options.delayMs / SLICES, () => {
      left -= 1;
      if (left > 0) wait();
      else options.callback();
    });
  };
  wait();
  return {
    renew: () => {
      left = SLICES + 1; // A part of the slice that runs is over already.
    },
    cancel: () => cancel(),
  };
}
