import type { Hash } from '../world/stream-record.ts';

const BLOCK_BYTES = 64;

/** The first 32 bits of the fractions of roots of the first primes: square roots to begin with, cube roots to mix in. */
const [initial, mixed] = deriveConstants();

/** SHA-256 of bytes that come piece by piece (FIPS 180-4). Web Crypto has none, and is missing on plain HTTP. */
export function createSha256(): Hash {
  const state = Uint32Array.from(initial);
  const block = new Uint8Array(BLOCK_BYTES);
  let length = 0;
  return {
    update: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const used = length % BLOCK_BYTES;
        const piece = bytes.subarray(at, at + BLOCK_BYTES - used);
        block.set(piece, used);
        at += piece.length;
        length += piece.length;
        if (length % BLOCK_BYTES === 0) mix(state, block);
      }
    },
    // A digest ends a hash, so that of a copy is taken.
    hex: () => finish(Uint32Array.from(state), { rest: block.slice(0, length % BLOCK_BYTES), length }),
  };
}

function finish(state: Uint32Array, { rest, length }: { readonly rest: Uint8Array; readonly length: number }): string {
  const padded = new Uint8Array(rest.length < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
  padded.set(rest);
  padded[rest.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(length) * 8n);
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) mix(state, padded.subarray(at, at + BLOCK_BYTES));
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** Section 6.2.2. Indexes are in range, so each `?? 0` is only for the compiler. */
function mix(state: Uint32Array, block: Uint8Array): void {
  const words = new Uint32Array(64);
  const view = new DataView(block.buffer, block.byteOffset, BLOCK_BYTES);
  for (let t = 0; t < 16; t++) words[t] = view.getUint32(4 * t);
  for (let t = 16; t < 64; t++) {
    const [early, late] = [words[t - 15] ?? 0, words[t - 2] ?? 0];
    const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[t] = (words[t - 16] ?? 0) + small + (words[t - 7] ?? 0) + large;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const first =
      h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (mixed[t] ?? 0) + (words[t] ?? 0);
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = (state[at] ?? 0) + word;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function deriveConstants(): readonly [Uint32Array, Uint32Array] {
  const primes: number[] = [];
  for (let number = 2; primes.length < 64; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  const fraction = (root: number) => (root % 1) * 2 ** 32;
  return [
    Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
    Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
  ];
}
