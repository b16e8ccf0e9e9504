import { changes, existsIn } from '../../api/editions.ts';
import type { StopEvent } from '../../api/events.ts';
import { BATCH_BYTES, BlockRun, type FrameBlock, type FrameRun } from '../frame.ts';
import type { PlainEvent } from '../frame-memory.ts';
import type { FullPace } from '../paces.ts';
import type { Step } from '../schema.ts';
import { countTokens } from '../tokens.ts';
import type { FullUsage, TurnInput } from '../turn.ts';
import type { HoldOutcome, ScriptTime } from '../wire.ts';
import { EventMoment, type Moment, type Moments, type Patience } from './moment.ts';
import type { Cursor } from './op.ts';
import type { Program } from './program.ts';

type StopStep = Extract<Step, { readonly stop: unknown }>['stop'];

/** What the agent's own instructions cost, read again each turn. */
const SYSTEM_TOKENS = 320;

/** Plays ops for one turn: waits and events in order, closed by a stop unless they hold one. */
export class Player implements Moments {
  readonly input: TurnInput;
  readonly pace: FullPace;
  /** Scripted time. */
  elapsedMs = 0;
  readTokens: number;
  writtenTokens = 0;
  hasStopped = false;
  readonly #program: Program;
  #at = 0;
  #stage: 'first' | 'echo' | 'ops' | 'over' = 'first';
  #cursor: Cursor | null = null;
  /** What the turn fails with if the hold before is not released. */
  #failure: string | null = null;
  readonly #evenGap: Moment & { readonly kind: 'wait' };
  readonly #result: { done: false; value: Moment };

  constructor(program: Program, { pace, input }: { readonly pace: FullPace; readonly input: TurnInput }) {
    this.#program = program;
    this.pace = pace;
    this.input = input;
    this.readTokens = countTokens(input.prompt);
    this.#evenGap = { kind: 'wait', ms: (1000 * pace.burst) / pace.tokens_per_second };
    this.#result = { done: false, value: this.#evenGap };
  }

  [Symbol.iterator](): Player {
    return this;
  }

  next(outcome?: HoldOutcome): IteratorResult<Moment, void> {
    const moment = this.#take(outcome);
    if (moment === null) return OVER;
    this.#result.value = moment;
    return this.#result;
  }

