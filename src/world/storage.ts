import { LimitError, type Limits } from '../runtime/limits.ts';
import type { Tally } from '../runtime/tally.ts';
import { BlockRun, type FrameRun } from '../scenario/frame.ts';
import type { Write } from '../scenario/wire.ts';

/** What a session costs beside its texts, in bytes (measured: 600). */
const SESSION_BYTES = 700;
/** What a turn costs beside its prompt and its large events. */
const TURN_BYTES = 1000;
/** What an event costs that its turn shares with others, as most do (measured: 32). */
const EVENT_BYTES = 40;
/** Smaller events are counted with `EVENT_BYTES`. */
const LARGE_BYTES = 1024;

/** Something large that a turn keeps alive: an event, or a block of frames. */
interface Large {
  readonly owner: object;
  readonly sizeBytes: number;
}

/** What a finished turn holds. */
export class TurnSize {
  events = 0;
  readonly #promptBytes: number;
  #large: Large[] = [];

  constructor(prompt: string) {
    this.#promptBytes = textBytes(prompt);
  }

  get large(): readonly Large[] {
    return this.#large;
  }

  get smallBytes(): number {
    return TURN_BYTES + this.#promptBytes + EVENT_BYTES * this.events;
  }

  /** `isPiece`: it is not the rest of a run. */
  add({ bytes, events, block }: Write, isPiece: boolean): void {
    this.events += events.length;
    if (!isPiece) return;
    const [event] = events;
    if (block) this.#keep({ owner: block, sizeBytes: block.bytes.byteLength });
    else if (event && bytes.byteLength >= LARGE_BYTES) this.#keep({ owner: event, sizeBytes: bytes.byteLength });
  }

  addRun(run: FrameRun): void {
    this.events += run.length;
    if (run instanceof BlockRun) this.#keep({ owner: run.block, sizeBytes: run.block.bytes.byteLength });
  }

  #keep(large: Large): void {
    // Mostly it is one, for which a list that grows would reserve much.
    if (this.#large.length === 0) this.#large = [large];
    else if (this.#large.at(-1)?.owner !== large.owner) this.#large.push(large);
  }
}

/**
 * What the sessions of a world hold, estimated. Events are shared: a large one counts once, however many turns have sent
 * it. The total of all worlds is kept along.
 */
export class Storage {
  readonly #limits: Limits;
  readonly #total: Tally;
  readonly #holders = new Map<object, number>();
  #sessions = 0;
  #events = 0;
  #sizeBytes = 0;
  #isOver = false;

  constructor(limits: Limits, total: Tally) {
    this.#limits = limits;
    this.#total = total;
  }

  get sessions(): number {
    return this.#sessions;
  }

  get events(): number {
    return this.#events;
  }

  addSession(texts: readonly string[]): void {
    this.#sessions += 1;
    this.#add(sessionBytes(texts));
  }

  removeSession(texts: readonly string[]): void {
    this.#sessions -= 1;
    this.#add(-sessionBytes(texts));
  }

  addTurn(size: TurnSize): void {
    this.#events += size.events;
    this.#add(size.smallBytes);
    for (const { owner, sizeBytes } of size.large) {
      const holders = this.#holders.get(owner) ?? 0;
      this.#holders.set(owner, holders + 1);
      if (holders === 0) this.#add(sizeBytes);
    }
  }

  removeTurn(size: TurnSize): void {
    this.#events -= size.events;
    this.#add(-size.smallBytes);
    for (const { owner, sizeBytes } of size.large) {
      const holders = this.#holders.get(owner) ?? 0;
      if (holders > 1) this.#holders.set(owner, holders - 1);
      else if (this.#holders.delete(owner)) this.#add(-sizeBytes);
    }
  }

  /** Counts what a queued answer holds, or with a negative size no longer holds. */
  addBytes(sizeBytes: number): void {
    this.#add(sizeBytes);
  }

  /** Throws LimitError if another session is one too many. */
  refuseSession(): void {
    const act = 'create a session';
    const advice = 'Delete some, reset the world';
    if (this.#sessions >= this.#limits.maxSessions) {
      const reason = `this world has ${this.#limits.maxSessions} that requests have made`;
      throw new LimitError('maxSessions', { act, reason, advice });
    }
    this.refuseWrite(act);
  }

  /** Throws LimitError if another turn is one too many. */
  refuseTurn(): void {
    const act = 'take a turn';
    if (this.#events >= this.#limits.maxEvents) {
      const reason = `the sessions of this world hold ${this.#events} events`;
      throw new LimitError('maxEvents', { act, reason, advice: 'Delete some sessions, reset the world' });
    }
    this.refuseWrite(act);
  }

  /** Throws LimitError if there is no room for anything. */
  refuseWrite(act: string): void {
    if (!this.#total.isFull) return;
    const reason = `the sessions of all worlds hold ${this.#total.used} bytes`;
    throw new LimitError('maxStoredBytes', { act, reason, advice: 'Delete some, reset a world' });
  }

  /** Its world is forgotten: what it held is free, and what still comes does not count. */
  end(): void {
    this.#add(-this.#sizeBytes);
    this.#isOver = true;
    this.#holders.clear();
  }

  #add(sizeBytes: number): void {
    if (this.#isOver) return;
    this.#sizeBytes += sizeBytes;
    this.#total.add(sizeBytes);
  }
}

function sessionBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + textBytes(text), SESSION_BYTES);
}

/** A string has two bytes a character, if any of them needs two. */
function textBytes({ length }: string): number {
  return 2 * length;
}
