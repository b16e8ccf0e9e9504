import type { Clock } from '../runtime/clock.ts';
import type { Ending } from '../scenario/endings.ts';
import type { HoldOutcome, PerformanceEnd, WireAction, WireActions } from '../scenario/wire.ts';
import type { Performing } from '../world/stream-record.ts';

/** Where a turn's bytes go. Not asynchronous: it says when it is full and calls back when it is not. */
export interface StreamTransport {
  /** Real milliseconds between two writes that the reader must be able to tell apart. */
  readonly gapMs: number;
  /** Takes one write. False: the reader is behind; wait for `onReady` before the next. */
  write(bytes: Uint8Array): boolean;
  /** Everything taken so far must leave now: a pause follows. */
  flush(): void;
  /** The answer ends here, after everything taken so far has reached the reader. */
  end(how: Ending): void;
  /** Calls back once there is room again. */
  onReady(callback: () => void): void;
  /** Calls back if the client goes away before the end, or leaves what hangs. */
  onClose(callback: () => void): void;
  /** Calls back if its server closes, at once if it does already. Without it, nothing but the script and the client ends it. */
  onStop?(callback: () => void): void;
}

/** Where to wait for the release of a name; returns how to give up waiting. */
type Hold = (name: string, released: () => void) => () => void;

/** A stream to perform: its actions, its clocks and who is told what. */
export interface Performance {
  readonly actions: WireActions;
  /** What waits are measured on. */
  readonly clock: Clock;
  /** What gaps, and the patience with holds, are measured on. */
  readonly wallClock: Clock;
  /** Where it waits for the release of a name; without it, nobody releases one. */
  readonly hold?: Hold;
  /** Just before an action's bytes leave. `elapsedMs` is scripted time. */
  readonly onBytes?: (action: Extract<WireAction, { kind: 'bytes' }>, elapsedMs: number) => void;
  /** Something threw: the sequence, what takes note of it, or the transport. Called once all has ended, with the answer cut off. */
  readonly onError: (error: unknown) => void;
  /** Its state is another one. */
  readonly onState?: () => void;
  /** The reader is behind (true), or has caught up (false). */
  readonly onStall?: (isStalled: boolean) => void;
  /** `elapsedMs`: scripted time that was begun, to the end of a wait; `endMs`: scripted time that really has passed. */
  readonly onEnd: (how: PerformanceEnd, elapsedMs: number, endMs: number) => void;
}

/**
 * Performs a compiled turn: the only code of a stream that knows time. Deadlines count from the start, so a late
 * event never delays the next; when a stream is not waiting for time or for its reader it runs on at once. Never
 * throws, now or in a callback: whatever fails ends the performance.
 */
export function perform(performance: Performance, transport: StreamTransport): Performing {
  const stream = new Stream(performance, transport);
  stream.start();
  return stream;
}

class Stream implements Performing {
  readonly #performance: Performance;
  readonly #transport: StreamTransport;
  /** Where the clock stood at scripted time 0; moves on while a hold or a pause lasts. */
  #startMs: number;
  #elapsedMs = 0;
  #state: Performing['state'] = 'running';
  #wasPausedAs: 'running' | 'held' = 'running';
  /** Since when it has not been running: one time, for a hold and a pause may overlap. */
  #stoppedAtMs = 0;
  #stepsLeft = 0;
  #hasStepped = false;
  /** The reader is behind: it calls when it is not, and nobody else may go on meanwhile. */
  #isStalled = false;
  #stopWaiting: (() => void) | undefined;
  #outcome: HoldOutcome | undefined;
  #waitsFor: string | null = null;
  readonly #run = () => this.#go();

  constructor(performance: Performance, transport: StreamTransport) {
    this.#performance = performance;
    this.#transport = transport;
    this.#startMs = performance.clock.now();
  }

  get state(): Performing['state'] {
    return this.#state;
  }

  get hold(): string | null {
    return this.#waitsFor;
  }

