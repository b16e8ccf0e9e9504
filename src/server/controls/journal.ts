import type { TimeWindow, Verification } from '../../world/journal.ts';
import { compileMatch, type RequestMatch } from '../../world/request-match.ts';
import type { RequestRecord } from '../../world/request-record.ts';
import type { World } from '../../world/world.ts';
import type { Engine } from '../engine.ts';
import { type WaitOptions, waitUntil } from '../wait-until.ts';
import { elsewhere, type Patience, tooLate } from './too-late.ts';

/** Reads and verifies the journal of one world. */
export interface JournalControls {
  readonly entries: readonly RequestRecord[];
  /** The number of older requests that were dropped. */
  readonly dropped: number;
  find(match: RequestMatch): readonly RequestRecord[];
  /**
   * Counts the matching requests, and returns the nearest misses and why they do not match. With `within`, only the
   * requests of a part of the time count: `{ ms: 1000, after: { status: 429 } }` are those that came less than a second
   * after one that got a 429.
   */
  verify(match: RequestMatch, options?: VerifyJournalOptions): Verification;
  /**
   * Counts how many of these matches were met in their order, from the first; other requests may have come between.
   * Returns the nearest misses of the first that was not met.
   */
  verifySequence(matches: readonly RequestMatch[]): Verification;
  /** Resolves when enough requests match. Rejects with ChatMockError `timeout`, which names the nearest misses. */
  wait(match: RequestMatch, options?: WaitOptions): Promise<readonly RequestRecord[]>;
}

/** Which requests `journal.verify` counts. */
export interface VerifyJournalOptions {
  readonly within?: TimeWindow | undefined;
}

/** Creates the journal controls of a world. */
export function createJournalControls(engine: Engine, world: World): JournalControls {
  const { wallClock: clock, compilePattern } = engine;
  const { journal } = world;
  return {
    entries: journal.entries,
    dropped: journal.dropped,
    find: (match) => journal.find(compileMatch(match, compilePattern)),
    verify: (match, { within } = {}) => {
      const compiled = compileMatch(match, compilePattern);
      if (!within) return journal.verify(compiled);
      const after = within.after && compileMatch(within.after, compilePattern);
      return journal.verifyWithin(compiled, { window: { ...within, after }, nowMs: world.clock.unscaledNow() });
    },
    verifySequence: (matches) => journal.verifySequence(matches.map((match) => compileMatch(match, compilePattern))),
    wait: async (given, options = {}) => {
      const match = compileMatch(given, compilePattern);
      const explain = (patience: Patience) => {
        const { matched, nearest } = journal.verify(match);
        const misses = nearest.map(({ entry, mismatches }) => ({ name: `${entry.method} ${entry.path}`, mismatches }));
        return tooLate('request', { ...patience, matched, misses, elsewhere: elsewhere(engine, world) });
      };
      return waitUntil(
        {
          list: () => journal.entries,
          isMatch: (entry) => entry.mismatches(match).length === 0,
          watch: (look) => journal.watch(look),
          clock,
          tooLate: explain,
        },
        options,
      );
    },
  };
}
