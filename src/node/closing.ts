/** How a server ends. */
export interface CloseOptions {
  /** How long open streams may take to end by themselves. Default 0: they are ended at once. */
  readonly drainMs?: number;
}

/** Says to everything that runs on a server that the server is closing, and before that, that it soon will. */
export class Closing {
  readonly #watchers = new Set<() => void>();
  #hasBegun = false;
  #isDraining = false;

  /** True once the server takes no new connections: its streams may still end by themselves. */
  get isDraining(): boolean {
    return this.#isDraining || this.#hasBegun;
  }

  drain(): void {
    this.#isDraining = true;
  }

  /** Calls back when the server closes, at once if it is closing already; returns a function that stops watching. */
  watch(callback: () => void): () => void {
    if (this.#hasBegun) callback();
    else this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  begin(): void {
    this.#hasBegun = true;
    for (const callback of [...this.#watchers]) callback();
    this.#watchers.clear();
  }
}
