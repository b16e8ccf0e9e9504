/** Whether a server closes. What runs or waits on it is called back then. */
export class Closing {
  readonly #watchers = new Set<() => void>();
  #hasBegun = false;

  /** Calls back when the server closes, at once if it does already; returns how to stop. */
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
