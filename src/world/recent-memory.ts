/** What is kept of answers and streams to be looked at, all worlds together. */
export const KEPT_RECENT_BYTES = 4 * 1024 * 1024;
/** What was forgotten leaves the queue in batches: to move the rest for each would cost more than to answer a request. */
const BATCH = 1024;

/** Something kept that can be forgotten. */
export interface Keepsake {
  /** Called once, when there is no more room for it. */
  forget(): void;
}

interface Kept {
  readonly owner: Keepsake;
  sizeBytes: number;
}

/** Keeps what the newest answers and streams said; forgets the oldest first. */
export class RecentMemory {
  readonly #byOwner = new Map<Keepsake, Kept>();
  /** The oldest first. Not the map's own order: its iterator passes every entry deleted before the first that is left. */
  #queue: (Kept | null)[] = [];
  #forgotten = 0;
  readonly #keptBytes: number;
  #sizeBytes = 0;

  constructor(keptBytes: number = KEPT_RECENT_BYTES) {
    this.#keptBytes = keptBytes;
  }

  /** Counts so many bytes more for this owner. */
  keep(owner: Keepsake, sizeBytes: number): void {
    const known = this.#byOwner.get(owner);
    if (known) known.sizeBytes += sizeBytes;
    else this.#add({ owner, sizeBytes });
    this.#sizeBytes += sizeBytes;
    while (this.#sizeBytes > this.#keptBytes && this.#forgetOldest());
  }

  #add(kept: Kept): void {
    this.#byOwner.set(kept.owner, kept);
    this.#queue.push(kept);
  }

  /** False: nothing is left. */
  #forgetOldest(): boolean {
    const oldest = this.#queue[this.#forgotten];
    if (!oldest) return false;
    this.#queue[this.#forgotten] = null;
    this.#forgotten += 1;
    if (this.#forgotten >= BATCH && this.#forgotten * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#forgotten);
      this.#forgotten = 0;
    }
    this.#byOwner.delete(oldest.owner);
    this.#sizeBytes -= oldest.sizeBytes;
    oldest.owner.forget();
    return true;
  }
}
