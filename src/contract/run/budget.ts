import type { Profile } from '../flow/flow.ts';
import { MOST_ACTS } from '../flow/sequence.ts';
import { MOST_TRIES } from './shrink.ts';

/** What a run may spend at most; clean-up is always allowed. */
export interface Limits {
  readonly requests: number;
  readonly turns: number;
  /** Memory for the answers that are kept at once. */
  readonly keptBytes: number;
  /** Waited in all, by all flows, for a server that refuses every request for load. */
  readonly fruitlessMs: number;
  /** Breakdowns that are asked again after a pause; after so many there is no doubt what the server does. */
  readonly pauses: number;
}

const shared = { keptBytes: 64 * 1024 * 1024, fruitlessMs: 120_000, pauses: 30 };

/** The limits of a profile where the caller gives none. */
export const defaultLimits: Readonly<Record<Profile, Limits>> = {
  'read-only': { requests: 150, turns: 0, ...shared },
  safe: { requests: 2000, turns: 120, ...shared },
  full: { requests: 10_000, turns: 500, ...shared },
};

/** Requests of one random sequence, and turns in it, at most: what looks at the result and deletes it included. */
const PER_SEQUENCE = { requests: 40, turns: MOST_ACTS };

/** The limits of a profile with room for so many random sequences; one that fails is sent again to shrink it, twice. */
export function limitsFor(profile: Profile, sequences: number): Limits {
  const limits = defaultLimits[profile];
  if (sequences === 0) return limits;
  const sent = 2 * (sequences + MOST_TRIES);
  return {
    ...limits,
    requests: limits.requests + sent * PER_SEQUENCE.requests,
    turns: limits.turns + sent * PER_SEQUENCE.turns,
  };
}

/** How long a run may take, clean-up apart. */
export const defaultRunMs: Readonly<Record<Profile, number>> = {
  'read-only': 2 * 60_000,
  safe: 10 * 60_000,
  full: 60 * 60_000,
};

type Spent = Pick<Limits, 'requests' | 'turns'>;

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
  /** Asks to wait because of a breakdown; false where the server has broken down too often. */
  takePause(): boolean;
  /** Notes an answer that is not a refusal for load: waiting was worth it. */
  noteAnswer(): void;
  readonly spent: Spent;
}

/** Creates a budget with the given limits. */
export function createBudget(limits: Limits): Budget {
  const spent = { requests: 0, turns: 0 };
  let heldBytes = 0;
  let fruitlessMs = 0;
  let pauses = 0;
  const take = (kind: keyof Spent) => {
    if (spent[kind] >= limits[kind]) return false;
    spent[kind] += 1;
    return true;
  };
  return {
    takeRequest: () => take('requests'),
    takeTurn: () => take('turns'),
    hold: (sizeBytes) => {
      if (heldBytes + sizeBytes > limits.keptBytes) return false;
      heldBytes += sizeBytes;
      return true;
    },
    release: (sizeBytes) => {
      heldBytes -= sizeBytes;
    },
    takeWait: (delayMs) => {
      fruitlessMs += delayMs;
      return fruitlessMs <= limits.fruitlessMs;
    },
    takePause: () => {
      pauses += 1;
      return pauses <= limits.pauses;
    },
    noteAnswer: () => {
      fruitlessMs = 0;
    },
    spent,
  };
}
