import { resolvePace } from '../paces.ts';
import type { Scenario, Step } from '../schema.ts';
import type { TurnInput } from '../turn.ts';
import type { EventMoment, Moments } from './moment.ts';
import type { Op } from './op.ts';
import { Player } from './player.ts';
import { EventOp, HoldOp, HugeOp, RawOp, StopOp, WaitOp } from './single-ops.ts';
import { TextOp } from './text-op.ts';
import { ToolsOp } from './tools-op.ts';

/**
 * Steps made ready to be played in any number of turns: what is the same in each turn is made once, and what is not
 * (call ids, usage, templates, chance) is filled in when it is due.
 */
export class Program {
  readonly #steps: readonly Step[];
  readonly #ops: readonly Op[];

  constructor(steps: readonly Step[]) {
    this.#steps = [...steps];
    let calls = 0;
    this.#ops = steps.map((step, index) => {
      const op = toOp(step, { index, callsBefore: calls });
      if (op instanceof ToolsOp) calls += op.calls.length;
      return op;
    });
  }

  /** Whether it is made of these steps: a list may have been changed since. */
  isOf(steps: readonly Step[]): boolean {
    return steps.length === this.#steps.length && steps.every((step, index) => step === this.#steps[index]);
  }

  /** Makes what is the same in each turn. Returns the events whose frames are to be made with it, in their order. */
  warm(): readonly EventMoment[] {
    const events: EventMoment[] = [];
    for (const op of this.#ops) op.warm?.(events);
    return events;
  }

  /** What it may come to keep beside the frames that are made with it. */
  get keptBytes(): number {
    return this.#ops.reduce((sum, { keptBytes = 0 }) => sum + keptBytes, 0);
  }

  play(pace: Scenario['pace'], input: TurnInput): Moments {
    return new Player(this.#ops, { pace: resolvePace(pace), input });
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
