import { setImmediate } from 'node:timers/promises';
import { pauselessTimer, type Timer } from '../../src/runtime/timer.ts';

/** So many turns of the event loop after the last write, all that was written on loopback has been read. */
const TURNS = 100;

export interface StallTimer extends Timer {
  /** Nothing more will be sent: once what was sent is read, the deadline that is nearest is over. */
  stall(): Promise<void>;
}

/** A timer whose deadlines are over when the server says that it stalls: no machine is too slow for them. */
export function createStallTimer(): StallTimer {
  const deadlines = new Map<() => void, number>();
  return {
    ...pauselessTimer,
    after: (delayMs, callback) => {
      const fire = () => callback();
      deadlines.set(fire, pauselessTimer.now() + delayMs);
      return () => deadlines.delete(fire);
    },
    stall: async () => {
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
      // A wait that is cut in slices sets its next deadline when one is over.
      let before: number;
      do {
        before = deadlines.size;
        const [nearest] = [...deadlines].sort(([, a], [, b]) => a - b)[0] ?? [];
        if (!nearest) return;
        deadlines.delete(nearest);
        nearest();
      } while (deadlines.size >= before);
    },
  };
}
