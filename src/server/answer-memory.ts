/** All worlds together. */
const KEPT_BYTES = 8 * 1024 * 1024;
const KEPT_ANSWERS = 2048;

interface Kept {
  /** What the answer was made from. Weak: an answer that is kept must not keep a session or a world. */
  readonly source: WeakRef<object>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An answer as it is asked for. */
export interface Asked {
  /** What tells it from the others. */
  readonly key: string;
  /** Another object as soon as the answer would be another one. */
  readonly source: object;
}

const encoder = new TextEncoder();

/**
 * The bodies of answers that were sent last. Putting a page of 20 sessions together costs as much as all the rest of
 * its request, and clients ask again and again while nothing changes.
 */
export class AnswerMemory {
  readonly #kept = new Map<string, Kept>();
  #sizeBytes = 0;

  /** The body if it was kept and its source is still the same. */
  recall({ key, source }: Asked): Uint8Array<ArrayBuffer> | undefined {
    const kept = this.#kept.get(key);
    return kept?.source.deref() === source ? kept.body : undefined;
  }

  /** Keeps a body and returns its bytes. The oldest are forgotten. */
  keep({ key, source }: Asked, text: string): Uint8Array<ArrayBuffer> {
    const body = encoder.encode(text);
    this.#forget(key);
    this.#kept.set(key, { source: new WeakRef(source), body });
    this.#sizeBytes += body.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#sizeBytes <= KEPT_BYTES && this.#kept.size <= KEPT_ANSWERS) break;
      this.#forget(oldest);
    }
    return body;
  }

  #forget(key: string): void {
    this.#sizeBytes -= this.#kept.get(key)?.body.byteLength ?? 0;
    this.#kept.delete(key);
  }
}
