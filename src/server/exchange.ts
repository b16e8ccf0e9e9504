import type { OperationId } from '../api/operations.ts';
import { RequestRecord } from '../world/request-record.ts';
import type { World } from '../world/world.ts';
import { type Engine, emitActivity } from './engine.ts';
import type { IncomingRequest } from './request.ts';
import { worldName } from './world-name.ts';

/** One request on its way to its answer. A class: one is made for each request. */
export class Exchange {
  readonly request: IncomingRequest;
  readonly operation: OperationId | null;
  readonly sessionId: string | null;
  /** What was sent, once it is read. */
  body: Uint8Array | null = null;
  /** Which scenario answers, and why. */
  chosen: { readonly scenario: string; readonly why: string } | null = null;
  readonly #engine: Engine;
  readonly #startMs: number;
  #world: World | null;

  constructor(
    engine: Engine,
    request: IncomingRequest,
    {
      operation,
      sessionId,
      world = null,
    }: { readonly operation: OperationId | null; readonly sessionId: string | null; readonly world?: World | null },
  ) {
    this.request = request;
    this.operation = operation;
    this.sessionId = sessionId;
    this.#world = world;
    this.#engine = engine;
    this.#startMs = engine.wallClock.now();
  }

  /**
   * Looked up when it is first needed, with the body read: a slow upload is no reason to answer from a world that was
   * dropped.
   */
  get world(): World {
    this.#world ??= this.#engine.worlds.get(worldName(this.request));
    return this.#world;
  }

  /** It is answered: for the journal, and for whoever watches. Who has left meanwhile gets no byte of it. */
  answered(status: number | null): void {
    const { request, world, operation, sessionId, chosen } = this;
    const engine = this.#engine;
    const facts = {
      method: request.method,
      path: request.path,
      query: request.query,
      status: request.hasLeft ? null : status,
      durationMs: engine.wallClock.now() - this.#startMs,
      world: world.name,
      operation,
      sessionId,
      scenario: chosen?.scenario ?? null,
      why: chosen?.why ?? null,
      rawHeaders: request.rawHeaders,
      bodyBytes: this.body,
    };
    const record = new RequestRecord(facts, engine.keeping);
    world.journal.add(record);
    emitActivity(engine, record);
  }
}
