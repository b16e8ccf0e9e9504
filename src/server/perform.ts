import type { Clock } from '../runtime/clock.ts';
import type { WireAction } from '../scenario/wire.ts';

/** Where a turn's bytes go. Not asynchronous: it says when it is full and calls back when it is not. */
export interface StreamTransport {
  /** Takes one write. False: the reader is behind; wait for `onReady` before the next. */
  write(bytes: Uint8Array): boolean;
  /** Everything taken so far must leave now: a pause follows. */
  flush(): void;
  /** The body ends here. */
  end(): void;
  /** Calls back once there is room again. */
  onReady(callback: () => void): void;
  /** Calls back if the client goes away before the end. */
  onClose(callback: () => void): void;
}

export interface Performance {
  readonly actions: Iterator<WireAction>;
  readonly clock: Clock;
  /** Just before an action's bytes leave. `elapsedMs` is scripted time. */
  readonly onBytes: (action: Extract<WireAction, { kind: 'bytes' }>, elapsedMs: number) => void;
  readonly onEnd: (how: 'complete' | 'client_left' | 'stopped', elapsedMs: number) => void;
}

/**
 * Performs a compiled turn: the only code of a stream that knows time. Deadlines count from the start, so a late
 * event never delays the next; when a stream is not waiting for time or for its reader it runs on at once.
 * Returns how to stop it from outside.
 */
export function perform({ actions, clock, onBytes, onEnd }: Performance, transport: StreamTransport): () => void {
  const startMs = clock.now();
  let elapsedMs = 0;
  let isOver = false;
  let stopWaiting: (() => void) | undefined;

  const finish = (how: 'complete' | 'client_left' | 'stopped') => {
    if (isOver) return;
    isOver = true;
    stopWaiting?.();
    onEnd(how, elapsedMs);
  };
  const run = () => {
    while (!isOver) {
      const { value: action, done } = actions.next();
      if (done || action.kind === 'end') {
        finish('complete');
        transport.end();
        return;
      }
      if (action.kind === 'wait') {
        elapsedMs += action.ms;
        stopWaiting = clock.schedule(startMs + elapsedMs, run);
        if (!stopWaiting) continue;
        transport.flush();
        return;
      }
      onBytes(action, elapsedMs);
      if (transport.write(action.bytes)) continue;
      transport.onReady(run);
      return;
    }
  };

  transport.onClose(() => finish('client_left'));
  run();
  return () => {
    if (isOver) return;
    finish('stopped');
    transport.end();
  };
}
