import type { Choices } from '../api/choices.ts';
import type { Edition } from '../api/editions.ts';
import type { Clock } from '../runtime/clock.ts';
import type { LimitError, Limits, RefusingLimit } from '../runtime/limits.ts';
import type { CompilePattern } from '../runtime/pattern.ts';
import type { Tally } from '../runtime/tally.ts';
import type { FrameMemory } from '../scenario/frame-memory.ts';
import type { IndexCatalogue } from '../scenario/indexes.ts';
import type { Library } from '../scenario/library.ts';
import type { CreateFill } from '../scenario/template.ts';
import type { Activity } from '../world/activity.ts';
import type { RecordKeeping } from '../world/request-record.ts';
import type { Worlds } from '../world/worlds.ts';
import type { AnswerMemory } from './answer-memory.ts';
import type { ReadPageFile } from './control/page-files.ts';
import type { CorsRules } from './cors.ts';
import type { Inputs } from './inputs.ts';
import type { Metric } from './metrics/metric.ts';
import type { Counts } from './metrics/metrics.ts';
import type { SessionViews } from './views.ts';
import type { WaitingBytes } from './waiting-bytes.ts';

/** Who may use the control API. */
export interface ControlRules {
  /** False disables it, except for health. */
  readonly isOn: boolean;
  /** Null: no token is required. */
  readonly token: string | null;
  /** Accepted host names, besides loopback names and IP addresses. */
  readonly hosts: ReadonlySet<string>;
}

/** What is limited on the whole server, and how much of each limit is used. */
export interface Capacity {
  readonly limits: Limits;
  readonly connections: Tally;
  /** Answers under way that are streamed, held or hanging. */
  readonly streams: Tally;
  readonly waiting: WaitingBytes;
  readonly stored: Tally;
  readonly recorded: Tally;
  /** How often each limit has refused. */
  readonly refused: Map<RefusingLimit, number>;
}

/** All parts of a mock except its worlds' content and its doors; created once. */
export interface Engine {
  readonly seed: number | string;
  readonly edition: Edition;
  readonly choices: Choices;
  readonly apiKeys: ReadonlySet<string>;
  readonly lenient: boolean;
  readonly corsRules: CorsRules;
  control: ControlRules;
  readonly worlds: Worlds;
  /** What every change of a world goes through. */
  readonly inputs: Inputs;
  readonly capacity: Capacity;
  readonly counts: Counts;
  /** What the platform knows of its process. */
  readonly readProcess: () => readonly Metric[];
  readonly keeping: RecordKeeping;
  readonly views: SessionViews;
  readonly answers: AnswerMemory;
  /** Replaced when the files it was read from change. */
  indexes: IndexCatalogue;
  readonly library: Library;
  /** Measures durations, gaps and timeouts in real time. */
  readonly wallClock: Clock;
  /** See `TurnInput.frames`. */
  readonly frames: FrameMemory;
  /** Fake data for templates; loaded when a scenario first needs it. */
  readonly fill: () => Promise<CreateFill>;
  /** For patterns of scenarios and matches. */
  readonly compilePattern: CompilePattern;
  /** The files of the inspector and of the API reference; each is read when it is first asked for. */
  readonly readPageFile: ReadPageFile;
  /** Called with each activity. */
  readonly watchers: Set<(activity: Activity) => void>;
  /** Called with an error that no answer can report, such as one in the middle of a stream. */
  readonly onError: (error: unknown) => void;
}

/** Passes an activity to every watcher. */
export function emitActivity({ watchers, onError }: Engine, activity: Activity): void {
  for (const watch of watchers) {
    try {
      watch(activity);
    } catch (error) {
      onError(error); // A watcher that throws must not stop the request.
    }
  }
}

/** Counts a refusal; returns its error. */
export function countRefusal({ capacity: { refused } }: Pick<Engine, 'capacity'>, error: LimitError): LimitError {
  refused.set(error.limit, (refused.get(error.limit) ?? 0) + 1);
  return error;
}
