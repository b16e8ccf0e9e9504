/**
 * Chance as a path: a value depends on the seed and on *where* it is used, never on how many were
 * drawn before elsewhere or on what runs beside it.
 */
export interface Random {
  /** An independent source for a place below this one; equal paths give equal sources. */
  fork(...path: readonly (string | number)[]): Random;
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of the items; throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** `count` different items in chosen order (all of them, shuffled, if there are fewer). */
  sample<T>(items: readonly T[], count: number): T[];
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  /** `length` characters from the alphabet 0-9a-z. */
  text(length: number): string;
}

/** Character codes of 0-9a-z. */
const ALPHABET = Uint8Array.from('0123456789abcdefghijklmnopqrstuvwxyz', (character) => character.charCodeAt(0));

/** The root of all random values of one seed. */
export function createRandom(seed: number | string): Random {
  return new RandomAt(absorb(ROOT, `seed:${seed}`));
}

type State = readonly [number, number, number, number];

/** What every seed is mixed into. */
const ROOT: State = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/**
 * A class: a source is made for each place. Many are only forked or never used, so what it begins with is worked out when
 * it is needed.
 */
class RandomAt implements Random {
  #origin: State | null;
  readonly #parent: RandomAt | null;
  readonly #path: readonly (string | number)[];
  /** The state of sfc32: small, fast, integer arithmetic only, so the same on every platform. */
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;
  #isStarted = false;

  constructor(from: State | RandomAt, path: readonly (string | number)[] = []) {
    const isFork = from instanceof RandomAt;
    this.#origin = isFork ? null : from;
    this.#parent = isFork ? from : null;
    this.#path = path;
  }

  fork(...path: readonly (string | number)[]): Random {
    return new RandomAt(this, path);
  }

  next(): number {
    if (!this.#isStarted) this.#start();
    return this.#step() / 0x1_0000_0000;
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Nothing to pick from an empty list.');
    return items[this.integer(0, items.length - 1)] as T; // Never beyond the last.
  }

  sample<T>(items: readonly T[], count: number): T[] {
    const rest = [...items];
    const chosen: T[] = [];
    while (rest.length > 0 && chosen.length < count) chosen.push(...rest.splice(this.integer(0, rest.length - 1), 1));
    return chosen;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  text(length: number): string {
    const codes: number[] = [];
    for (let index = 0; index < length; index++) codes.push(ALPHABET[this.integer(0, ALPHABET.length - 1)] ?? 0);
    return String.fromCharCode(...codes);
  }

  #start(): void {
    [this.#a, this.#b, this.#c, this.#d] = this.#begin();
    this.#isStarted = true;
    for (let round = 0; round < 12; round++) this.#step();
  }

  #begin(): State {
    if (this.#origin) return this.#origin;
    let state = this.#parent ? this.#parent.#begin() : ROOT;
    for (const key of this.#path) state = absorb(state, `${typeof key}:${key}`);
    this.#origin = state;
    return state;
  }

  #step(): number {
    const b = this.#b;
    const c = this.#c;
    const d = this.#d;
    const sum = (this.#a + b + d) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + sum) | 0;
    this.#d = (d + 1) | 0;
    return sum >>> 0;
  }
}

/** Mixes a text into 128 bits of state; the length goes in too, so that ['ab','c'] is not ['a','bc']. */
function absorb([a0, b0, c0, d0]: State, text: string): State {
  let [a, b, c, d] = [a0 ^ text.length, b0, c0, d0];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit ^ (d >>> 15), 0x9e3779b1);
    b = Math.imul(b ^ a ^ (a >>> 13), 0x85ebca77);
    c = Math.imul(c ^ b ^ (b >>> 16), 0xc2b2ae3d);
    d = Math.imul(d ^ c ^ (c >>> 14), 0x27d4eb2f);
  }
  a = Math.imul(a ^ (d >>> 16), 0x7feb352d);
  b = Math.imul(b ^ (a >>> 15), 0x846ca68b);
  c = Math.imul(c ^ (b >>> 16), 0x7feb352d);
  d = Math.imul(d ^ (c >>> 15), 0x846ca68b);
  return [a ^ c, b ^ d, c ^ (a >>> 11), d ^ (b >>> 9)];
}
