import type { Clock, Wait, Waiter } from './clock.ts';

/** Waiters of the same tick share one timer. Those of Node are no finer. */
const TICK_MS = 1;

/**
 * The wall clock, with one shared timer per tick for all streams. Deadlines are absolute, so a late
 * event never delays the ones after it (a chain of sleeps is 22 ms late after 50 events at 1,000 streams).
 */
export function createRealClock(): Clock {
  const ticks: Ticks = new Map();
  const createWait = (waiter: Waiter) => new RealWait(ticks, waiter);
  return {
    now: () => performance.now(),
    createWait,
    schedule(deadlineMs, callback) {
      const wait = createWait({ wake: callback });
      return wait.until(deadlineMs) ? () => wait.cancel() : undefined;
    },
  };
}

type Ticks = Map<number, Tick>;

/** All who wait for the same moment. */
class Tick {
  readonly #ticks: Ticks;
  readonly #number: number;
  /** In the order in which they came; undefined where one gave up. */
  readonly #waits: (RealWait | undefined)[] = [];
  #waiting = 0;
  #timer: ReturnType<typeof setTimeout>;

  constructor(ticks: Ticks, number: number) {
    this.#ticks = ticks;
    this.#number = number;
    this.#timer = setTimeout(fire, Math.ceil(number * TICK_MS - performance.now()), this);
    ticks.set(number, this);
  }

  /** Returns its place, by which it can give up. */
  add(wait: RealWait): number {
    this.#waiting += 1;
    return this.#waits.push(wait) - 1;
  }

  remove(place: number): void {
    this.#waits[place] = undefined;
    this.#waiting -= 1;
    // A timer that nobody waits for would keep the process alive.
    if (this.#waiting > 0 || this.#ticks.get(this.#number) !== this) return;
    clearTimeout(this.#timer);
    this.#ticks.delete(this.#number);
  }

  fire(): void {
    // Node counts whole milliseconds, from the start of its loop's turn: a timer may be early by as long as that took.
    const leftMs = this.#number * TICK_MS - performance.now();
    if (leftMs > 0) {
      this.#timer = setTimeout(fire, leftMs, this);
      return;
    }
    this.#ticks.delete(this.#number);
    for (const wait of this.#waits) wait?.wake();
  }
}

function fire(tick: Tick): void {
  tick.fire();
}

class RealWait implements Wait {
  readonly #ticks: Ticks;
  readonly #waiter: Waiter;
  #tick: Tick | null = null;
  #place = 0;

  constructor(ticks: Ticks, waiter: Waiter) {
    this.#ticks = ticks;
    this.#waiter = waiter;
  }

  until(deadlineMs: number): boolean {
    if (deadlineMs <= performance.now()) return false;
    const number = Math.ceil(deadlineMs / TICK_MS);
    this.#tick = this.#ticks.get(number) ?? new Tick(this.#ticks, number);
    this.#place = this.#tick.add(this);
    return true;
  }

  cancel(): void {
    this.#tick?.remove(this.#place);
    this.#tick = null;
  }

  wake(): void {
    this.#tick = null;
    this.#waiter.wake();
  }
}
