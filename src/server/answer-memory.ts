/** The limit of all worlds together. */
const KEPT_BYTES = 8 * 1024 * 1024;
const KEPT_ANSWERS = 2048;

interface Kept {
  /** The object the answer was made from. Weak, so that a kept answer keeps no session and no world alive. */
  readonly source: WeakRef<object>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A request for an answer that may have been kept. */
export interface Asked {
  /** Identifies the answer. */
  readonly key: string;
  /** A new object whenever the answer would change. */
  readonly source: object;
}

const encoder = new TextEncoder();

/**
 * Keeps the bodies of recent answers. Assembling a page of 20 sessions costs as much as the rest of its request, and
 * clients repeat the request while nothing changes.
 */
export class AnswerMemory {
  readonly #kept = new Map<string, Kept>();
  #sizeBytes = 0;

  /** Returns the body if it was kept and its source has not changed. */
  recall({ key, source }: Asked): Uint8Array<ArrayBuffer> | undefined {
    const kept = this.#kept.get(key);
    return kept?.source.deref() === source ? kept.body : undefined;
  }

  /** Keeps a body and returns its bytes. Drops the oldest bodies beyond the limit. */
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
