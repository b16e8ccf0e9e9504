import type { EventMoment, Moment } from './moment.ts';
import type { Player } from './player.ts';

/** A step made ready to be played in any number of turns. */
export interface Op {
  /** Begins it: its first moment, if it has one. */
  begin(player: Player): Moment | null;
  /** Makes what is the same in each turn, and adds its events to those whose frames are made with it. */
  warm?(events: EventMoment[]): void;
  /** What it may come to keep in all, beside these frames. */
  readonly keptBytes?: number;
}

/** What is left of an op that has several moments. */
export interface Cursor {
  /** Null: nothing. */
  next(player: Player): Moment | null;
}
