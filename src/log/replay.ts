import type { OperationId } from '../api/operations.ts';
import { ChatMockError } from '../runtime/errors.ts';
import { LimitError } from '../runtime/limits.ts';
import { type Answer, errorAnswer, type Headers } from '../server/answer.ts';
import { createControls, resetWorld, visitWorld } from '../server/controls.ts';
import { withCors } from '../server/cors.ts';
import { countRefusal, type Engine } from '../server/engine.ts';
import { Exchange, type Route } from '../server/exchange.ts';
import { goOn, type Input, type Waiting } from '../server/inputs.ts';
import { worldName } from '../server/request.ts';
import type { RunningTurn } from '../server/running-turn.ts';
import { intervene } from '../server/serve-operation.ts';
import type { Hash } from '../world/stream-record.ts';
import type { Entry, RequestInput } from './entry.ts';
import { LoggedRequest } from './logged-request.ts';
import { ReplayedStream } from './replayed-stream.ts';

/** What a request was answered, as far as its answer came. */
export interface Replayed {
  /** The number of its input. */
  readonly request: number;
  readonly method: string;
  readonly path: string;
  /** Null: no answer. */
  readonly status: number | null;
  readonly headers: Headers;
  /** The size of the body, and its SHA-256 in hex. */
  readonly bytes: number;
  readonly sha256: string;
}

/** What a replay needs of its engine. */
export interface ReplayGround {
  readonly engine: Engine;
  readonly routes: ReadonlyMap<OperationId, Route>;
  readonly createHash: () => Hash;
  /** Turns that are not over. */
  readonly turns: ReadonlySet<RunningTurn>;
  readonly replace: (input: Extract<Input, { kind: 'scenarios' | 'fixtures' }>) => void;
}

/** A request that is not answered yet. */
interface Going {
  readonly exchange: Exchange;
  readonly request: LoggedRequest;
  result: Promise<Answer | null> | null;
  /** Resolves when it waits. */
  waits: Promise<'waits'>;
  startWaiting: () => void;
  goOn: (() => void) | null;
}

const encoder = new TextEncoder();

/** Applies inputs that were written down, one after the other. */
export class Replay {
  readonly #ground: ReplayGround;
  readonly #going = new Map<number, Going>();
  readonly #streams = new Map<number, ReplayedStream>();
  /** What the newest input has answered. */
  #answered: Replayed[] = [];

  constructor(ground: ReplayGround) {
    this.#ground = ground;
  }

  /** Applies an input; returns the answers that are over with it. */
  async apply(entry: Entry): Promise<readonly Replayed[]> {
    this.#answered = [];
    try {
      await this.#apply(entry);
    } catch (error) {
      if (!(error instanceof ChatMockError)) throw error; // Else it is refused as it was when it came.
    }
    return this.#answered;
  }

