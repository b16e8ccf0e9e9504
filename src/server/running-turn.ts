import type { Clock } from '../runtime/clock.ts';
import { LoopShare } from '../runtime/event-loop.ts';
import type { FrameRun } from '../scenario/frame.ts';
import { type HoldOutcome, noActions, type PerformanceEnd, type WireActions, type Write } from '../scenario/wire.ts';
import { redactPath } from '../world/redact.ts';
import type { ResumableTurn } from '../world/resumable-turns.ts';
import type { StreamRecord } from '../world/stream-record.ts';
import type { Turn } from '../world/turn.ts';
import type { World } from '../world/world.ts';
import { type Engine, emitActivity } from './engine.ts';
import type { TurnInput } from './inputs.ts';
import { perform } from './perform.ts';
import type { Performance, StreamTransport } from './performance.ts';
import type { IncomingRequest } from './request.ts';

interface Parts {
  readonly engine: Engine;
  readonly world: World;
  readonly request: IncomingRequest;
  /** The number of the input that began it. */
  readonly input: number;
  readonly turn: Pick<Turn, 'sessionId' | 'sent' | 'sentRun' | 'end'>;
  readonly record: StreamRecord;
  /** Null: it cannot be resumed. */
  readonly resumable: Resumable | null;
}

/** A turn that a client may resume, and how many of its events this stream does not send again. */
export interface Resumable {
  readonly entry: ResumableTurn;
  readonly skippedEvents: number;
}

/**
 * A turn from its begin to its end: keeps its session, its record and the watchers up to date, and ends all three once.
 * It is what its performance reports to.
 */
export class RunningTurn implements Performance {
  readonly clock: World['clock'];
  readonly wallClock: Clock;
  readonly share = new LoopShare();
  readonly onError: Performance['onError'];
  readonly #parts: Parts;
  readonly #startMs: number;
  #actions: WireActions = noActions;
  #isOver = false;
  readonly #isLogged: boolean;
  #writes = 0;
  /** What its newest input says. */
  #loggedWrites = 0;
  #holds: HoldOutcome[] = [];
  #hasHung = false;

  constructor(parts: Parts) {
    const { engine, world } = parts;
    this.#parts = parts;
    this.clock = world.clock;
    this.wallClock = engine.wallClock;
    this.onError = engine.onError;
    this.#startMs = engine.wallClock.now();
    this.#isLogged = engine.inputs.isLogged;
    engine.capacity.streams.add(1);
    engine.inputs.begin(this);
  }

  /** The number of the input that began it. */
  get input(): number {
    return this.#parts.input;
  }

  /** Whether it is a turn of this session, or of any session of the world. */
  isOf({ world, sessionId }: { readonly world: string | null; readonly sessionId?: string | undefined }): boolean {
    const { world: own, turn } = this.#parts;
    return own.name === world && (sessionId === undefined || turn.sessionId === sessionId);
  }

