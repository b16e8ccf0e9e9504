import type { OperationId } from '../api/operations.ts';
import { operationPlans } from '../generated/operation-plans.ts';
import { wallMicros } from '../runtime/timestamp.ts';
import type { Scenario } from '../scenario/schema.ts';
import { findCrowding } from '../server/admit.ts';
import { createRoute } from '../server/create-route.ts';
import type { Engine } from '../server/engine.ts';
import type { Exchange } from '../server/exchange.ts';
import { type Fixtures, goOn, type Input, type Inputs, LogError, type Waiting } from '../server/inputs.ts';
import { worldName } from '../server/request.ts';
import type { RunningTurn } from '../server/running-turn.ts';
import { judgeCaller } from '../server/serve-operation.ts';
import type { Hash } from '../world/stream-record.ts';
import type { Entry, RequestInput } from './entry.ts';
import { describeRequest, LoggedRequest } from './logged-request.ts';
import { acceptInput, Replay, type Replayed } from './replay.ts';

/** Where entries go. */
export interface EntrySink {
  /** Takes a line; when it returns, the line survives the process. Throws LogError if it cannot. */
  append(line: string): void;
}

/** What comes with an engine. */
interface Ground {
  readonly replaceScenarios: (scenarios: readonly Scenario[]) => void;
  readonly replaceFixtures: (fixtures: Fixtures) => void;
  readonly createHash: () => Hash;
}

interface Parts {
  /** When the log was begun, in real microseconds since 1970. */
  readonly beganMicros: number;
  /** Null: entries are applied and not kept, as by `chat-mock replay`. */
  readonly sink: EntrySink | null;
  /** Scenarios that ship with the package, as far as the mock has them: entries name only others. */
  readonly builtIn: readonly Scenario[];
}

/**
 * The inputs of one engine, written down one a line. First it applies those of an earlier run, then it takes new ones,
 * and after `close` it keeps none.
 */
