import type { Wait } from '../runtime/clock.ts';
import { afterTurns } from '../runtime/event-loop.ts';
import type { Ending, Http2Code } from '../scenario/endings.ts';
import type { FrameRun } from '../scenario/frame.ts';
import type { HoldOutcome, PerformanceEnd, ScriptTime, WireAction, Write } from '../scenario/wire.ts';
import type { Performing } from '../world/stream-record.ts';
import type { Performance, StreamTransport } from './performance.ts';

/** What an action costs beside its bytes, in bytes. */
const ACTION_BYTES = 256;
/** It looks whether others wait after so much: less takes no time that anybody notices, templates included. */
const LOOK_BYTES = 32 * 1024;

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
  readonly #time: ScriptTime = { elapsedMs: 0 };
  /** What it has sent since it last looked whether others wait for it. */
  #sentBytes = 0;
  #state: Performing['state'] = 'running';
  #wasPausedAs: 'running' | 'held' = 'running';
  /** Since when it has not been running: one time, for a hold and a pause may overlap. */
  #stoppedAtMs = 0;
  #stepsLeft = 0;
  #hasStepped = false;
  /** The reader is behind: it calls when it is not, and nobody else may go on meanwhile. */
  #isStalled = false;
  /** For deadlines of the script. */
  readonly #wait: Wait;
  /** For everything else that it waits for: gaps, holds, its next share of time. */
  #stopWaiting: (() => void) | undefined;
  #outcome: HoldOutcome | undefined;
  #waitsFor: string | null = null;

  constructor(performance: Performance, transport: StreamTransport) {
    this.#performance = performance;
    this.#transport = transport;
    this.#startMs = performance.clock.now();
    this.#wait = performance.clock.createWait(() => this.#wake());
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
    this.#makeUpForStop();
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
    this.#hasStepped = true;
    if (!this.#isStalled) this.#go();
    return true;
  }

  #isBlocked(): boolean {
    return this.#state === 'over' || this.#state === 'hanging' || (this.#state === 'paused' && this.#stepsLeft === 0);
  }

  #wake(): void {
    const { clock, onWake } = this.#performance;
    if (onWake && !clock.isManual) this.#performance.onWake?.(clock.now() - this.#startMs - this.#time.elapsedMs);
    this.#go();
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
    let isWanted = true;
    this.#stopWaiting = () => {
      isWanted = false;
    };
    afterTurns(1, () => {
      if (isWanted) this.#go();
    });
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
    if (!this.#wait.until(this.#startMs + this.#time.elapsedMs)) return false;
    this.#transport.flush();
    return true;
  }

  #giveUpWaiting(): void {
    this.#wait.cancel();
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  #hold({ name, maxMs }: Extract<WireAction, { kind: 'hold' }>): void {
    const { clock, wallClock } = this.#performance;
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
    const giveUp = this.#performance.hold?.(name, () => goOn('released'));
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
    this.#startMs = this.#hasStepped ? nowMs - this.#time.elapsedMs : this.#startMs + nowMs - this.#stoppedAtMs;
    this.#hasStepped = false;
  }

  #end({ how, http2Code }: Extract<WireAction, { kind: 'end' }>): void {
    if (how === 'hang') {
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
    const isStopped = this.#state === 'held' || this.#state === 'paused';
    const nowMs = isStopped ? this.#stoppedAtMs : this.#performance.clock.now();
    this.#state = 'over';
    this.#giveUpWaiting();
    try {
      this.#performance.onEnd(how, this.#time.elapsedMs, nowMs - this.#startMs);
    } catch (error) {
      this.#performance.onError(error);
    }
  }
}