  start(): void {
    this.#transport.onClose(() => this.#finish('client_left'));
    this.#go();
    if (this.#state !== 'over') this.#transport.onStop?.(() => this.stop());
  }

  stop(): void {
    if (this.#state === 'over') return;
    this.#finish('stopped');
    this.#endTransport('close');
  }

  pause(): void {
    if (this.#state !== 'running' && this.#state !== 'held') return;
    this.#wasPausedAs = this.#state;
    if (this.#state === 'running') {
      this.#stoppedAtMs = this.#performance.clock.now();
      this.#stopWaiting?.();
    }
    this.#enter('paused');
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#stepsLeft = 0;
    this.#enter(this.#wasPausedAs);
    if (this.#wasPausedAs === 'held') return;
    this.#stopWaiting?.(); // A step's gap.
    this.#makeUpForStop();
    // What the pause broke off was, perhaps, a wait: its rest is waited for.
    if (!this.#isStalled && !this.#wait()) this.#go();
  }

  step(events: number): boolean {
    if (this.#state !== 'paused' || this.#wasPausedAs === 'held') return false;
    this.#stopWaiting?.(); // The gap of the step before.
    this.#stepsLeft = events;
    this.#hasStepped = true;
    if (!this.#isStalled) this.#go();
    return true;
  }

  #isBlocked(): boolean {
    return this.#state === 'over' || this.#state === 'hanging' || (this.#state === 'paused' && this.#stepsLeft === 0);
  }

  #go(): void {
    try {
      this.#goOn();
    } catch (error) {
      this.#fail(error); // In a timer's callback it would end the process.
    }
  }

  #goOn(): void {
    const { onBytes, onStall } = this.#performance;
    while (!this.#isBlocked()) {
      const action = this.#next();
      if (action.kind === 'end') {
        this.#end(action.how);
        return;
      }
      if (action.kind === 'wait') {
        this.#elapsedMs += action.ms;
        if (this.#state === 'paused') continue; // Stepping: time is not waited for.
        if (this.#wait()) return;
      } else if (action.kind === 'gap') {
        if (this.#transport.gapMs === 0) continue;
        this.#transport.flush();
        const { wallClock } = this.#performance;
        this.#stopWaiting = wallClock.schedule(wallClock.now() + this.#transport.gapMs, this.#run);
        if (this.#stopWaiting) return;
      } else if (action.kind === 'hold') {
        this.#hold(action);
        return;
      } else {
        onBytes?.(action, this.#elapsedMs);
        const hasRoom = this.#transport.write(action.bytes);
        if (this.#state === 'paused') this.#stepsLeft -= Math.min(this.#stepsLeft, action.events.length);
        if (hasRoom) continue;
        this.#isStalled = true;
        onStall?.(true);
        this.#transport.onReady(() => {
          this.#isStalled = false;
          onStall?.(false);
          this.#go();
        });
        return;
      }
    }
    if (this.#state === 'paused') this.#transport.flush();
  }

  #next(): WireAction {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    const { value, done } = this.#performance.actions.next(outcome);
    return done ? { kind: 'end', how: 'close' } : value;
  }

  /** True: the deadline is to come, and the stream goes on by itself when it has. */
  #wait(): boolean {
    this.#stopWaiting = this.#performance.clock.schedule(this.#startMs + this.#elapsedMs, this.#run);
    if (!this.#stopWaiting) return false;
    this.#transport.flush();
    return true;
  }

  #hold({ name, maxMs }: Extract<WireAction, { kind: 'hold' }>): void {
    const { clock, wallClock, hold } = this.#performance;
    this.#transport.flush();
    this.#waitsFor = name;
    if (this.#state === 'paused') {
      this.#wasPausedAs = 'held';
      this.#stepsLeft = 0;
      this.#enter('paused'); // What it waits for is news.
    } else {
      this.#stoppedAtMs = clock.now();
      this.#enter('held');
    }
    const goOn = (outcome: HoldOutcome) => {
      giveUp?.();
      stopPatience?.();
      this.#waitsFor = null;
      if (this.#state === 'over') return;
      this.#outcome = outcome;
      if (this.#state === 'paused') {
        this.#wasPausedAs = 'running';
        this.#enter('paused');
        return;
      }
      this.#enter('running');
      this.#makeUpForStop();
      this.#go();
    };
    const giveUp = hold?.(name, () => goOn('released'));
    const stopPatience = wallClock.schedule(wallClock.now() + maxMs, () => goOn('expired'));
    this.#stopWaiting = () => {
      giveUp?.();
      stopPatience?.();
    };
    if (!stopPatience) goOn('expired');
  }

  /** The script's time stood still. What was stepped over is not waited for afterwards. */
  #makeUpForStop(): void {
    const nowMs = this.#performance.clock.now();
    this.#startMs = this.#hasStepped ? nowMs - this.#elapsedMs : this.#startMs + nowMs - this.#stoppedAtMs;
    this.#hasStepped = false;
  }

  #end(how: Ending): void {
    if (how === 'hang') {
      this.#enter('hanging');
      this.#transport.flush();
      this.#transport.end('hang');
      return;
    }
    this.#finish(how);
    this.#endTransport(how);
  }

  #fail(error: unknown): void {
    if (this.#state !== 'over') {
      this.#finish('failed');
      this.#endTransport('truncate');
    }
    this.#performance.onError(error);
  }

  #endTransport(how: Ending): void {
    try {
      this.#transport.end(how);
    } catch (error) {
      this.#performance.onError(error);
    }
  }

  #enter(state: Exclude<Performing['state'], 'over'>): void {
    this.#state = state;
    this.#performance.onState?.();
  }

  #finish(how: PerformanceEnd): void {
    if (this.#state === 'over') return;
    const isStopped = this.#state === 'held' || this.#state === 'paused';
    const nowMs = isStopped ? this.#stoppedAtMs : this.#performance.clock.now();
    this.#state = 'over';
    this.#stopWaiting?.();
    try {
      this.#performance.onEnd(how, this.#elapsedMs, nowMs - this.#startMs);
    } catch (error) {
      this.#performance.onError(error);
    }
  }
}
