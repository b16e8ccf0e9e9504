import type { Clock } from '../runtime/clock.ts';
import type { LoopShare } from '../runtime/event-loop.ts';
import type { Ending, Http2Code } from '../scenario/endings.ts';
import type { FrameRun } from '../scenario/frame.ts';
import type { HoldOutcome, PerformanceEnd, WireActions, Write } from '../scenario/wire.ts';
import type { Performing } from '../world/stream-record.ts';

/**
 * The destination of a turn's bytes. Synchronous: `write` returns false when it is full, and `onReady` calls back when
 * it has room.
 */
export interface StreamTransport {
  /** Real milliseconds between two writes that the reader must be able to tell apart. */
  readonly gapMs: number;
  /** Takes one write, perhaps a frame of a block. False: the reader is behind; wait for `onReady` before the next. */
  write(bytes: Uint8Array, frame?: Write): boolean;
  /** The same for several frames at once, where it can; each is still a write of its own to whoever counts them. */
  writeRun?(run: FrameRun): boolean;
  /** Sends everything written so far: a pause follows. */
  flush(): void;
  /** The answer ends here, after everything taken so far has reached the reader. */
  end(how: Ending, http2Code?: Http2Code): void;
  /** Calls back once there is room again. */
  onReady(callback: () => void): void;
  /** Calls back if the client leaves before the end, or leaves a hanging answer. */
  onClose(callback: () => void): void;
  /**
   * Calls back when the server closes, at once if it is closing already. Without it, only the script and the client end
   * the answer.
   */
  onStop?(callback: () => void): void;
  /** Performs in a way of its own, as a replay does, which goes by what is written instead of by a clock. */
  perform?(performance: Performance): Performing;
}

/** Waits for the release of a hold; returns a function that gives up. */
type Hold = (name: string, released: () => void) => () => void;

/** A stream to perform: its actions, its clocks and its callbacks. */
export interface Performance {
  readonly actions: WireActions;
  /** What waits are measured on. */
  readonly clock: PerformanceClock;
  /** What gaps, and the patience with holds, are measured on. */
  readonly wallClock: Clock;
  /** Where it waits for the release of a name; without it, nobody releases one. */
  readonly hold?: Hold;
  /** Just before an action's bytes leave. `elapsedMs` is scripted time. */
  readonly onBytes?: (action: Write, elapsedMs: number) => void;
  /** The same for several frames at once. */
  readonly onRun?: (run: FrameRun, elapsedMs: number) => void;
  /** Called when a hold is over, before what follows. */
  readonly onOutcome?: (outcome: HoldOutcome) => void;
  /** Says when it has sent so much at once that others should have their turn. */
  readonly share?: LoopShare;
  /** Called after the sequence, a callback or the transport has thrown and the answer was cut off. */
  readonly onError: (error: unknown) => void;
  /** Called when a wait is over, with how late that is on the performance's clock. */
  readonly onWake?: (lateMs: number) => void;
  /** Called after the state has changed. */
  readonly onState?: () => void;
  /** Called when the reader falls behind (true) and when it has caught up (false). */
  readonly onStall?: (isStalled: boolean) => void;
  /**
   * Called at the end. `elapsedMs`: scripted time including the whole of a wait that had begun; `endMs`: scripted time
   * that has really passed.
   */
  readonly onEnd: (how: PerformanceEnd, elapsedMs: number, endMs: number) => void;
}

/** The clock of a stream. */
interface PerformanceClock extends Clock {
  /** Whether nobody waits on it at all. */
  readonly isInstant?: boolean;
  /** Whether it stands until somebody moves it, and has done what is due by then when it stands again. */
  readonly isManual?: boolean;
}
