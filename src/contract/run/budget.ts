import type { Profile } from '../flow/flow.ts';

/** What a run may spend at most. */
export interface Limits {
  readonly requests: number;
  readonly turns: number;
}

/** Unless told otherwise; clean-up is always allowed. */
export const defaultLimits: Readonly<Record<Profile, Limits>> = {
  'read-only': { requests: 150, turns: 0 },
  safe: { requests: 1000, turns: 60 },
  full: { requests: 10_000, turns: 500 },
};

/** Counts requests and turns, and refuses more than the limits allow. */
export interface Budget {
  /** Takes one; false when there is none left. */
  takeRequest(): boolean;
  takeTurn(): boolean;
  readonly spent: Limits;
}

/** Creates a budget with the given limits. */
export function createBudget(limits: Limits): Budget {
  const spent = { requests: 0, turns: 0 };
  const take = (kind: keyof Limits) => {
    if (spent[kind] >= limits[kind]) return false;
    spent[kind] += 1;
    return true;
  };
  return { takeRequest: () => take('requests'), takeTurn: () => take('turns'), spent };
}
