import { BodyBuffer, type BodyLimits, BodyTooLargeError, TooManyBytesError } from '../read-body.ts';
import { RequestContentLengthMismatchError } from './errors.ts';

/** The body of a request on its way to the mock: read once, kept for the hops of a redirect. */
export class Upload {
  /** False: a stream, which no redirect can send again. */
  readonly isRepeatable: boolean;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  /** The caller's `content-length`; NaN if there is none. */
  readonly #lengthBytes: number;
  #bytes: Promise<Uint8Array> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #isOver = false;

  constructor(body: ReadableStream<unknown>, { isRepeatable, lengthBytes }: UploadFacts) {
    this.#reader = body.getReader();
    this.isRepeatable = isRepeatable;
    this.#lengthBytes = lengthBytes;
  }

  /** Why the caller's body could not be sent; null: it could, so far. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  bytes(limits: BodyLimits): Promise<Uint8Array> {
    this.#bytes ??= this.#read(limits);
    return this.#bytes;
  }

  /** Cancels the source of the body. */
  cancel(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure ??= { error: reason };
    this.#reader.cancel(reason).catch(() => {}); // The source failed while it was cancelled; nothing waits for it.
  }

  async #read(limits: BodyLimits): Promise<Uint8Array> {
    const buffer = new BodyBuffer(limits);
    let sizeBytes = 0;
    try {
      if (this.#lengthBytes > limits.bytes) throw new TooManyBytesError(limits);
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (this.#failure) throw this.#failure.error;
        if (done) break;
        const piece = toBytes(value);
        sizeBytes += piece.byteLength;
        buffer.add(piece);
      }
      if (this.#lengthBytes >= 0 && sizeBytes !== this.#lengthBytes) {
        throw new RequestContentLengthMismatchError('Request body length does not match content-length header');
      }
    } catch (error) {
      this.cancel(error);
      if (error instanceof BodyTooLargeError) this.#failure = null; // The server refuses it; the caller gets an answer.
      throw error;
    }
    this.#isOver = true;
    return buffer.take();
  }
}

interface UploadFacts {
  readonly isRepeatable: boolean;
  readonly lengthBytes: number;
}

/** A chunk that can be sent: Node's `fetch` takes text too. */
function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const kind = chunk instanceof Object ? `an instance of ${chunk.constructor.name}` : typeof chunk;
  const allowed = 'of type string or an instance of Buffer, TypedArray, or DataView';
  throw Object.assign(new TypeError(`The "chunk" argument must be ${allowed}. Received ${kind}`), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}
