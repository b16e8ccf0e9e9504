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

/** How long a run may take, clean-up apart. */
export const defaultRunMs: Readonly<Record<Profile, number>> = {
  'read-only': 2 * 60_000,
  safe: 10 * 60_000,
  full: 60 * 60_000,
};

/** Answers that are kept at once, in bytes of memory. */
const MAX_HELD_BYTES = 96 * 1024 * 1024;
/** Waited in all, by all flows, for a server that refuses every request for load. */
const MAX_FRUITLESS_MS = 120_000;

/** Counts what a run spends, and refuses more than the limits allow. */
export interface Budget {
  /** Takes one; false when there is none left. */
  takeRequest(): boolean;
  takeTurn(): boolean;
  /** Takes room for an answer that has to be kept; false where there is none. */
  hold(sizeBytes: number): boolean;
  release(sizeBytes: number): void;
  /** Asks to wait because of a refusal for load; false once the waiting has come to nothing for too long. */
  takeWait(delayMs: number): boolean;
  /** Notes an answer that is no refusal for load: waiting was worth it. */
  noteAnswer(): void;
  readonly spent: Limits;
}

/** Creates a budget with the given limits. */
export function createBudget(limits: Limits): Budget {
  const spent = { requests: 0, turns: 0 };
  let heldBytes = 0;
  let fruitlessMs = 0;
  const take = (kind: keyof Limits) => {
    if (spent[kind] >= limits[kind]) return false;
    spent[kind] += 1;
    return true;
  };
  return {
    takeRequest: () => take('requests'),
    takeTurn: () => take('turns'),
    hold: (sizeBytes) => {
      if (heldBytes + sizeBytes > MAX_HELD_BYTES) return false;
      heldBytes += sizeBytes;
      return true;
    },
    release: (sizeBytes) => {
      heldBytes -= sizeBytes;
    },
    takeWait: (delayMs) => {
      fruitlessMs += delayMs;
      return fruitlessMs <= MAX_FRUITLESS_MS;
    },
    noteAnswer: () => {
      fruitlessMs = 0;
    },
    spent,
  };
}
