/** What is kept of answers and streams to be looked at, all worlds together. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Something kept that can be forgotten. */
export interface Keepsake {
  /** Called once, when there is no more room for it. */
  forget(): void;
}

/** Keeps what the newest answers and streams said; forgets the oldest first. */
export class RecentMemory {
  readonly #sizes = new Map<Keepsake, number>();
  readonly #keptBytes: number;
  #sizeBytes = 0;

  constructor(keptBytes: number = KEPT_BYTES) {
    this.#keptBytes = keptBytes;
  }

  /** Counts so many bytes more for this owner. */
  keep(owner: Keepsake, sizeBytes: number): void {
    this.#sizes.set(owner, (this.#sizes.get(owner) ?? 0) + sizeBytes);
    this.#sizeBytes += sizeBytes;
    for (const [oldest, freed] of this.#sizes) {
      if (this.#sizeBytes <= this.#keptBytes) break;
      this.#sizes.delete(oldest);
      this.#sizeBytes -= freed;
      oldest.forget();
    }
  }
}