  /**
   * Ends what nobody has ended: with the process that answered them, their clients are gone. Returns the answers.
   */
  endAll(): readonly Replayed[] {
    this.#answered = [];
    for (const stream of [...this.#streams.values()]) stream.leave();
    for (const turn of [...this.#ground.turns]) turn.onEnd('client_left', 0, 0);
    this.#going.clear();
    return this.#answered;
  }

  /** In place of a wait: until the input that ends it. */
  wait<Result>({ input }: Waiting, apply: () => Result): Promise<Awaited<Result>> {
    const going = this.#going.get(input);
    const waiting = new Promise<void>((resolve) => {
      if (going) going.goOn = resolve;
    });
    going?.startWaiting();
    return goOn(waiting, apply);
  }

  async #apply(entry: Entry): Promise<void> {
    const { engine, replace, turns } = this.#ground;
    switch (entry.kind) {
      case 'request':
        return this.#request(entry);
      case 'resumed': {
        const going = this.#going.get(entry.of);
        if (!going?.goOn) return;
        going.request.left = entry.left;
        going.exchange.crowded = entry.crowded;
        const { goOn } = going;
        arm(going);
        goOn();
        return this.#untilAnswered(going);
      }
      case 'sent':
        this.#streams.get(entry.of)?.play(entry);
        return;
      case 'ended': {
        const stream = this.#streams.get(entry.of);
        if (stream) return stream.finish(entry);
        // Its headers had not left.
        this.#going.delete(entry.of);
        for (const turn of turns) if (turn.input === entry.of) turn.onEnd(entry.how, entry.elapsedMs, entry.endMs);
        return;
      }
      case 'visit':
        visitWorld(engine, entry.world);
        return;
      case 'drop':
        return engine.worlds.drop(entry.world);
      case 'reset':
        resetWorld(engine, { name: entry.world, seed: entry.seed });
        return;
      case 'reset_all':
        resetWorld(engine, { name: null, all: true });
        return;
      case 'next':
        createControls(engine, entry.world).next(entry.scenario, entry.options);
        return;
      case 'withdraw':
        createControls(engine, entry.world).withdraw(entry.id);
        return;
      case 'chaos':
        return createControls(engine, entry.world).setChaos(entry.rules);
      case 'clock':
        return createControls(engine, entry.world).clock.set(entry.settings);
      case 'advance':
        createControls(engine, entry.world).clock.advance(entry.ms);
        return;
      case 'scenarios':
      case 'fixtures':
        return replace(entry);
    }
  }

  #request(entry: Entry & RequestInput): Promise<void> {
    const { engine, routes } = this.#ground;
    const request = new LoggedRequest(entry);
    const route = (entry.operation !== null && routes.get(entry.operation)) || null;
    const exchange = new Exchange(engine, { request, route, path: entry.params });
    acceptInput(exchange, entry);
    const going: Going = {
      ...{ exchange, request, result: null, goOn: null },
      ...{ waits: Promise.resolve('waits'), startWaiting: () => {} },
    };
    arm(going);
    this.#going.set(entry.n, going);
    const { decided } = entry;
    if (decided?.answer === null) exchange.answered(null, null);
    // What is not decided has a route.
    going.result = decided ? Promise.resolve(decided.answer) : answerOf(exchange as Exchange<Route>);
    return this.#untilAnswered(going);
  }

  async #untilAnswered(going: Going): Promise<void> {
    const { request, result, waits } = going;
    const failed = (error: unknown) => {
      if (error instanceof LimitError) return error;
      this.#ground.engine.onError(error);
      return errorAnswer(500, 'Internal Server Error');
    };
    const settled = await Promise.race([result?.catch(failed), waits]);
    if (settled === 'waits') return;
    this.#going.delete(going.exchange.input);
    if (!settled) return;
    if (settled instanceof LimitError) this.#refuse(going, settled);
    else this.#deliver(going.exchange, withCors(settled, request, this.#ground.engine.corsRules));
  }

  /** As the app answers where a limit is reached. */
  #refuse({ exchange, request }: Going, error: LimitError): void {
    const { engine } = this.#ground;
    const { status, limit, message } = countRefusal(engine, error);
    const world = limit === 'maxWorlds' ? engine.worlds.outside(worldName(request)) : null;
    const refused = new Exchange(engine, { request, route: null, world });
    acceptInput(refused, { n: exchange.input, decided: null, crowded: null, key: 'good' });
    this.#deliver(refused, withCors(errorAnswer(status, message), request, engine.corsRules));
  }

  #deliver(exchange: Exchange, answer: Answer): void {
    const { status, headers } = answer;
    const { method, path } = exchange.request;
    const tell = ({ bytes, sha256 }: Pick<Replayed, 'bytes' | 'sha256'>) =>
      this.#answered.push({ request: exchange.input, method, path, status, headers, bytes, sha256 });
    if (!('perform' in answer)) {
      exchange.answered(answer.status, answer);
      const body = method === 'HEAD' ? null : answer.body; // Whoever delivers it leaves the body out.
      const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? new Uint8Array(0));
      const hash = this.#ground.createHash();
      hash.update(bytes);
      tell({ bytes: bytes.byteLength, sha256: hash.hex() });
      return;
    }
    exchange.answered(status, status === null ? null : { headers, body: null });
    const stream = new ReplayedStream(this.#ground.createHash(), () => {
      this.#streams.delete(exchange.input);
      tell({ bytes: stream.bytes, sha256: stream.hash.hex() });
    });
    this.#streams.set(exchange.input, stream);
    answer.perform(stream);
  }
}

/** Puts what an input says into an exchange, so that nothing else decides. */
export function acceptInput(
  exchange: Exchange,
  { n, key, crowded, decided }: Pick<Entry & RequestInput, 'n' | 'key' | 'crowded' | 'decided'>,
): void {
  exchange.input = n;
  exchange.key = key;
  exchange.crowded = crowded;
  exchange.decided = decided;
  const { request } = exchange;
  exchange.sent = request instanceof LoggedRequest ? request.sent : null;
}

/** Async, so that whatever it throws is a rejection. */
async function answerOf(exchange: Exchange<Route>): Promise<Answer> {
  return intervene(exchange);
}

function arm(going: Going): void {
  going.goOn = null;
  going.waits = new Promise((resolve) => {
    going.startWaiting = () => resolve('waits');
  });
}
