import type { Event } from '../../api/events.ts';
import { base64Bytes } from '../raw-bytes.ts';
import type { Step } from '../schema.ts';
import type { Write } from '../wire.ts';
import { EventMoment, HugeMoment, type Moment } from './moment.ts';
import type { Op } from './op.ts';
import type { Player } from './player.ts';

type StepOf<Key extends string> = Extract<Step, Record<Key, unknown>>;

/** A hold that is not released ends the turn after this much real time, so that no test hangs for ever. */
const HOLD_MS = 60_000;
const encoder = new TextEncoder();

/** Nothing comes for some time. */
export class WaitOp implements Op {
  readonly #moment: Moment & { readonly kind: 'wait' };

  constructor({ wait_ms: ms }: StepOf<'wait_ms'>) {
    this.#moment = { kind: 'wait', ms };
  }

  get waitMs(): number {
    return this.#moment.ms;
  }

  begin(player: Player): Moment | null {
    player.elapsedMs += this.#moment.ms;
    return this.#moment.ms > 0 ? this.#moment : null;
  }
}

/** Waits for a release. */
export class HoldOp implements Op {
  readonly #moment: Moment & { readonly kind: 'hold' };

  constructor({ hold: name, max_ms: maxMs = HOLD_MS }: StepOf<'hold'>) {
    this.#moment = { kind: 'hold', name, maxMs };
  }

  begin(player: Player): Moment {
    const { name, maxMs } = this.#moment;
    player.failUnlessReleased(`The hold "${name}" was not released within ${maxMs} ms.`);
    return this.#moment;
  }
}

/** An event as it stands. */
export class EventOp implements Op {
  readonly #moment: EventMoment;

  constructor({ event }: StepOf<'event'>) {
    this.#moment = new EventMoment(event as Event); // Files may send events no schema knows: that is what the step is for.
  }

  begin(player: Player): Moment {
    if (this.#moment.event.type === 'stop') player.hasStopped = true;
    return this.#moment;
  }

  warm(): readonly EventMoment[] {
    return [this.#moment];
  }

  get event(): EventMoment | null {
    return this.#moment.event.type === 'stop' ? null : this.#moment;
  }
}

/** Bytes without a frame. */
export class RawOp implements Op {
  readonly #step: StepOf<'raw'>;
  #moment: Moment | null = null;

  constructor(step: StepOf<'raw'>) {
    this.#step = step;
  }

  begin(): Moment {
    this.#moment ??= { kind: 'raw', write: toWrite(this.#step) };
    return this.#moment;
  }
}

/** One complete text whose frame has so many bytes. */
export class HugeOp implements Op {
  readonly #moment: HugeMoment;

  constructor({ huge }: StepOf<'huge'>) {
    this.#moment = new HugeMoment(huge);
  }

  begin(): Moment {
    return this.#moment;
  }
}

/** The stop, with or without an error. */
export class StopOp implements Op {
  readonly #step: StepOf<'stop'> | StepOf<'fail'>;
  readonly #index: number;

  constructor(step: StepOf<'stop'> | StepOf<'fail'>, index: number) {
    this.#step = step;
    this.#index = index;
  }

  begin(player: Player): Moment {
    player.hasStopped = true;
    const step = this.#step;
    if (!('fail' in step)) return player.stop(null, step.stop);
    const { input } = player;
    const random = input.random.fork('step', this.#index);
    return player.stop(step.fail.includes('{{') ? input.fill(step.fail, random) : step.fail);
  }
}

function toWrite({ raw }: StepOf<'raw'>): Write {
  const bytes = typeof raw === 'string' ? encoder.encode(raw) : base64Bytes(raw.base64);
  return { kind: 'bytes', bytes, events: [] };
}
