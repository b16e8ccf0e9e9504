import type { Event } from '../../api/events.ts';
import type { Frame, FrameRun } from '../frame.ts';
import type { HoldOutcome, ScriptTime, WireAction, Write } from '../wire.ts';

/** What a turn does, before it is bytes. Waits and holds stay as they are on the wire. */
export type Moment =
  | Extract<WireAction, { kind: 'wait' | 'hold' }>
  | EventMoment
  | { readonly kind: 'raw'; readonly write: Write }
  | HugeMoment;

/** The events of a turn in time; the consumer reports how each hold ended. */
export interface Moments extends Iterable<Moment> {
  /** May return the same object each time: read its values before the next call. */
  next(outcome?: HoldOutcome): IteratorResult<Moment, void>;
  /** See `WireActions`; as far as the patience allows. */
  nextRun?(patience: Patience, time: ScriptTime): FrameRun | null;
}

/** How long nothing may come before a heartbeat is due. */
export interface Patience {
  /** Whether a wait ends before that. */
  outlasts(ms: number): boolean;
  /** Lets such a wait pass. */
  pass(ms: number): void;
  /** Something came. */
  broken(): void;
}

/** An event. One that comes in many turns keeps the frame that the server's usual framing makes of it. */
export class EventMoment {
  readonly kind = 'event';
  readonly event: Event;
  /** Its JSON, where that is known already. */
  readonly json: string | null;
  frame: Frame | null = null;

  constructor(event: Event, json: string | null = null) {
    this.event = event;
    this.json = json;
  }
}

/** One complete `text` whose frame has exactly so many bytes. */
export class HugeMoment {
  readonly kind = 'huge';
  readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }
}
