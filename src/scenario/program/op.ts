import type { FrameRun } from '../frame.ts';
import type { ScriptTime } from '../wire.ts';
import type { EventMoment, Moment } from './moment.ts';
import type { Player } from './player.ts';

/** A step made ready to be played in any number of turns. */
export interface Op {
  /** Begins it: its first moment, if it has one. */
  begin(player: Player): Moment | null;
  /** Makes what is the same in each turn; returns the events whose frames are to be made with it. */
  warm?(): readonly EventMoment[];
  /** What it may come to keep in all, beside these frames. */
  readonly keptBytes?: number;
  /** The one event that it is, in each turn the same, and none after which the turn is over. */
  readonly event?: EventMoment | null;
  /** The wait that it is. */
  readonly waitMs?: number;
}

/** The rest of an op that has several moments. */
export interface Cursor {
  /** Null: nothing. */
  next(player: Player): Moment | null;
  /** Several events at once, see `Moments`; no heartbeat is due in it. */
  nextRun?(player: Player, time: ScriptTime): FrameRun | null;
}
