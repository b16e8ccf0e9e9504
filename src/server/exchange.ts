import type { OperationId } from '../api/operations.ts';
import type { OperationPlan } from '../api/plan.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import type { Strike } from '../world/chaos.ts';
import { type RecordedAnswer, RequestRecord } from '../world/request-record.ts';
import type { World } from '../world/world.ts';
import type { WholeAnswer } from './answer.ts';
import { type Engine, emitActivity } from './engine.ts';
import type { KeyVerdict } from './fastapi/auth.ts';
import type { createValidator } from './fastapi/validate.ts';
import type { Crowding } from './inputs.ts';
import { readProblem } from './read-problem.ts';
import { type IncomingRequest, worldName, worldSeed } from './request.ts';

/** An operation of the engine's edition. */
export interface Route {
  readonly id: OperationId;
  readonly plan: OperationPlan;
  readonly validate: ReturnType<typeof createValidator>;
}

/** A scenario that answers in place of the operation, or changes its answer. */
export interface Intervention {
  readonly scenario: string;
  readonly why: string;
  readonly script: InlineScenario;
  /** Uses the intervention up: a queued answer leaves the queue. */
  take(): void;
  /** Looks again after a wait: another request may have taken the queued answer. */
  again(): Intervention | null;
}

/** What an exchange begins with. */
export interface Arrival<Of extends Route | null> {
  readonly request: IncomingRequest;
  /** Null: no operation fits. */
  readonly route: Of;
  /** The path parameters. */
  readonly path?: Readonly<Record<string, string>>;
  /** Default: the world that the request names. */
  readonly world?: World | null;
}

const NO_PARAMETERS: Readonly<Record<string, string>> = {};

/**
 * One request, with everything known about it so far. Handlers see it as a `Call`. A class, because one is created for
 * each request.
 */
export class Exchange<Of extends Route | null = Route | null> {
  readonly engine: Engine;
  /** As it came; as its input has it where inputs are written down. */
  request: IncomingRequest;
  readonly route: Of;
  readonly path: Readonly<Record<string, string>>;
  /** The number of its input; 0 where none is written down. */
  input = 0;
  /** What its input says of its key, and of what is under way. Undefined: nothing is written down, look yourself. */
  key: KeyVerdict | undefined;
  crowded: Crowding | null | undefined;
  /** The body as it was sent, once it is read. */
  sent: Uint8Array | null = null;
  /** What was answered without its operation; an answer of null: the client left before it had sent its body. */
  decided: { readonly answer: WholeAnswer | null } | null = null;
  /** The query and the body, once they are validated. */
  query: Readonly<Record<string, unknown>> = NO_PARAMETERS;
  body: unknown = null;
  /** Canonical project id; '' is the default project. Null if the choice `project_isolation` is off. */
  project: string | null = null;
  /** The queued answer, named scenario or chaos rule that applies to this request. */
  intervention: Intervention | null = null;
  /** Counts the tokens of the turn against the rate limits of the world. */
  spend: Strike['spend'] = null;
  /** Which scenario answers, and why. */
  chosen: { readonly scenario: string; readonly why: string } | null = null;
  /** The number of the stream that answers. */
  stream: number | null = null;
  readonly #startMs: number;
  #world: World | null = null;
  #clockMs = 0;

  constructor(engine: Engine, { request, route, path = NO_PARAMETERS, world = null }: Arrival<Of>) {
    this.engine = engine;
    this.request = request;
    this.route = route;
    this.path = path;
    if (world !== null) this.#enter(world);
    this.#startMs = engine.wallClock.now();
  }

  /** The id of the operation; null if none fits. */
  get operation(): OperationId | null {
    return this.route?.id ?? null;
  }

  /** The session that the path names, whether it exists or not. */
  get sessionId(): string | null {
    return this.path['session_id'] ?? null;
  }

  /**
   * Looked up at the first access, after the body was read, so that a slow upload is not answered from a world that was
   * dropped meanwhile.
   */
  get world(): World {
    return this.#world ?? this.#enter(this.#findWorld());
  }

  #enter(world: World): World {
    this.#world = world;
    this.#clockMs = world.clock.unscaledNow();
    return world;
  }

  #findWorld(): World {
    const { engine, request } = this;
    const name = worldName(request);
    return name === null ? engine.worlds.get(null) : engine.worlds.get(name, worldSeed(request));
  }

  /** Records the answer in the journal and passes it to the watchers. The status is null if the client has left. */
  answered(status: number | null, answer: RecordedAnswer | null): void {
    const { engine, request, world, operation, sessionId, chosen, stream } = this;
    const durationMs = engine.wallClock.now() - this.#startMs;
    const facts = {
      method: request.method,
      path: request.path,
      query: request.query,
      status: request.hasLeft ? null : status,
      durationMs,
      cameMs: engine.inputs.nowMicros() / 1000 - durationMs,
      clockMs: this.#clockMs,
      stream,
      answer,
      world: world.name,
      operation,
      sessionId,
      scenario: chosen?.scenario ?? null,
      why: chosen?.why ?? null,
      problem: status !== null && status >= 400 && engine.watchers.size > 0 ? readProblem(answer?.body ?? null) : null,
      rawHeaders: request.rawHeaders,
      bodyBytes: this.sent,
    };
    const record = new RequestRecord(facts, engine.keeping);
    world.journal.add(record);
    engine.worlds.trimRecords();
    engine.counts.request(operation, facts.status);
    emitActivity(engine, record);
  }
}