  /** Writes down how far it has come, unless that is written. */
  report(): void {
    if (this.#writes === this.#loggedWrites || this.#parts.world.isOver) return;
    this.#parts.engine.inputs.submit({ kind: 'sent', ...this.#progress(this.#parts.record.elapsedMs) }, () => {});
  }

  get actions(): WireActions {
    return this.#actions;
  }

  /** Performs the turn; never throws, whatever fails. */
  perform(actions: WireActions, transport: StreamTransport): void {
    const { world, record } = this.#parts;
    this.#actions = actions;
    const performing = perform(this, transport);
    if (performing.state === 'over') return;
    record.performing = performing;
    if (world.isOver) performing.stop();
    // Reports whatever state it has reached by now.
    else this.onState();
  }

  /** Ends a turn that failed before it was performed: the client gets an error instead of its stream. */
  fail(): void {
    if (!this.#isOver) this.onEnd('failed', 0, 0);
  }

  hold(name: string, released: () => void): () => void {
    return this.#parts.world.holds.wait(name, released);
  }

  onOutcome(outcome: HoldOutcome): void {
    if (this.#isLogged) this.#holds.push(outcome);
    this.#parts.resumable?.entry.outcomes.push(outcome);
  }

  onBytes(write: Write, elapsedMs: number): void {
    this.#writes += 1;
    if (!this.#isLogged || !hasStop(write)) this.#send(write, elapsedMs);
    else
      this.#parts.engine.inputs.submit({ kind: 'sent', ...this.#progress(elapsedMs) }, () =>
        this.#send(write, elapsedMs),
      );
  }

  #send(write: Write, elapsedMs: number): void {
    const { turn, record } = this.#parts;
    turn.sent(write, elapsedMs);
    record.sent(write, elapsedMs);
  }

  onRun(run: FrameRun, elapsedMs: number): void {
    const { turn, record } = this.#parts;
    this.#writes += run.length;
    turn.sentRun(run);
    record.sentRun(run, elapsedMs);
  }

  onStall(isStalled: boolean): void {
    this.#parts.record.stalled(isStalled);
  }

  onWake(lateMs: number): void {
    this.#parts.engine.counts.lateness.observe(lateMs / 1000);
  }

  onState(): void {
    const { engine, world, record } = this.#parts;
    world.streams.changed(record);
    const { id: stream, state, hold, events, performing } = record;
    if (state === 'hanging') {
      this.#hasHung = true;
      this.#endsAsScripted();
    }
    if (!performing) return; // It has not begun, or is over.
    const { sessionId, scenario } = record;
    emitActivity(engine, { kind: 'state', world: world.name, stream, sessionId, scenario, state, hold, events });
  }

  onEnd(how: PerformanceEnd, elapsedMs: number, endMs: number): void {
    const { engine, world } = this.#parts;
    const end = () => this.#end({ how, elapsedMs, endMs });
    // Whoever drops a world ends all of its turns: that is part of the input which does so.
    if (!this.#isLogged || world.isOver) end();
    else
      engine.inputs.submit(
        { kind: 'ended', ...this.#progress(elapsedMs), how, endMs, ...(this.#hasHung && { hung: true }) },
        end,
      );
  }

  #end({
    how,
    elapsedMs,
    endMs,
  }: {
    readonly how: PerformanceEnd;
    readonly elapsedMs: number;
    readonly endMs: number;
  }) {
    const { engine, world, request, turn, record } = this.#parts;
    this.#isOver = true;
    engine.inputs.end(this);
    engine.capacity.streams.add(-1);
    if (how === 'client_left' && engine.choices.on_client_abort === 'finish') this.#finishUnseen(elapsedMs);
    const end = turn.end(how === 'client_left' || how === 'stopped' ? how : 'cut', elapsedMs);
    record.ended(how, endMs);
    this.#leaveResumable(how);
    engine.counts.stream(how, record);
    world.streams.changed(record);
    emitActivity(engine, {
      kind: 'stream',
      method: request.method,
      path: redactPath(request.path, engine.keeping.secrets),
      world: world.name,
      operation: 'streamMessages',
      stream: record.id,
      sessionId: turn.sessionId,
      scenario: record.scenario,
      events: record.events,
      bytes: record.bytes,
      durationMs: engine.wallClock.now() - this.#startMs,
      firstByteMs: engine.watchers.size > 0 ? record.firstByteMs : null,
      end,
      how,
    });
  }

  #endsAsScripted(): void {
    if (this.#parts.resumable) this.#parts.resumable.entry.hasEnded = true;
  }

  #leaveResumable(how: PerformanceEnd): void {
    const { engine, record, resumable } = this.#parts;
    if (!resumable) return;
    const { entry, skippedEvents } = resumable;
    if (how !== 'client_left' && how !== 'stopped') this.#endsAsScripted();
    entry.sentEvents = Math.max(entry.sentEvents, skippedEvents + record.events);
    entry.endedMs = engine.inputs.nowMicros() / 1000;
  }

  #progress(elapsedMs: number): Pick<TurnInput, 'of' | 'writes' | 'holds' | 'elapsedMs'> {
    const holds = this.#holds;
    this.#holds = [];
    this.#loggedWrites = this.#writes;
    return { of: this.#parts.input, writes: this.#writes, holds, elapsedMs };
  }

  /** Records the rest of the turn as if the client had stayed; many events at once, since nobody reads them. */
  #finishUnseen(fromMs: number): void {
    const { engine, turn } = this.#parts;
    const actions = this.#actions;
    const time = { elapsedMs: fromMs };
    try {
      for (;;) {
        const run = actions.nextRun?.(time);
        if (run) {
          turn.sentRun(run);
          continue;
        }
        const { value: action, done } = actions.next();
        if (done || action.kind === 'end') return;
        if (action.kind === 'wait') time.elapsedMs += action.ms;
        if (action.kind === 'bytes') turn.sent(action, time.elapsedMs);
      }
    } catch (error) {
      engine.onError(error); // The turn ends where it failed.
    }
  }
}

/** Whether the session changes with it. */
function hasStop({ events }: Write): boolean {
  for (const { type } of events) if (type === 'stop') return true;
  return false;
}
