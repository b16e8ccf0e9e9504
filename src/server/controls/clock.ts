import type { Speed } from '../../runtime/clock.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import type { World } from '../../world/world.ts';
import type { Engine } from '../engine.ts';

/** Mode and speed of a world's clock. */
export interface ClockSettings {
  /** `fixed` and `real` set the time in data; with `manual`, streams wait until the clock is advanced. */
  readonly mode: 'fixed' | 'real' | 'manual';
  /** Factor by which streams are faster than real time. Default: unchanged. A manual clock ignores it. */
  readonly speed?: Speed | undefined;
}

/** Reads and moves the clock of one world. */
export interface ClockControls {
  /** The time of the streams' clock, in milliseconds. */
  readonly nowMs: number;
  readonly mode: ClockSettings['mode'];
  /** Null when the clock is manual. */
  readonly speed: Speed | null;
  /** The number of streams that wait for the clock. */
  readonly waiting: number;
  set(settings: ClockSettings): void;
  /** Advances a manual clock and returns how many waits ended. Throws ChatMockError `clock_not_manual`. */
  advance(ms: number): number;
}

/** Creates the clock controls of a world. */
export function createClockControls({ inputs }: Engine, world: World): ClockControls {
  const { clock, name } = world;
  return {
    nowMs: clock.now(),
    mode: clock.pacing === 'manual' ? 'manual' : world.isRealTime ? 'real' : 'fixed',
    speed: clock.pacing === 'manual' ? null : clock.pacing,
    waiting: clock.waiting,
    set: (settings) => {
      const { mode, speed } = settings;
      inputs.submit({ kind: 'clock', world: name, settings }, () => {
        world.setRealTime(mode === 'real');
        clock.setPacing(mode === 'manual' ? 'manual' : (speed ?? clock.speed));
      });
    },
    advance: (ms) => {
      if (clock.pacing === 'manual')
        return inputs.submit({ kind: 'advance', world: name, ms }, () => clock.advance(ms));
      throw new ChatMockError(
        'clock_not_manual',
        'Failed to advance the clock: it moves by itself. Set its mode to manual first.',
      );
    },
  };
}
