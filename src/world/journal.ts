import type { Limits } from '../runtime/limits.ts';
import type { Tally } from '../runtime/tally.ts';
import type { Mismatch, RequestMatch } from './request-match.ts';
import type { RequestRecord } from './request-record.ts';

const NEAREST = 3;

/** How often a match was met, and if it was not, what came near and why it does not match. */
export interface Verification {
  /** Of a sequence: how many of its matches were met in their order, from the first. */
  readonly matched: number;
  readonly nearest: readonly { readonly entry: RequestRecord; readonly mismatches: readonly Mismatch[] }[];
}

/**
 * Part of the time of a world: the last `ms` milliseconds, or those that follow each request that matches `after`. It
 * is the time of clients, which a manual clock advances and a speed does not change.
 */
export interface TimeWindow {
  readonly ms: number;
  readonly after?: RequestMatch | undefined;
}

/** The most recent requests of a world. Older ones are dropped and counted. */
export class Journal {
  #entries: RequestRecord[] = [];
  #count = 0;
  #sizeBytes = 0;
  readonly #limits: Limits;
  readonly #total: Tally;
  #isOver = false;
  readonly #watchers = new Set<(entry: RequestRecord) => void>();

  constructor(limits: Limits, total: Tally) {
    this.#limits = limits;
    this.#total = total;
  }

  /** The number of dropped requests. */
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
    this.#weigh(this.#sizeBytes + entry.sizeBytes);
    const { maxJournalEntries, maxJournalBytes } = this.#limits;
    if (this.#entries.length >= 2 * maxJournalEntries || this.#sizeBytes > maxJournalBytes) this.#forgetOldest();
    for (const look of [...this.#watchers]) look(entry);
  }

  /** Forgets every request; `dropped` counts them. */
  forget(): void {
    this.#entries = [];
    this.#weigh(0);
  }

  /** Its world is forgotten: what it holds no longer counts. */
  end(): void {
    this.#weigh(0);
    this.#isOver = true;
  }

  find(match: RequestMatch): RequestRecord[] {
    return this.#entries.filter((entry) => entry.mismatches(match).length === 0);
  }

  /** Counts what matches; the nearest misses say field by field why they do not. */
  verify(match: RequestMatch): Verification {
    return verifyAmong(this.#entries, match);
  }

  /** The same of the requests that came in a part of the time. `nowMs` is the present by the clock of clients. */
  verifyWithin(match: RequestMatch, { window, nowMs }: { readonly window: TimeWindow; readonly nowMs: number }) {
    return verifyAmong(within(this.#entries, window, nowMs), match);
  }

  /**
   * Looks for requests that came in this order, one for each match; others may have come between them. The misses are
   * those of the first match that is not met.
   */
  verifySequence(matches: readonly RequestMatch[]): Verification {
    const entries = inOrderOfArrival(this.#entries);
    let from = 0;
    for (const [index, match] of matches.entries()) {
      const found = entries.findIndex((entry, place) => place >= from && entry.mismatches(match).length === 0);
      if (found === -1) return { ...verifyAmong(entries.slice(from), match), matched: index };
      from = found + 1;
    }
    return { matched: matches.length, nearest: [] };
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Calls back with each entry; returns how to stop. */
  watch(look: (entry: RequestRecord) => void): () => void {
    this.#watchers.add(look);
    return () => this.#watchers.delete(look);
  }

  /** In batches: to move all entries for each request would cost more than to answer it. */
  #forgetOldest(): void {
    const { maxJournalEntries, maxJournalBytes } = this.#limits;
    let first = Math.max(0, this.#entries.length - maxJournalEntries);
    let sizeBytes = this.#entries.slice(first).reduce((sum, entry) => sum + entry.sizeBytes, 0);
    // Half of the bytes go at once, but never the request that has just come.
    for (; sizeBytes > maxJournalBytes / 2 && first < this.#entries.length - 1; first++)
      sizeBytes -= this.#entries[first]?.sizeBytes ?? 0;
    this.#entries = this.#entries.slice(first);
    this.#weigh(sizeBytes);
  }

  #weigh(sizeBytes: number): void {
    if (this.#isOver) return;
    this.#total.add(sizeBytes - this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
  }
}

function verifyAmong(entries: readonly RequestRecord[], match: RequestMatch): Verification {
  const judged = entries.map((entry) => ({ entry, count: entry.mismatches(match).length }));
  const misses = judged.filter(({ count }) => count > 0);
  const nearest = misses.toSorted((a, b) => a.count - b.count || b.entry.id - a.entry.id).slice(0, NEAREST);
  return {
    matched: judged.length - misses.length,
    nearest: nearest.map(({ entry }) => ({ entry, mismatches: entry.shownMismatches(match) })),
  };
}

/** Entries are written when they are answered, which a stream is late. */
function inOrderOfArrival(entries: readonly RequestRecord[]): RequestRecord[] {
  return entries.toSorted((a, b) => a.cameMs - b.cameMs || a.id - b.id);
}

function within(entries: readonly RequestRecord[], { ms, after }: TimeWindow, nowMs: number): readonly RequestRecord[] {
  if (after === undefined) return entries.filter(({ clockMs }) => nowMs - clockMs < ms);
  let openedMs = Number.NEGATIVE_INFINITY;
  return inOrderOfArrival(entries).filter((entry) => {
    const isWithin = entry.clockMs - openedMs < ms;
    if (entry.mismatches(after).length === 0) openedMs = entry.clockMs;
    return isWithin;
  });
}