export class InputLog implements Inputs {
  readonly isLogged = true;
  readonly #parts: Parts;
  readonly #turns = new Set<RunningTurn>();
  #phase: 'replay' | 'live' | 'closed' = 'replay';
  #number = 0;
  #atMicros: number;
  #isApplying = false;
  #replay: Replay | null = null;
  #engine: Engine | null = null;
  /** What has happened already and could not be written yet. */
  #late: string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#atMicros = parts.beganMicros;
  }

  /** Takes the engine, before its first input. Nobody watches what is only replayed. */
  attach(engine: Engine, { replaceScenarios, replaceFixtures, createHash }: Ground): void {
    const { builtIn } = this.#parts;
    this.#engine = engine;
    const ids = Object.keys(operationPlans) as OperationId[]; // Keys of the record are its ids.
    const routes = new Map(ids.map((id) => [id, createRoute(id, engine.edition)]));
    const replace = (input: Extract<Input, { kind: 'scenarios' | 'fixtures' }>) => {
      if (input.kind === 'scenarios') replaceScenarios([...builtIn, ...input.scenarios]);
      else replaceFixtures(input.fixtures);
    };
    this.#replay = new Replay({ engine, routes, createHash, replace, turns: this.#turns });
  }

  /** Applies an entry of an earlier run; returns the answers that are over with it. */
  async apply(entry: Entry): Promise<readonly Replayed[]> {
    const { engine, replay } = this.#attached();
    const watchers = [...engine.watchers];
    engine.watchers.clear();
    this.#number = entry.n;
    this.#atMicros = entry.at;
    try {
      return await replay.apply(entry);
    } finally {
      for (const watcher of watchers) engine.watchers.add(watcher);
    }
  }

  /** Takes new inputs from now on. What earlier ones had left running is over; returns those answers. */
  goLive(): readonly Replayed[] {
    const { replay } = this.#attached();
    this.#phase = 'live';
    return replay.endAll();
  }

  /** Keeps nothing from now on: what a mock does when it ends is no input. */
  close(): void {
    this.#phase = 'closed';
  }

  nowMicros(): number {
    if (this.#isApplying || this.#phase === 'replay') return this.#atMicros;
    return Math.max(wallMicros(), this.#atMicros);
  }

  request<Of extends Exchange, Result>(exchange: Of, apply: (exchange: Of) => Result): Result {
    if (this.#phase !== 'live') return apply(exchange);
    const { engine, request, route, path, sent, decided, sessionId } = exchange;
    const world = worldName(request);
    // Whoever looks at the session sees how far its turns have come.
    if (sessionId !== null) this.#report({ world, sessionId });
    this.#makeRoom(world);
    const input: RequestInput = {
      ...{ kind: 'request', world, operation: route?.id ?? null, params: path },
      ...describeRequest(request, { sent, secrets: engine.keeping.secrets }),
      key: judgeCaller(exchange),
      crowded: findCrowding(engine, engine.worlds.find(world)),
      left: request.hasLeft,
      decided: decided && { answer: decided.answer && { ...decided.answer, body: toText(decided.answer.body) } },
    };
    const n = this.#write(input);
    exchange.request = new LoggedRequest(input, request);
    acceptInput(exchange, { ...input, n });
    return this.#apply(() => apply(exchange));
  }

  resume<Result>(waiting: Waiting, wait: () => Promise<void>, apply: () => Result): Promise<Awaited<Result>> {
    if (this.#phase === 'replay') return this.#attached().replay.wait(waiting, apply);
    return goOn(wait(), () => {
      const { engine, input: of, request } = waiting;
      if (this.#phase === 'closed') return apply();
      const crowded = findCrowding(engine, engine.worlds.find(worldName(request)));
      waiting.crowded = crowded;
      this.#write({ kind: 'resumed', of, left: request.hasLeft, crowded });
      return this.#apply(apply);
    });
  }

  submit<Result>(input: Input, apply: () => Result): Result {
    const isPart = input.kind === 'visit' && this.#isApplying; // The input that is applied makes the world.
    if (this.#phase !== 'live' || isPart) return apply();
    // A reset cuts answers off: how far they have come is told before.
    if (input.kind === 'reset') this.#report({ world: input.world });
    if (input.kind === 'reset_all') for (const turn of this.#turns) turn.report();
    if ('world' in input && input.kind !== 'drop') this.#makeRoom(input.world);
    this.#write(input);
    return this.#apply(apply);
  }

  begin(turn: RunningTurn): void {
    this.#turns.add(turn);
  }

  end(turn: RunningTurn): void {
    this.#turns.delete(turn);
  }

  #attached(): { readonly engine: Engine; readonly replay: Replay } {
    if (!this.#engine || !this.#replay) throw new Error('A log needs its engine first.');
    return { engine: this.#engine, replay: this.#replay };
  }

  #report(of: Parameters<RunningTurn['isOf']>[0]): void {
    for (const turn of this.#turns) if (turn.isOf(of)) turn.report();
  }

  /** Drops a world if one of this name needs its room; where none can go, the input itself is refused. */
  #makeRoom(world: string | null): void {
    const { worlds } = this.#attached().engine;
    const victim = worlds.findVictim(world);
    if (victim !== null) this.submit({ kind: 'drop', world: victim }, () => worlds.drop(victim));
  }

  #apply<Result>(apply: () => Result): Result {
    const before = this.#isApplying;
    this.#isApplying = true;
    try {
      return apply();
    } finally {
      this.#isApplying = before;
    }
  }

  /** Returns its number. Throws LogError, after which nothing has changed. */
  #write(input: Input | RequestInput): number {
    const hasHappened = input.kind === 'sent' || input.kind === 'ended' || input.kind === 'resumed';
    const atMicros = Math.max(wallMicros(), this.#atMicros);
    const n = this.#number + 1;
    const line = `${JSON.stringify({ n, at: atMicros, ...input })}\n`;
    try {
      while (this.#late[0] !== undefined) {
        this.#parts.sink?.append(this.#late[0]);
        this.#late.shift();
      }
      this.#parts.sink?.append(line);
    } catch (error) {
      if (!(error instanceof LogError) || !hasHappened) throw error;
      this.#late.push(line); // It cannot be refused, so it is written before the next one.
    }
    this.#number = n;
    this.#atMicros = atMicros;
    return n;
  }
}

function toText(body: string | Uint8Array | null): string | null {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
}
