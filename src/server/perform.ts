import type { Waiter } from '../runtime/clock.ts';
import { afterTurns } from '../runtime/event-loop.ts';
import type { Ending, Http2Code } from '../scenario/endings.ts';
import type { FrameRun } from '../scenario/frame.ts';
import type { HoldOutcome, PerformanceEnd, WireAction, Write } from '../scenario/wire.ts';
import type { Performing } from '../world/stream-record.ts';
import type { Performance, StreamTransport } from './performance.ts';
import { ScriptTimer } from './script-timer.ts';

/** What an action costs beside its bytes, in bytes. */
const ACTION_BYTES = 256;
/** It looks whether others wait after so much: less takes no time that anybody notices, templates included. */
const LOOK_BYTES = 32 * 1024;

/**
 * Performs a compiled turn: the only code of a stream that waits. When it is not waiting for time or for its reader it
 * runs on at once. Never throws, now or in a callback: whatever fails ends the performance.
 */
export function perform(performance: Performance, transport: StreamTransport): Performing {
  if (transport.perform) return transport.perform(performance);
  const stream = new Stream(performance, transport);
  stream.start();
  return stream;
}

class Stream implements Performing, Waiter {
  readonly #performance: Performance;
  readonly #transport: StreamTransport;
  readonly #time: ScriptTimer;
  /** What it has sent since it last looked whether others wait for it. */
  #sentBytes = 0;
  #state: Performing['state'] = 'running';
  #wasPausedAs: 'running' | 'held' = 'running';
  #stepsLeft = 0;
  /** The reader is behind: it calls when it is not, and nobody else may go on meanwhile. */
  #isStalled = false;
  /** Ends what it waits for but for the script: a gap, a hold, its next share of time. */
  #stopWaiting: (() => void) | undefined;
  #outcome: HoldOutcome | undefined;
  #waitsFor: string | null = null;

