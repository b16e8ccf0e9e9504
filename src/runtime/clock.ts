import { Bag, type BagItem } from './bag.ts';
import { Heap } from './heap.ts';

/** The clock that streams wait on. Values are milliseconds since an arbitrary start. */
export interface Clock {
  now(): number;
  /**
   * Calls back at the deadline and returns how to give up waiting; `undefined` means that the deadline
   * has passed already, the caller goes on at once and is not called back.
   */
  schedule(deadlineMs: number, callback: () => void): (() => void) | undefined;
  /** For one who waits again and again: a wait that is made once and begun each time. */
  createWait(waiter: Waiter): Wait;
}

/** Who waits. An object, not a callback: a closure for each of thousands of streams takes memory and time. */
export interface Waiter {
  /** Called at the deadline. */
  wake(): void;
}

/** Waits for one deadline after another. */
export interface Wait {
  /** Calls back at the deadline. False: it has passed already, the caller goes on at once and is not called back. */
  until(deadlineMs: number): boolean;
  /** Gives up waiting, if it does wait. */
  cancel(): void;
}

/** A speed factor; `instant` never waits. */
export type Speed = number | 'instant';
/** How time passes for streams: at a speed, or only by `advance`. */
export type Pacing = Speed | 'manual';

/**
 * The clock that the streams of one world wait on. Its pacing may change while they wait: time goes on from where it
 * stood, and every waiting stream is due by the new pacing.
 */
export class StreamClock implements Clock {
  readonly #real: Clock;
  /**
   * A bag until somebody moves the clock by hand: order costs time for each wait. Then it holds those who wait in the
   * order of their deadlines; a bag also keeps those who will wait again.
   */
  #waiters: Bag<StreamWait> = new Bag();
  #waiting = 0;
  #pacing: Pacing;
  #speed: Speed;
  /** Where this clock and the real one stood when the pacing was last set. */
  #anchor: { readonly ownMs: number; readonly unscaledMs: number; readonly realMs: number; readonly clientMs: number };
  readonly #clientNowMs: () => number;
  #order = 0;

  /**
   * `speed`: what a manual clock goes on with when it is no longer manual. `clientNowMs`: real time as clients see it;
   * by default that of the real clock.
   */
  constructor(
    real: Clock,
    {
      pacing,
      speed = 1,
      clientNowMs = () => real.now(),
    }: {
      readonly pacing: Pacing;
      readonly speed?: Speed | undefined;
      readonly clientNowMs?: (() => number) | undefined;
    },
  ) {
    this.#real = real;
    this.#pacing = pacing;
    this.#speed = pacing === 'manual' ? speed : pacing;
    this.#clientNowMs = clientNowMs;
    this.#anchor = { ownMs: 0, unscaledMs: 0, realMs: real.now(), clientMs: clientNowMs() };
  }

  get pacing(): Pacing {
    return this.#pacing;
  }

  /** Whether nobody waits. */
  get isInstant(): boolean {
    return this.#pacing === 'instant';
  }

  /** Whether it only moves by `advance`. */
  get isManual(): boolean {
    return this.#pacing === 'manual';
  }

  /** That of the pacing, or of the one before it was manual. */
  get speed(): Speed {
    return this.#speed;
  }

  /** The number of waiting streams. */
  get waiting(): number {
    return this.#waiting;
  }

  now(): number {
    const { ownMs, realMs } = this.#anchor;
    return typeof this.#pacing === 'number' ? ownMs + (this.#real.now() - realMs) * this.#pacing : ownMs;
  }

  /** The time of clients, who know nothing of a speed: real, but for a manual clock, with which it stands and moves. */
  unscaledNow(): number {
    const { unscaledMs, clientMs } = this.#anchor;
    return this.#pacing === 'manual' ? unscaledMs : unscaledMs + this.#clientNowMs() - clientMs;
  }

  schedule(deadlineMs: number, callback: () => void): (() => void) | undefined {
    const wait = this.createWait({
      wake: () => {
        wait.cancel();
        callback();
      },
    });
    if (wait.until(deadlineMs)) return () => wait.cancel();
    wait.cancel();
    return undefined;
  }

