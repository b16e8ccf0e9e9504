/** Tells everything that runs on a server that the server is closing. */
export class Closing {
  readonly #watchers = new Set<() => void>();
  #hasBegun = false;

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
