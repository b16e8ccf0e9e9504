/** More entries than this are merged, the oldest two into the later one, so that a flood stays small. */
const MAX_ENTRIES = 100_000;

/** What was used of a limit, and when: a window of so many milliseconds that slides with the clock. */
export class RateWindow {
  readonly limit: number;
  readonly #perMs: number;
  readonly #maxEntries: number;
  /** In the order of time; those before `#first` have left the window. */
  #entries: { readonly atMs: number; readonly amount: number }[] = [];
  #first = 0;
  #used = 0;

  constructor({ limit, perMs }: { readonly limit: number; readonly perMs: number }, maxEntries = MAX_ENTRIES) {
    this.limit = limit;
    this.#perMs = perMs;
    this.#maxEntries = maxEntries;
  }

  /** Counts an amount that was used now. */
  add(amount: number, nowMs: number): void {
    if (amount <= 0) return;
    this.#slide(nowMs);
    this.#entries.push({ atMs: nowMs, amount });
    this.#used += amount;
    if (this.#entries.length - this.#first > this.#maxEntries) this.#mergeOldest();
  }

  /** How much of the limit is left. */
  remaining(nowMs: number): number {
    this.#slide(nowMs);
    return Math.max(0, this.limit - this.#used);
  }

  /** Milliseconds until something is left; 0 if it is. */
  waitMs(nowMs: number): number {
    this.#slide(nowMs);
    let used = this.#used;
    for (let index = this.#first; used >= this.limit; index += 1) {
      const entry = this.#entries[index];
      if (!entry) break;
      used -= entry.amount;
      if (used < this.limit) return entry.atMs + this.#perMs - nowMs;
    }
    return 0;
  }

  /** Milliseconds until all of it is left again. */
  resetMs(nowMs: number): number {
    this.#slide(nowMs);
    const newest = this.#entries.at(-1);
    return newest && this.#used > 0 ? newest.atMs + this.#perMs - nowMs : 0;
  }

  #slide(nowMs: number): void {
    for (let entry = this.#entries[this.#first]; entry && entry.atMs <= nowMs - this.#perMs; ) {
      this.#used -= entry.amount;
      this.#first += 1;
      entry = this.#entries[this.#first];
    }
    // In batches: to move all for each that leaves would cost more than the answer.
    if (this.#first > 1000 && this.#first > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  #mergeOldest(): void {
    const [oldest, next] = this.#entries.slice(this.#first, this.#first + 2);
    if (!oldest || !next) return;
    this.#first += 1;
    this.#entries[this.#first] = { atMs: next.atMs, amount: oldest.amount + next.amount };
  }
}
