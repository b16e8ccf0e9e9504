/**
 * What is remembered of bodies, all worlds together. Parsed, a body takes some ten times its bytes, and at worst sixty.
 */
const KEPT_BYTES = 2 * 1024 * 1024;

/** What is kept with each, however small it is: its request with its headers. */
const OWNER_BYTES = 1024;

interface Remembered {
  readonly body: unknown;
  readonly sizeBytes: number;
}

/** The parsed bodies of the requests that were looked at last: of many who wait for a request, one parses it. */
export class BodyMemory {
  readonly #bodies = new Map<object, Remembered>();
  #sizeBytes = 0;

  /** What `read` returns, from memory if it is there. `bodyBytes` is the size of the body that it parses. */
  read(owner: object, bodyBytes: number, read: () => unknown): unknown {
    const known = this.#bodies.get(owner);
    if (known) return known.body;
    const body = read();
    const sizeBytes = OWNER_BYTES + bodyBytes;
    this.#bodies.set(owner, { body, sizeBytes });
    this.#sizeBytes += sizeBytes;
    for (const [oldest, { sizeBytes: freed }] of this.#bodies) {
      if (this.#sizeBytes <= KEPT_BYTES) break;
      this.#bodies.delete(oldest);
      this.#sizeBytes -= freed;
    }
    return body;
  }
}
