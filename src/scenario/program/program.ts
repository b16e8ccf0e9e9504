import type { Event } from '../../api/events.ts';
import { resolvePace } from '../paces.ts';
import type { Scenario, Step } from '../schema.ts';
import type { TurnInput } from '../turn.ts';
import type { EventMoment, Moments } from './moment.ts';
import type { Op } from './op.ts';
import { Player } from './player.ts';
import { EventOp, HoldOp, HugeOp, RawOp, StopOp, WaitOp } from './single-ops.ts';
import { TextOp } from './text-op.ts';
import { ToolsOp } from './tools-op.ts';

/** Makes the frames of events that come in each turn. */
interface Framing {
  readonly toText: (event: Event) => string;
  /** Gives these their frames; `keptBytes` is what else comes to be kept. */
  readonly frame: (parts: readonly FramedEvent[], keptBytes: number) => void;
}

/** An event and the text of its frame. */
export interface FramedEvent {
  readonly moment: EventMoment;
  readonly text: string;
}

/** Steps of one event each share a buffer, up to this many characters. */
const SHARED_CHARACTERS = 65_536;

/**
 * Steps prepared to be played in any number of turns: what is the same in each turn is made once, and what is not
 * (call ids, usage, templates, chance) is filled in when it is due.
 */
export class Program {
  readonly #steps: readonly Step[];
  readonly ops: readonly Op[];
  #framing: Framing | null = null;
  /** How many of the ops are made ready. */
  #warmed = 0;

  constructor(steps: readonly Step[]) {
    this.#steps = [...steps];
    let calls = 0;
    this.ops = steps.map((step, index) => {
      const op = toOp(step, { index, callsBefore: calls });
      if (op instanceof ToolsOp) calls += op.calls.length;
      return op;
    });
  }

  /** Whether it is made of these steps: a list may have been changed since. */
  isOf(steps: readonly Step[]): boolean {
    return steps.length === this.#steps.length && steps.every((step, index) => step === this.#steps[index]);
  }

  /**
   * Lets the next turns keep what is the same in each: when one of them comes to steps that are not made yet, they are
   * made, so few at once that other requests do not wait for long.
   */
  warm(framing: Framing): void {
    this.#framing ??= framing;
  }

  /** Makes the steps from here on ready, if that is not done. */
  reach(at: number): void {
    if (at < this.#warmed || !this.#framing) return;
    const { toText, frame } = this.#framing;
    const parts: FramedEvent[] = [];
    let keptBytes = 0;
    let characters = 0;
    let op = this.ops[at];
    do {
      for (const moment of op?.warm?.() ?? []) {
        const text = toText(moment.event);
        parts.push({ moment, text });
        characters += text.length;
      }
      keptBytes += op?.keptBytes ?? 0;
      this.#warmed += 1;
      op = this.ops[this.#warmed];
    } while (op && (op.event || op.waitMs !== undefined) && characters < SHARED_CHARACTERS);
    frame(parts, keptBytes);
  }

  play(pace: Scenario['pace'], input: TurnInput): Moments {
    return new Player(this, { pace: resolvePace(pace), input });
  }
}

function toOp(step: Step, { index, callsBefore }: { readonly index: number; readonly callsBefore: number }): Op {
  if ('think' in step) return new TextOp({ type: 'thinking', content: step.think, deltas: step.deltas }, index);
  if ('text' in step) return new TextOp({ type: 'text', content: step.text, deltas: step.deltas }, index);
  if ('tool' in step) return new ToolsOp([step], { index, callsBefore });
  if ('together' in step) return new ToolsOp(step.together, { index, callsBefore });
  if ('wait_ms' in step) return new WaitOp(step);
  if ('hold' in step) return new HoldOp(step);
  if ('event' in step) return new EventOp(step);
  if ('raw' in step) return new RawOp(step);
  if ('huge' in step) return new HugeOp(step);
  return new StopOp(step, index);
}
