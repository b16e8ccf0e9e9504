import type { Choices } from '../api/choices.ts';
import type { Edition } from '../api/editions.ts';
import type { Clock } from '../runtime/clock.ts';
import type { CompilePattern } from '../runtime/pattern.ts';
import type { FrameMemory } from '../scenario/frame-memory.ts';
import type { IndexCatalogue } from '../scenario/indexes.ts';
import type { Library } from '../scenario/library.ts';
import type { CreateFill } from '../scenario/template.ts';
import type { Activity } from '../world/activity.ts';
import type { RecordKeeping } from '../world/request-record.ts';
import type { Worlds } from '../world/worlds.ts';
import type { AnswerMemory } from './answer-memory.ts';
import type { ReferenceScript } from './control/reference.ts';
import type { CorsRules } from './cors.ts';
import type { SessionViews } from './views.ts';

/** Who may use the control API. */
export interface ControlRules {
  /** False: it does not exist, but for health. */
  readonly isOn: boolean;
  /** Null: none is asked for. */
  readonly token: string | null;
  /** Host names it answers to, beside those of loopback and addresses. */
  readonly hosts: ReadonlySet<string>;
}

/** Everything a server is made of, put together once. */
export interface Engine {
  readonly seed: number | string;
  readonly edition: Edition;
  readonly choices: Choices;
  readonly apiKeys: ReadonlySet<string>;
  readonly lenient: boolean;
  readonly corsRules: CorsRules;
  control: ControlRules;
  readonly worlds: Worlds;
  readonly keeping: RecordKeeping;
  readonly views: SessionViews;
  readonly answers: AnswerMemory;
  /** Replaced when the files it was read from change. */
  indexes: IndexCatalogue;
  readonly library: Library;
  /** What durations, gaps and patience are measured with. */
  readonly wallClock: Clock;
  /** See `TurnInput.frames`. */
  readonly frames: FrameMemory;
  /** Fake data for templates; loaded when a scenario first needs it. */
  readonly fill: () => Promise<CreateFill>;
  /** For patterns of scenarios and matches. */
  readonly compilePattern: CompilePattern;
  /** The script of the API reference; read when it is first asked for. */
  readonly readReference: () => Promise<ReferenceScript>;
  /** Everybody who wants to know what happens. */
  readonly watchers: Set<(activity: Activity) => void>;
  /** What nobody else can be told: a failure in the middle of a stream. */
  readonly onError: (error: unknown) => void;
}

/** Passes an activity to every watcher. */
export function emitActivity({ watchers, onError }: Engine, activity: Activity): void {
  for (const watch of watchers) {
    try {
      watch(activity);
    } catch (error) {
      onError(error); // What happens goes on, whoever watches.
    }
  }
}
