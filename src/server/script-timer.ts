import type { Clock, Wait, Waiter } from '../runtime/clock.ts';
import type { ScriptTime } from '../scenario/wire.ts';

/**
 * The time of one script. Deadlines count from its start, so a late event never delays the next; while a hold or a pause
 * lasts, it stands still.
 */
export class ScriptTimer implements ScriptTime {
  /** How far the script is. */
  elapsedMs = 0;
  readonly #clock: Clock;
  readonly #wait: Wait;
  /** Where the clock stood at scripted time 0; moves on by what the script stood still. */
  #startMs: number;
  /** Since when it stands still: one time, for a hold and a pause may overlap. */
  #stoppedAtMs: number | null = null;
  #hasSkipped = false;

  constructor(clock: Clock, waiter: Waiter) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#wait = clock.createWait(waiter);
  }

  /** How late the script is. */
  get lateMs(): number {
    return this.#clock.now() - this.#startMs - this.elapsedMs;
  }

  /** Scripted time that has really passed. */
  get passedMs(): number {
    return (this.#stoppedAtMs ?? this.#clock.now()) - this.#startMs;
  }

  /** Wakes the waiter once the script's time has come. False: it has come already. */
  untilDue(): boolean {
    return this.#wait.until(this.#startMs + this.elapsedMs);
  }

  /** Gives up waiting. */
  cancel(): void {
    this.#wait.cancel();
  }

  stop(): void {
    this.#stoppedAtMs ??= this.#clock.now();
  }

  /** What the script waits for while it stands still takes no time afterwards either. */
  skip(): void {
    this.#hasSkipped = true;
  }

  goOn(): void {
    const nowMs = this.#clock.now();
    this.#startMs = this.#hasSkipped ? nowMs - this.elapsedMs : this.#startMs + nowMs - (this.#stoppedAtMs ?? nowMs);
    this.#stoppedAtMs = null;
    this.#hasSkipped = false;
  }
}