  constructor(performance: Performance, transport: StreamTransport) {
    this.#performance = performance;
    this.#transport = transport;
    this.#time = new ScriptTimer(performance.clock, this);
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
      this.#time.stop();
      this.#giveUpWaiting();
    }
    this.#enter('paused');
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#stepsLeft = 0;
    this.#enter(this.#wasPausedAs);
    if (this.#wasPausedAs === 'held') return;
    this.#giveUpWaiting(); // A step's gap.
    this.#time.goOn();
    // What the pause broke off was, perhaps, a wait: its rest is waited for.
    if (!this.#isStalled && !this.#untilDue()) this.#go();
  }

  endNow(how: Ending): void {
    if (this.#state === 'over' || (this.#state === 'hanging' && how === 'hang')) return;
    this.#giveUpWaiting();
    this.#waitsFor = null;
    this.#transport.flush();
    this.#end({ kind: 'end', how });
  }

  step(events: number): boolean {
    if (this.#state !== 'paused' || this.#wasPausedAs === 'held') return false;
    this.#giveUpWaiting(); // The gap of the step before.
    this.#stepsLeft = events;
    this.#time.skip();
    if (!this.#isStalled) this.#go();
    return true;
  }

  /** Called when the deadline of a wait has come. */
  wake(): void {
    if (!this.#performance.clock.isManual) this.#performance.onWake?.(this.#time.lateMs);
    this.#go();
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
    while (!this.#isBlocked()) {
      if (this.#sentBytes >= LOOK_BYTES && this.#leavesRoom()) return;
      const run = this.#nextRun();
      if (run) {
        if (this.#sendRun(run)) continue;
        return;
      }
      const action = this.#next();
      if (action.kind === 'end') {
        this.#end(action);
        return;
      }
      if (action.kind === 'wait') {
        this.#time.elapsedMs += action.ms;
        if (this.#state === 'paused') continue; // Stepping: time is not waited for.
        if (this.#untilDue()) return;
      } else if (action.kind === 'gap') {
        if (this.#transport.gapMs === 0) continue;
        this.#transport.flush();
        const { wallClock } = this.#performance;
        this.#stopWaiting = wallClock.schedule(wallClock.now() + this.#transport.gapMs, () => this.#go());
        if (this.#stopWaiting) return;
      } else if (action.kind === 'hold') {
        this.#hold(action);
        return;
      } else if (!this.#send(action)) return;
    }
    if (this.#state === 'paused') this.#transport.flush();
  }

  /** Null: the next action is due by itself. */
  #nextRun(): FrameRun | null {
    const { actions, clock, onRun } = this.#performance;
    if (!clock.isInstant || !onRun || !this.#transport.writeRun || this.#state !== 'running') return null;
    return actions.nextRun?.(this.#time) ?? null;
  }

  /** False: the reader is behind. */
  #sendRun(run: FrameRun): boolean {
    this.#sentBytes += run.sizeBytes;
    this.#performance.onRun?.(run, this.#time.elapsedMs);
    return this.#transport.writeRun?.(run) || this.#stall();
  }

  /** False: the reader is behind. */
  #send(write: Write): boolean {
    this.#sentBytes += write.bytes.byteLength + ACTION_BYTES;
    this.#performance.onBytes?.(write, this.#time.elapsedMs);
    const hasRoom = this.#transport.write(write.bytes, write);
    if (this.#state === 'paused') this.#stepsLeft -= Math.min(this.#stepsLeft, write.events.length);
    return hasRoom || this.#stall();
  }

  #stall(): false {
    this.#isStalled = true;
    this.#performance.onStall?.(true);
    this.#transport.onReady(() => {
      this.#isStalled = false;
      this.#performance.onStall?.(false);
      this.#go();
    });
    return false;
  }

  /** Goes on in the next turn of the event loop if this one has taken long. */
  #leavesRoom(): boolean {
    const { share, clock } = this.#performance;
    this.#sentBytes = 0;
    // Whoever moves a clock by hand wants it done when that returns.
    if (!share || clock.isManual || this.#state !== 'running' || !share.isSpent()) return false;
    this.#transport.flush();
    const stopWaiting = () => {};
    this.#stopWaiting = stopWaiting;
    afterTurns(1, () => this.#stopWaiting === stopWaiting && this.#go());
    return true;
  }

  #next(): WireAction {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    const { value, done } = this.#performance.actions.next(outcome);
    return done ? { kind: 'end', how: 'close' } : value;
  }

  /** True: the deadline is to come, and the stream goes on by itself when it has. */
  #untilDue(): boolean {
    if (!this.#time.untilDue()) return false;
    this.#transport.flush();
    return true;
  }

  #giveUpWaiting(): void {
    this.#time.cancel();
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  #hold({ name, maxMs }: Extract<WireAction, { kind: 'hold' }>): void {
    const { wallClock } = this.#performance;
    this.#transport.flush();
    this.#waitsFor = name;
    if (this.#state === 'paused') {
      this.#wasPausedAs = 'held';
      this.#stepsLeft = 0;
      this.#enter('paused'); // What it waits for is news.
    } else {
      this.#time.stop();
      this.#enter('held');
    }
    const stopWaiting = () => {
      giveUp?.();
      stopPatience?.();
    };
    const goOn = (outcome: HoldOutcome) => {
      stopWaiting();
      this.#waitsFor = null;
      if (this.#state === 'over') return;
      this.#outcome = outcome;
      this.#performance.onOutcome?.(outcome);
      if (this.#state === 'paused') {
        this.#wasPausedAs = 'running';
        this.#enter('paused');
        return;
      }
      this.#enter('running');
      this.#time.goOn();
      this.#go();
    };
    const giveUp = this.#performance.hold?.(name, () => goOn('released'));
    const stopPatience = wallClock.schedule(wallClock.now() + maxMs, () => goOn('expired'));
    this.#stopWaiting = stopWaiting;
    if (!stopPatience) goOn('expired');
  }

  #end({ how, http2Code }: Extract<WireAction, { kind: 'end' }>): void {
    if (how === 'hang') {
      this.#time.goOn();
      this.#enter('hanging');
      this.#transport.flush();
      this.#transport.end('hang');
      return;
    }
    this.#finish(how);
    this.#endTransport(how, http2Code);
  }

  #fail(error: unknown): void {
    if (this.#state !== 'over') {
      this.#finish('failed');
      this.#endTransport('truncate');
    }
    this.#performance.onError(error);
  }

  #endTransport(how: Ending, http2Code?: Http2Code): void {
    try {
      this.#transport.end(how, http2Code);
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
    this.#state = 'over';
    this.#giveUpWaiting();
    try {
      this.#performance.onEnd(how, this.#time.elapsedMs, this.#time.passedMs);
    } catch (error) {
      this.#performance.onError(error);
    }
  }
}
