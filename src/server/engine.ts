import type { Choices } from '../api/choices.ts';
import type { Edition } from '../api/editions.ts';
import type { Clock } from '../runtime/clock.ts';
import type { IndexCatalogue } from '../scenario/indexes.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Fill } from '../scenario/template.ts';
import type { EncodedFrames } from '../scenario/turn.ts';
import type { Activity } from '../world/activity.ts';
import type { Worlds } from '../world/worlds.ts';
import type { CorsRules } from './cors.ts';
import type { SessionViews } from './views.ts';

/** Everything a server is made of, put together once. */
export interface Engine {
  readonly seed: number | string;
  readonly edition: Edition;
  readonly choices: Choices;
  readonly apiKeys: ReadonlySet<string>;
  readonly lenient: boolean;
  readonly corsRules: CorsRules;
  readonly worlds: Worlds;
  readonly views: SessionViews;
  readonly indexes: IndexCatalogue;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Those with `when`, the most particular first. */
  readonly rankedScenarios: readonly Scenario[];
  /** What streams wait on. */
  readonly clock: Clock;
  /** What durations in the log are measured with. */
  readonly wallClock: Clock;
  /** See `TurnInput.encoded`. */
  readonly encodedFrames: EncodedFrames;
  readonly isTemplate: (scenario: Scenario) => boolean;
  /** Fake data for templates; loaded when a scenario first needs it. */
  readonly fill: () => Promise<Fill>;
  /** Null: nobody wants to know, so nothing is put together for it. */
  readonly onActivity: ((activity: Activity) => void) | null;
  /** How to end each stream that is being performed. */
  readonly streams: Map<object, () => void>;
}
