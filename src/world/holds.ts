import { LimitError, type Limits } from '../runtime/limits.ts';

/** Streams that wait for a name to be released. */
export class Holds {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #limits: Limits;
  #size = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** How many streams wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether so many wait that no further turn may begin. */
  get isFull(): boolean {
    return this.#size >= this.#limits.maxHolds;
  }

  /** Creates the error of a turn that may not begin. */
  refusal(): LimitError {
    const reason = `${this.#limits.maxHolds} streams of this world wait at holds`;
    return new LimitError('maxHolds', { act: 'take a turn', reason, advice: 'Release some, reset the world' });
  }

  /** Waits for the name; returns how to give up. */
  wait(name: string, released: () => void): () => void {
    const waiters = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiters);
    waiters.add(released);
    this.#size += 1;
    return () => {
      if (waiters.delete(released)) this.#size -= 1;
      if (waiters.size === 0 && this.#waiting.get(name) === waiters) this.#waiting.delete(name);
    };
  }

  /** Releases all that wait for this name, or for any; returns how many. */
  release(name: string | null): number {
    const names = name === null ? [...this.#waiting.keys()] : [name];
    const released = names.flatMap((one) => [...(this.#waiting.get(one) ?? [])]);
    for (const goOn of released) goOn();
    return released.length;
  }

  /** How many wait for each name. */
  list(): readonly { readonly name: string; readonly waiting: number }[] {
    return [...this.#waiting].map(([name, { size }]) => ({ name, waiting: size }));
  }
}
