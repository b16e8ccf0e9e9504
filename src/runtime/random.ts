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

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The root of all random values of one seed. */
export function createRandom(seed: number | string): Random {
  return randomAt(absorb([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], `seed:${seed}`));
}

type State = readonly [number, number, number, number];

function randomAt(origin: State): Random {
  const draw = generator(origin);
  const integer = (min: number, max: number) => min + Math.floor(draw() * (max - min + 1));
  const random: Random = {
    fork: (...path) => randomAt(path.reduce<State>((state, key) => absorb(state, `${typeof key}:${key}`), origin)),
    next: draw,
    integer,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('Nothing to pick from an empty list.');
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    sample: (items, count) => {
      const rest = [...items];
      const chosen: (typeof items)[number][] = [];
      while (rest.length > 0 && chosen.length < count) chosen.push(...rest.splice(integer(0, rest.length - 1), 1));
      return chosen;
    },
    chance: (probability) => draw() < probability,
    text: (length) => Array.from({ length }, () => ALPHABET[integer(0, 35)]).join(''),
  };
  return random;
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

/** sfc32: small, fast, integer arithmetic only, so the same on every platform. */
function generator([a0, b0, c0, d0]: State): () => number {
  let [a, b, c, d] = [a0, b0, c0, d0];
  const step = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) step();
  return () => step() / 0x1_0000_0000;
}
