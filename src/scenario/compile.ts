import type { Script } from './agent/script.ts';
import { cut } from './cut.ts';
import type { FrameRun } from './frame.ts';
import { Framer, textOf } from './framing.ts';
import type { Moments, Patience } from './program/moment.ts';
import { Program } from './program/program.ts';
import type { Wire } from './schema.ts';
import { type Skipped, skip } from './skip.ts';
import { split } from './split.ts';
import { tamper } from './tamper.ts';
import type { TurnInput } from './turn.ts';
import { usualNewline } from './usual-newline.ts';
import type { HoldOutcome, ScriptTime, WireAction, WireActions, Write } from './wire.ts';

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Compiles script × request × session × seed to wire actions. Pure: no clock, no socket; equal input gives equal bytes.
 * Faults are transforms of the sequence, in this order: events, bytes, where it ends, what makes one write. A turn that
 * is resumed leaves its beginning out before it is split.
 */
export function compileTurn(script: Script, input: TurnInput, skipped: Skipped | null = null): WireActions {
  const { wire = {}, ends } = script;
  const played = programOf(script, input).play(script.pace, input);
  const moments = wire.drop || wire.duplicate || wire.swap ? tamper(played, wire) : played;
  const whole = new TurnActions(moments, wire, input);
  const ended = ends ? cut(whole, ends) : whole;
  const rest = skipped ? skip(ended, skipped) : ended;
  return wire.split === undefined ? rest : split(rest, wire.split, input);
}

/** Steps that a person wrote come again; those of the generated agent do not. */
function programOf({ steps, isKept }: Script, { frames, choices }: TurnInput): Program {
  if (!isKept || !frames) return new Program(steps);
  return frames.program(steps, (event) => textOf(event, { newline: usualNewline(choices), id: null }));
}

/** The moments of a turn as bytes, with a heartbeat wherever nothing comes for too long. */
class TurnActions implements WireActions {
  readonly #moments: Moments;
  readonly #framer: Framer;
  /** What comes before the first moment. */
  readonly #first: Write[] = [];
  readonly #silence: Silence;
  readonly #result: { done: false; value: WireAction } = { done: false, value: END };
  #isOver = false;

  constructor(moments: Moments, wire: Wire, input: TurnInput) {
    const { choices } = input;
    const { retry_ms = choices.sse_retry_ms, ping_ms = choices.sse_ping_ms } = wire;
    this.#moments = moments;
    this.#framer = new Framer(wire, input);
    this.#silence = new Silence(ping_ms, () => this.#framer.comment(choices.sse_ping_text));
    if (wire.bom) this.#first.push({ kind: 'bytes', bytes: BYTE_ORDER_MARK, events: [] });
    if (retry_ms !== null) this.#first.push(this.#framer.retry(retry_ms));
  }

  [Symbol.iterator](): TurnActions {
    return this;
  }

  next(outcome?: HoldOutcome): IteratorResult<WireAction, void> {
    if (this.#isOver) return OVER;
    this.#result.value = this.#first.shift() ?? this.#silence.next() ?? this.#act(outcome);
    return this.#result;
  }

  nextRun(time: ScriptTime): FrameRun | null {
    if (this.#isOver || this.#first.length > 0 || !this.#framer.isUsual || this.#silence.isDue) return null;
    return this.#moments.nextRun?.(this.#silence, time) ?? null;
  }

  #act(outcome: HoldOutcome | undefined): WireAction {
    const { value: moment, done } = this.#moments.next(outcome);
    if (done) {
      this.#isOver = true;
      return END;
    }
    switch (moment.kind) {
      case 'wait':
        return this.#silence.wait(moment);
      case 'hold':
        return moment;
      case 'event':
        this.#silence.broken();
        return this.#framer.frame(moment);
      case 'raw':
        this.#silence.broken();
        return moment.write;
      case 'huge':
        this.#silence.broken();
        return this.#framer.huge(moment);
    }
  }
}

const END: WireAction = { kind: 'end', how: 'close' };
const OVER: IteratorResult<WireAction, void> = { done: true, value: undefined };

/** Heartbeats while nothing else is sent. They are part of the compiled turn, so they are the same at every speed. */
class Silence implements Patience {
  readonly #periodMs: number;
  readonly #ping: () => WireAction;
  #silentMs = 0;
  /** The rest of a wait that heartbeats interrupt. */
  #leftMs = 0;
  #hasPing = false;

  /** `periodMs`: 0 for none. */
  constructor(periodMs: number, ping: () => WireAction) {
    this.#periodMs = periodMs;
    this.#ping = ping;
  }

  /** Whether something is left of a wait that heartbeats interrupt. */
  get isDue(): boolean {
    return this.#hasPing || this.#leftMs > 0;
  }

  outlasts(ms: number): boolean {
    return this.#periodMs === 0 || this.#silentMs + ms < this.#periodMs;
  }

  pass(ms: number): void {
    this.#silentMs += ms;
  }

  broken(): void {
    this.#silentMs = 0;
  }

  /** Begins a wait, of which `next` has the rest. */
  wait(moment: Extract<WireAction, { kind: 'wait' }>): WireAction {
    if (this.outlasts(moment.ms)) {
      this.pass(moment.ms);
      return moment;
    }
    this.#leftMs = moment.ms;
    return this.#untilPing();
  }

  /** The rest of a wait; null if there is none. */
  next(): WireAction | null {
    if (this.#hasPing) {
      this.#hasPing = false;
      return this.#ping();
    }
    if (this.#leftMs === 0) return null;
    if (this.#silentMs + this.#leftMs >= this.#periodMs) return this.#untilPing();
    const ms = this.#leftMs;
    this.#leftMs = 0;
    this.#silentMs += ms;
    return ms > 0 ? { kind: 'wait', ms } : null;
  }

  #untilPing(): WireAction {
    const ms = this.#periodMs - this.#silentMs;
    this.#leftMs -= ms;
    this.#silentMs = 0;
    this.#hasPing = true;
    return { kind: 'wait', ms };
  }
}
