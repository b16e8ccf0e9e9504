import { ChatMockError } from '../runtime/errors.ts';
import type { RefusingLimit } from '../runtime/limits.ts';
import { wallMicros } from '../runtime/timestamp.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { InlineScenario, Scenario } from '../scenario/schema.ts';
import type { HoldOutcome, PerformanceEnd } from '../scenario/wire.ts';
import type { ChaosRule } from '../world/chaos.ts';
import type { ClockSettings } from './controls/clock.ts';
import type { NextOptions } from './controls.ts';
import type { Exchange } from './exchange.ts';
import type { RunningTurn } from './running-turn.ts';

/**
 * A change of what a mock holds, with what decided it. Whoever applies the same inputs in the same order to the same
 * engine has the same sessions, dates and answers.
 */
export type Input =
  /** A wait of a request is over: that of a delay, or for the end of another turn. */
  | { readonly kind: 'resumed'; readonly of: number; readonly left: boolean; readonly crowded: Crowding | null }
  | TurnInput
  /** A world is made, or becomes the one that was used last. */
  | { readonly kind: 'visit'; readonly world: string | null }
  /** A world is dropped to make room for another. */
  | { readonly kind: 'drop'; readonly world: string }
  | { readonly kind: 'reset'; readonly world: string | null; readonly seed?: number | string | undefined }
  | { readonly kind: 'reset_all' }
  | {
      readonly kind: 'next';
      readonly world: string | null;
      readonly scenario: string | InlineScenario;
      readonly options: NextOptions;
    }
  | { readonly kind: 'withdraw'; readonly world: string | null; readonly id: number }
  | { readonly kind: 'chaos'; readonly world: string | null; readonly rules: readonly ChaosRule[] }
  | { readonly kind: 'clock'; readonly world: string | null; readonly settings: ClockSettings }
  | { readonly kind: 'advance'; readonly world: string | null; readonly ms: number }
  | { readonly kind: 'scenarios'; readonly scenarios: readonly Scenario[] }
  | { readonly kind: 'fixtures'; readonly fixtures: Fixtures };

/** How far a turn has come, by the number of the request that began it. */
export type TurnInput = {
  readonly of: number;
  /** How many writes it has made in all. */
  readonly writes: number;
  /** How its holds have ended since its last input. */
  readonly holds: readonly HoldOutcome[];
  /** Scripted time. */
  readonly elapsedMs: number;
} & (
  | { readonly kind: 'sent' }
  | { readonly kind: 'ended'; readonly how: PerformanceEnd; readonly endMs: number; readonly hung?: true }
);

/** What every world starts from. */
export interface Fixtures {
  readonly sessions?: readonly SessionFixture[];
  readonly indexes?: readonly IndexFixture[];
}

/** Which limit on what is under way is reached. */
export type Crowding = Extract<RefusingLimit, 'maxStreams' | 'maxWaitingBytes' | 'maxHolds'>;

/** A request that waits. */
export type Waiting = Pick<Exchange, 'engine' | 'input' | 'request' | 'crowded'>;

/**
 * Where every input goes before it is applied. Applying is synchronous: nothing else changes meanwhile. A log writes an
 * input down first; a replay applies what was written.
 */
export interface Inputs {
  /** Whether inputs are written down, so that they have to be complete. */
  readonly isLogged: boolean;
  /** Real microseconds since 1970: those of the input that is applied, else those of now. */
  nowMicros(): number;
  /** Takes a request whose body was read. */
  request<Of extends Exchange, Result>(exchange: Of, apply: (exchange: Of) => Result): Result;
  /** Applies the rest of a request after a wait. */
  resume<Result>(exchange: Waiting, wait: () => Promise<void>, apply: () => Result): Promise<Awaited<Result>>;
  submit<Result>(input: Input, apply: () => Result): Result;
  /** A turn has begun, or is over. */
  begin(turn: RunningTurn): void;
  end(turn: RunningTurn): void;
}

/** An input could not be written down, so it is not applied. */
export class LogError extends ChatMockError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      'log_failed',
      `Failed to write the log: ${reason}. Nothing has changed; make room and send it again.`,
      options,
    );
    this.name = 'LogError';
  }
}

/** Applies each input at once and keeps none. */
export const unlogged: Inputs = {
  isLogged: false,
  nowMicros: wallMicros,
  request: (exchange, apply) => apply(exchange),
  resume: (_, wait, apply) => goOn(wait(), apply),
  submit: (_, apply) => apply(),
  begin: () => {},
  end: () => {},
};

/** Applies once a wait is over: in the same turn of the event loop, and before whatever else has waited for it. */
export function goOn<Result>(waiting: Promise<void>, apply: () => Result): Promise<Awaited<Result>> {
  return waiting.then(apply) as Promise<Awaited<Result>>; // What `then` resolves to; its own type does not say so.
}
