import type { Clock, Wait, Waiter } from '../../src/runtime/clock.ts';

/** A real clock that stands still until it is moved; it wakes in the order of deadlines. */
export class FakeClock implements Clock {
  #nowMs = 1000;
  #waiters: { readonly deadlineMs: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  schedule(deadlineMs: number, callback: () => void): (() => void) | undefined {
    if (deadlineMs <= this.#nowMs) return undefined;
    const waiter = { deadlineMs, callback };
    this.#waiters.push(waiter);
    return () => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
    };
  }

  createWait(waiter: Waiter): Wait {
    let giveUp: (() => void) | undefined;
    return {
      until: (deadlineMs) => {
        giveUp = this.schedule(deadlineMs, () => waiter.wake());
        return giveUp !== undefined;
      },
      cancel: () => giveUp?.(),
    };
  }

  /** Lets this much time pass, through each deadline on the way. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#waiters.toSorted((a, b) => a.deadlineMs - b.deadlineMs);
      if (!next || next.deadlineMs > endMs) break;
      this.#waiters = this.#waiters.filter((other) => other !== next);
      this.#nowMs = next.deadlineMs;
      next.callback();
    }
    this.#nowMs = endMs;
  }
}