  createWait(waiter: Waiter): Wait {
    return new StreamWait(this, { real: this.#real, waiter });
  }

  /** For its own waits: begins one. False: the deadline has passed. */
  begin(wait: StreamWait): boolean {
    if (!this.#waitFor(wait)) return false;
    this.#order += 1;
    wait.order = this.#order;
    wait.isWaiting = true;
    this.#waiting += 1;
    if (wait.place === -1) this.#waiters.add(wait);
    return true;
  }

  /** For its own waits: one is over. */
  end(wait: StreamWait): void {
    if (!wait.isWaiting) return;
    wait.isWaiting = false;
    this.#waiting -= 1;
    if (this.#waiters instanceof Heap) this.#waiters.delete(wait);
  }

  /** For its own waits: nobody will wait again, or not soon. */
  forget(wait: StreamWait): void {
    this.end(wait);
    this.#waiters.delete(wait);
  }

  /** Changes the pacing; whoever waits waits by the new one from now on. */
  setPacing(pacing: Pacing): void {
    const unscaledMs = this.unscaledNow();
    this.#anchor = { ownMs: this.now(), unscaledMs, realMs: this.#real.now(), clientMs: this.#clientNowMs() };
    this.#pacing = pacing;
    if (pacing !== 'manual') this.#speed = pacing;
    const waiting = this.#waiters.all.filter(({ isWaiting }) => isWaiting).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    if (pacing !== 'manual') this.#keepIn(new Bag<StreamWait>());
    for (const wait of waiting) {
      if (!wait.isWaiting) continue; // It gave up when another was woken.
      wait.stopTimer();
      if (!this.#waitFor(wait)) wait.wake();
    }
  }

  /**
   * Moves manual time forward by so many milliseconds, through every deadline on the way in its order: what a woken
   * stream waits for next is met too if it is due by then. Returns how many deadlines were met.
   */
  advance(ms: number): number {
    const endMs = this.#anchor.ownMs + ms;
    const waiters = this.#waiters instanceof Heap ? this.#waiters : this.#keepIn(new Heap(isBefore));
    let met = 0;
    for (;;) {
      const { first: next } = waiters; // Looked for anew each time: a woken stream may wait again.
      if (!next || next.deadlineMs > endMs) break;
      this.#moveTo(Math.max(this.#anchor.ownMs, next.deadlineMs));
      next.wake();
      met += 1;
    }
    this.#moveTo(endMs);
    return met;
  }

  #moveTo(ownMs: number): void {
    const { ownMs: beforeMs, unscaledMs } = this.#anchor;
    this.#anchor = { ...this.#anchor, ownMs, unscaledMs: unscaledMs + ownMs - beforeMs };
  }

  #keepIn<Waiters extends Bag<StreamWait>>(waiters: Waiters): Waiters {
    for (const wait of this.#waiters.all) {
      this.#waiters.delete(wait);
      if (wait.isWaiting) waiters.add(wait);
    }
    this.#waiters = waiters;
    return waiters;
  }

  /** Returns false if the deadline has passed. */
  #waitFor(wait: StreamWait): boolean {
    if (typeof this.#pacing !== 'number') return this.#pacing === 'manual' && wait.deadlineMs > this.#anchor.ownMs;
    const { ownMs, realMs } = this.#anchor;
    return wait.startTimer(realMs + (wait.deadlineMs - ownMs) / this.#pacing);
  }
}

/** A wait of a stream, and the real one behind it. */
class StreamWait implements Wait, Waiter, BagItem {
  deadlineMs = 0;
  order = 0;
  place = -1;
  isWaiting = false;
  readonly #clock: StreamClock;
  readonly #real: Wait;
  readonly #waiter: Waiter;

  constructor(clock: StreamClock, { real, waiter }: { readonly real: Clock; readonly waiter: Waiter }) {
    this.#clock = clock;
    this.#waiter = waiter;
    this.#real = real.createWait(this);
  }

  until(deadlineMs: number): boolean {
    this.deadlineMs = deadlineMs;
    return this.#clock.begin(this);
  }

  cancel(): void {
    this.#real.cancel();
    this.#clock.forget(this);
  }

  wake(): void {
    this.#clock.end(this);
    this.#waiter.wake();
  }

  startTimer(realDeadlineMs: number): boolean {
    return this.#real.until(realDeadlineMs);
  }

  stopTimer(): void {
    this.#real.cancel();
  }
}

/** Waits that are due at the same time end in the order in which they began. */
function isBefore(a: StreamWait, b: StreamWait): boolean {
  return a.deadlineMs < b.deadlineMs || (a.deadlineMs === b.deadlineMs && a.order < b.order);
}