  nextRun(patience: Patience, time: ScriptTime): FrameRun | null {
    if (this.#failure !== null || this.#stage !== 'ops') return null;
    if (!this.#cursor) return this.#runOfOps(patience, time);
    if (!this.#cursor.nextRun || !patience.outlasts(this.#evenGap.ms * (1 + this.pace.jitter))) return null;
    const run = this.#cursor.nextRun(this, time);
    if (run) patience.broken();
    return run;
  }

  /** Continues with the rest of an op; returns its first moment. */
  follow(cursor: Cursor): Moment | null {
    this.#cursor = cursor;
    return cursor.next(this);
  }

  /** Lets this much time pass; null: none. */
  wait(ms: number): Moment | null {
    this.elapsedMs += ms;
    return ms > 0 ? { kind: 'wait', ms } : null;
  }

  /** The gaps between the deltas of the step at this place, one after the other. */
  gaps(index: number): () => number {
    const { ms } = this.#evenGap;
    const { jitter } = this.pace;
    if (jitter === 0) return () => ms;
    const random = this.input.random.fork('step', index, 'gap');
    return () => ms * (1 + jitter * (2 * random.next() - 1));
  }

  waitGap(ms: number): Moment {
    this.elapsedMs += ms;
    return ms === this.#evenGap.ms ? this.#evenGap : { kind: 'wait', ms };
  }

  /** An event of nothing but a type and a content; those that come again and again are made once. */
  plain(type: PlainEvent['type'], content: string): EventMoment {
    return this.input.frames?.plain(type, content) ?? new EventMoment({ type, content });
  }

  /** Called with a hold: if it is not released, the turn ends with this error. */
  failUnlessReleased(error: string): void {
    this.#failure = error;
  }

  /** The closing event; usage adds up over the session's turns. */
  stop(error: string | null, given: StopStep = {}): EventMoment {
    const { before, turn, edition, skippedIndexIds } = this.input;
    const usage = {
      total_input_tokens: before.inputTokens + SYSTEM_TOKENS + before.contextTokens + this.readTokens,
      total_output_tokens: before.outputTokens + this.writtenTokens,
      turns: turn,
      duration_ms: Math.round(this.elapsedMs * 1000) / 1000,
      ...(given.usage as Partial<FullUsage>), // Parsed from a file, so no key is there without a value.
    };
    const stop: StopEvent = { type: 'stop', usage, is_error: error !== null, error };
    if (existsIn(changes.skipped_index_ids, edition))
      stop.skipped_index_ids = given.skipped_index_ids ?? [...skippedIndexIds];
    return new EventMoment(stop, given.usage || !Number.isFinite(usage.duration_ms) ? null : toJson(stop));
  }

  #take(outcome: HoldOutcome | undefined): Moment | null {
    if (this.#failure !== null) {
      const failure = this.#failure;
      this.#failure = null;
      if (outcome === 'expired') return this.#fail(failure);
    }
    const moment = this.#cursor?.next(this) ?? null;
    if (moment) return moment;
    this.#cursor = null;
    return this.#begin();
  }

  #begin(): Moment | null {
    if (this.#stage === 'first') {
      this.#stage = 'echo';
      const wait = this.wait(this.pace.first_ms);
      if (wait) return wait;
    }
    if (this.#stage === 'echo') {
      this.#stage = 'ops';
      const { choices, prompt } = this.input;
      if (choices.echo_user_input) return new EventMoment({ type: 'user_input', content: prompt });
    }
    if (this.#stage === 'over') return null;
    for (;;) {
      const op = this.#program.ops[this.#at];
      if (!op) break;
      this.#program.reach(this.#at);
      this.#at += 1;
      const moment = op.begin(this);
      if (moment) return moment;
    }
    this.#stage = 'over';
    return this.hasStopped ? null : this.stop(null);
  }

  /** Steps that are one event each, and waits before them that are short. */
  #runOfOps(patience: Patience, time: ScriptTime): FrameRun | null {
    const { ops } = this.#program;
    let block: FrameBlock | null = null;
    let [from, to, enoughBytes] = [0, 0, 0];
    for (let op = ops[this.#at]; op; op = ops[this.#at]) {
      this.#program.reach(this.#at);
      const { waitMs, event } = op;
      if (waitMs !== undefined) {
        if (!patience.outlasts(waitMs)) break;
        patience.pass(waitMs);
        this.elapsedMs += waitMs;
        time.elapsedMs += waitMs;
      } else {
        const frame = event?.frame;
        if (!frame?.block || (block && (frame.block !== block || frame.index !== to))) break;
        if (!block) {
          block = frame.block;
          from = frame.index;
          enoughBytes = (block.starts[from] ?? 0) + BATCH_BYTES;
        }
        to = frame.index + 1;
        patience.broken();
      }
      this.#at += 1;
      if (block && (block.starts[to] ?? 0) >= enoughBytes) break;
    }
    return block && new BlockRun(block, { from, to });
  }

  #fail(error: string): Moment {
    this.#stage = 'over';
    this.#cursor = null;
    return this.stop(error);
  }
}

const OVER: IteratorResult<Moment, void> = { done: true, value: undefined };

/** As JSON.stringify writes it, which takes longer than all else at the end of a short turn. Its usage is a computed one. */
function toJson({ usage, is_error, error, skipped_index_ids: skipped }: StopEvent): string {
  const { total_input_tokens: input, total_output_tokens: output, turns, duration_ms: ms } = usage;
  const counts = `"total_input_tokens":${input},"total_output_tokens":${output},"turns":${turns},"duration_ms":${ms}`;
  const rest = skipped === undefined ? '' : `,"skipped_index_ids":${JSON.stringify(skipped)}`;
  return `{"type":"stop","usage":{${counts}},"is_error":${is_error},"error":${JSON.stringify(error)}${rest}}`;
}
