import { Heap, type HeapItem } from './heap.ts';

/** The clock that streams wait on. Values are milliseconds since an arbitrary start. */
export interface Clock {
  now(): number;
  /**
   * Calls back at the deadline and returns how to give up waiting; `undefined` means that the deadline
   * has passed already, the caller goes on at once and is not called back.
   */
  schedule(deadlineMs: number, callback: () => void): (() => void) | undefined;
}

/** Waiters of the same tick share one timer. 2 ms is the smallest gap that clients on loopback see as two reads. */
const TICK_MS = 2;

/**
 * The wall clock, with one shared timer per tick for all streams. Deadlines are absolute, so a late
 * event never delays the ones after it (a chain of sleeps is 22 ms late after 50 events at 1,000 streams).
 */
export function createRealClock(): Clock {
  const ticks = new Map<number, Tick>();
  const now = () => performance.now();
  const fire = (number: number) => {
    const tick = ticks.get(number);
    if (!tick) return;
    // Node counts whole milliseconds, from the start of its loop's turn: a timer may be early by as long as that took.
    const leftMs = number * TICK_MS - now();
    if (leftMs > 0) {
      tick.timer = setTimeout(fire, leftMs, number);
      return;
    }
    ticks.delete(number);
    for (const wake of tick.waiters) wake();
  };
  return {
    now,
    schedule(deadlineMs, callback) {
      const nowMs = now();
      if (deadlineMs <= nowMs) return undefined;
      const number = Math.ceil(deadlineMs / TICK_MS);
      let tick = ticks.get(number);
      if (!tick) {
        tick = { waiters: new Set(), timer: setTimeout(fire, Math.ceil(number * TICK_MS - nowMs), number) };
        ticks.set(number, tick);
      }
      const waited = tick;
      const wake = () => callback();
      waited.waiters.add(wake);
      return () => {
        waited.waiters.delete(wake);
        // A timer that nobody waits for would keep the process alive.
        if (waited.waiters.size > 0 || ticks.get(number) !== waited) return;
        clearTimeout(waited.timer);
        ticks.delete(number);
      };
    },
  };
}

/** The waiters of one tick, and its timer. */
interface Tick {
  readonly waiters: Set<() => void>;
  timer: ReturnType<typeof setTimeout>;
}

/** A speed factor; `instant` never waits. */
export type Speed = number | 'instant';
/** How time passes for streams: at a speed, or only by `advance`. */
export type Pacing = Speed | 'manual';

interface Waiter extends HeapItem {
  readonly deadlineMs: number;
  readonly order: number;
  readonly callback: () => void;
  /** Gives up the real timer; undefined where there is none. */
  cancel: (() => void) | undefined;
}

/**
 * The clock that the streams of one world wait on. Its pacing may change while they wait: time goes on from where it
 * stood, and every waiting stream is due by the new pacing.
 */
export class StreamClock implements Clock {
  readonly #real: Clock;
  readonly #waiters = new Heap<Waiter>(isBefore);
  #pacing: Pacing;
  #speed: Speed;
  /** Where this clock and the real one stood when the pacing was last set. */
  #anchor: { readonly ownMs: number; readonly unscaledMs: number; readonly realMs: number };
  #order = 0;

  /** `speed`: what a manual clock goes on with when it is no longer manual. */
  constructor(real: Clock, pacing: Pacing, speed: Speed = 1) {
    this.#real = real;
    this.#pacing = pacing;
    this.#speed = pacing === 'manual' ? speed : pacing;
    this.#anchor = { ownMs: 0, unscaledMs: 0, realMs: real.now() };
  }

  get pacing(): Pacing {
    return this.#pacing;
  }

  /** That of the pacing, or of the one before it was manual. */
  get speed(): Speed {
    return this.#speed;
  }

  /** The number of waiting streams. */
  get waiting(): number {
    return this.#waiters.size;
  }

  now(): number {
    const { ownMs, realMs } = this.#anchor;
    return typeof this.#pacing === 'number' ? ownMs + (this.#real.now() - realMs) * this.#pacing : ownMs;
  }

  /** The time of clients, who know nothing of a speed: real, but for a manual clock, with which it stands and moves. */
  unscaledNow(): number {
    const { unscaledMs, realMs } = this.#anchor;
    return this.#pacing === 'manual' ? unscaledMs : unscaledMs + this.#real.now() - realMs;
  }

  schedule(deadlineMs: number, callback: () => void): (() => void) | undefined {
    if (this.#pacing === 'instant' || deadlineMs <= this.now()) return undefined;
    this.#order += 1;
    const waiter: Waiter = { deadlineMs, order: this.#order, callback, cancel: undefined, place: -1 };
    if (!this.#wait(waiter)) return undefined;
    this.#waiters.add(waiter);
    return () => {
      waiter.cancel?.();
      this.#waiters.delete(waiter);
    };
  }

  /** Changes the pacing; whoever waits waits by the new one from now on. */
  setPacing(pacing: Pacing): void {
    this.#anchor = { ownMs: this.now(), unscaledMs: this.unscaledNow(), realMs: this.#real.now() };
    this.#pacing = pacing;
    if (pacing !== 'manual') this.#speed = pacing;
    for (const waiter of this.#waiters.all.sort((a, b) => (isBefore(a, b) ? -1 : 1))) {
      if (waiter.place === -1) continue; // It gave up when another was woken.
      waiter.cancel?.();
      if (pacing === 'instant' || !this.#wait(waiter)) this.#wake(waiter);
    }
  }

  /**
   * Moves manual time forward by so many milliseconds, through every deadline on the way in its order: what a woken
   * stream waits for next is met too if it is due by then. Returns how many deadlines were met.
   */
  advance(ms: number): number {
    const endMs = this.#anchor.ownMs + ms;
    let met = 0;
    for (;;) {
      const { first: next } = this.#waiters; // Looked for anew each time: a woken stream may wait again.
      if (!next || next.deadlineMs > endMs) break;
      this.#moveTo(Math.max(this.#anchor.ownMs, next.deadlineMs));
      this.#wake(next);
      met += 1;
    }
    this.#moveTo(endMs);
    return met;
  }

  #moveTo(ownMs: number): void {
    const { ownMs: beforeMs, unscaledMs, realMs } = this.#anchor;
    this.#anchor = { ownMs, unscaledMs: unscaledMs + ownMs - beforeMs, realMs };
  }

  /** Returns false if the deadline has passed. */
  #wait(waiter: Waiter): boolean {
    if (typeof this.#pacing !== 'number') return true;
    const { ownMs, realMs } = this.#anchor;
    const realDeadlineMs = realMs + (waiter.deadlineMs - ownMs) / this.#pacing;
    waiter.cancel = this.#real.schedule(realDeadlineMs, () => this.#wake(waiter));
    return waiter.cancel !== undefined;
  }

  #wake(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    waiter.callback();
  }
}

/** Waiters that are due at the same time wake in the order in which they asked. */
function isBefore(a: Waiter, b: Waiter): boolean {
  return a.deadlineMs < b.deadlineMs || (a.deadlineMs === b.deadlineMs && a.order < b.order);
}
