/** The limits of a request body. A body beyond either of them is refused with 413. */
export interface BodyLimits {
  readonly bytes: number;
  /** Each piece costs time however small it is, so the size alone does not limit an upload. */
  readonly pieces: number;
}

/** 1 MiB, in pieces of 32 bytes on average or more: a TCP segment holds some 1,400. */
export const bodyLimits: BodyLimits = { bytes: 1024 * 1024, pieces: 32_768 };

/** The body exceeds a limit; `excess` says which: `is larger than 1048576 bytes`. */
export class BodyTooLargeError extends Error {
  readonly excess: string;

  constructor(excess: string) {
    super(`The body ${excess}`);
    this.excess = excess;
  }
}

/** The body has more bytes than the limit, or announces more. */
export class TooManyBytesError extends BodyTooLargeError {
  constructor({ bytes }: BodyLimits) {
    super(`is larger than ${bytes} bytes`);
  }
}

/** The rest of the body does not come. */
export class BodyStalledError extends Error {
  constructor(idleMs: number) {
    super(`Nothing of the rest of the body came within ${idleMs} ms.`);
  }
}

/** Whether the headers alone announce more bytes than the limit. */
export function announcesTooMuch(contentLength: string | null | undefined, { bytes }: BodyLimits): boolean {
  return Number(contentLength ?? 0) > bytes;
}

/**
 * Collects the pieces of a body in one buffer that doubles when it is full, so that any number of pieces costs the
 * same.
 */
export class BodyBuffer {
  readonly #limits: BodyLimits;
  #bytes = new Uint8Array(0);
  #sizeBytes = 0;
  #pieces = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Throws BodyTooLargeError if this piece is beyond a limit. The piece must not change afterwards. */
  add(piece: Uint8Array): void {
    const before = this.#sizeBytes;
    this.#sizeBytes += piece.byteLength;
    this.#pieces += 1;
    if (this.#sizeBytes > this.#limits.bytes) throw new TooManyBytesError(this.#limits);
    if (this.#pieces > this.#limits.pieces)
      throw new BodyTooLargeError(`came in more than ${this.#limits.pieces} pieces`);
    if (before === 0) {
      this.#bytes = piece as Uint8Array<ArrayBuffer>; // Most bodies come in one piece, which is not copied.
      return;
    }
    if (this.#sizeBytes > this.#bytes.byteLength) this.#grow(before);
    this.#bytes.set(piece, before);
  }

  /** All bytes so far. */
  take(): Uint8Array {
    return this.#sizeBytes === this.#bytes.byteLength ? this.#bytes : this.#bytes.subarray(0, this.#sizeBytes);
  }

  #grow(usedBytes: number): void {
    const grown = new Uint8Array(Math.max(1024, 2 * this.#sizeBytes));
    grown.set(this.#bytes.subarray(0, usedBytes));
    this.#bytes = grown;
  }
}
