import type { PaceNumbers } from './schema.ts';

/** A pace with nothing left out. */
export type FullPace = { readonly [Key in keyof PaceNumbers]-?: number };

/** Paces with a name. `typical` is that of a scenario which names none. */
export const paces = {
  fast: { first_ms: 120, tokens_per_second: 150, jitter: 0.2, burst: 1 },
  typical: { first_ms: 350, tokens_per_second: 60, jitter: 0.25, burst: 1 },
  slow: { first_ms: 1500, tokens_per_second: 12, jitter: 0.4, burst: 1 },
  bursty: { first_ms: 400, tokens_per_second: 60, jitter: 0.3, burst: 12 },
} as const satisfies Record<string, FullPace>;

type PaceName = keyof typeof paces;

/** The names of the built-in paces. */
export const paceNames = Object.keys(paces) as [PaceName, ...PaceName[]]; // The keys of the table.

/** The numbers behind a pace. */
export function resolvePace(pace: PaceNumbers | PaceName = 'typical'): FullPace {
  return typeof pace === 'string' ? paces[pace] : { ...paces.typical, ...(pace as Partial<FullPace>) }; // No key without a value.
}
