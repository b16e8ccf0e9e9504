/** Calls back after so many turns of the event loop, one at least: what other processes have sent by now is read by then. */
export function afterTurns(count: number, callback: () => void): void {
  const next = count > 1 ? () => afterTurns(count - 1, callback) : callback;
  // Only Node's runs after sockets were read, for certain.
  if (typeof setImmediate === 'function') setImmediate(next);
  else setTimeout(next);
}

/** A turn of the event loop that takes longer keeps everybody else waiting. */
const LONG_MS = 5;

/**
 * Lets one who has much to do at once leave room for others. Each has its own: where many have a little to do, all of it
 * is done in the turn in which it came.
 */
export class LoopShare {
  #startMs: number | null = null;

  /** Whether it has taken so long in this turn of the loop that the rest should be done in the next one. */
  isSpent(): boolean {
    if (this.#startMs === null) {
      this.#startMs = performance.now();
      afterTurns(1, () => {
        this.#startMs = null;
      });
    }
    return performance.now() - this.#startMs > LONG_MS;
  }
}
