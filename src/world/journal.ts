import type { Mismatch, RequestMatch } from './request-match.ts';
import type { RequestRecord } from './request-record.ts';

const KEPT_ENTRIES = 1000;
const NEAREST = 3;

/** How often a match was met, and if it was not, what came near and why it does not match. */
export interface Verification {
  readonly matched: number;
  readonly nearest: readonly { readonly entry: RequestRecord; readonly mismatches: readonly Mismatch[] }[];
}

/** The newest requests of a world; what is older is only counted. */
export class Journal {
  #entries: RequestRecord[] = [];
  #count = 0;
  readonly #watchers = new Set<(entry: RequestRecord) => void>();

  /** How many were forgotten. */
  get dropped(): number {
    return this.#count - this.#entries.length;
  }

  /** The newest is last. */
  get entries(): readonly RequestRecord[] {
    return this.#entries;
  }

  add(entry: RequestRecord): void {
    this.#count += 1;
    entry.id = this.#count;
    this.#entries.push(entry);
    // Dropped in batches: moving all entries for each request would cost more than answering it.
    if (this.#entries.length >= 2 * KEPT_ENTRIES) this.#entries = this.#entries.slice(-KEPT_ENTRIES);
    for (const look of [...this.#watchers]) look(entry);
  }

  find(match: RequestMatch): RequestRecord[] {
    return this.#entries.filter((entry) => entry.mismatches(match).length === 0);
  }

  /** Counts what matches; the nearest misses say field by field why they do not. */
  verify(match: RequestMatch): Verification {
    const judged = this.#entries.map((entry) => ({ entry, count: entry.mismatches(match).length }));
    const misses = judged.filter(({ count }) => count > 0);
    const nearest = misses.toSorted((a, b) => a.count - b.count || b.entry.id - a.entry.id).slice(0, NEAREST);
    return {
      matched: judged.length - misses.length,
      nearest: nearest.map(({ entry }) => ({ entry, mismatches: entry.shownMismatches(match) })),
    };
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Calls back with each entry; returns how to stop. */
  watch(look: (entry: RequestRecord) => void): () => void {
    this.#watchers.add(look);
    return () => this.#watchers.delete(look);
  }
}
