import type { Ending } from '../../scenario/endings.ts';
import type { StreamAnswer } from '../answer.ts';
import type { StreamTransport } from '../performance.ts';
import { aborted, connectionLost } from './errors.ts';

/** Pieces to buffer before the turn has to wait for the reader. */
const BUFFERED_PIECES = 16;
/** The turn goes on when no more wait: to wake it for each piece costs as much as the piece. */
const FEW_PIECES = 4;

/**
 * A response's body as a byte stream, which a BYOB reader can read too. Each piece is a read of its own. Aborting the
 * request errors it with the reason of the signal.
 */
export function toBodyStream({ headers, perform }: StreamAnswer, request: Request): ReadableStream<Uint8Array> {
  const lengthBytes = Number(headers['content-length']);
  return new ReadableStream(new Body(perform, { request, lengthBytes }));
}

/** Pieces are copied only when they are read: a byte stream takes the memory of what it is given, and frames are shared. */
class Body implements StreamTransport {
  readonly type = 'bytes';
  readonly gapMs = 0;
  readonly #perform: StreamAnswer['perform'];
  /** The request, and not only its signal: the signal aborts only as long as its request is alive. */
  readonly #request: Request;
  /** A body with a content-length is complete once it has that many bytes, whatever happens then. NaN: it has none. */
  readonly #lengthBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #controller: ReadableByteStreamController | null = null;
  #sentBytes = 0;
  /** The reader has pulled and has not been served yet. */
  #isAsked = false;
  #ending: 'close' | Error | null = null;
  #onReady: (() => void) | null = null;
  #onClose: (() => void) | null = null;

  constructor(
    perform: StreamAnswer['perform'],
    { request, lengthBytes }: { readonly request: Request; readonly lengthBytes: number },
  ) {
    this.#perform = perform;
    this.#request = request;
    this.#lengthBytes = lengthBytes;
  }

  start(controller: ReadableByteStreamController): void {
    const { signal } = this.#request;
    this.#controller = controller;
    signal.addEventListener('abort', this.#abort, { once: true });
    this.#perform(this);
    if (signal.aborted) this.#abort();
  }

  pull(): void {
    this.#isAsked = true;
    this.#give();
  }

  cancel(): void {
    this.#leave();
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.byteLength > 0) this.#pieces.push(bytes);
    this.#sentBytes += bytes.byteLength;
    this.#give();
    return this.#pieces.length < BUFFERED_PIECES;
  }

  flush(): void {}

  end(how: Ending): void {
    const isWhole = how === 'close' || this.#sentBytes === this.#lengthBytes;
    if (how === 'hang' && !isWhole) return;
    this.#ending = how === 'close' || how === 'hang' || isWhole ? 'close' : connectionLost('terminated', how);
    const leave = how === 'hang' ? this.#onClose : null;
    this.#onClose = null;
    leave?.();
    this.#give();
  }

  onReady(callback: () => void): void {
    this.#onReady = callback;
  }

  onClose(callback: () => void): void {
    if (this.#request.signal.aborted) callback();
    else this.#onClose = callback;
  }

  /** Hands the next piece to a reader that asked; ends the stream once everything is read. */
  #give(): void {
    const piece = this.#isAsked ? this.#pieces.shift() : undefined;
    if (piece) {
      this.#isAsked = false; // Before the next line, which asks again where another read waits.
      this.#controller?.enqueue(new Uint8Array(piece));
      if (this.#pieces.length <= FEW_PIECES) this.#resume();
    }
    if (this.#ending !== null && this.#pieces.length === 0) this.#finish(this.#ending);
  }

  #resume(): void {
    const resume = this.#onReady;
    this.#onReady = null;
    resume?.();
  }

  #finish(ending: 'close' | Error): void {
    const controller = this.#controller;
    if (!controller) return;
    if (ending === 'close') {
      controller.close();
      controller.byobRequest?.respond(0); // Settles a BYOB read that waits.
    } else {
      // An errored stream forgets what its reader has not taken; the next pull comes when all is taken.
      if (controller.desiredSize !== 0) return;
      controller.error(ending);
    }
    this.#stop();
  }

  readonly #abort = () => {
    const controller = this.#controller;
    this.#leave();
    controller?.error(this.#request.signal.reason || aborted()); // Node's `fetch` takes null for no reason, too.
  };

  #leave(): void {
    this.#stop();
    this.#onClose?.();
    this.#onClose = null;
  }

  #stop(): void {
    this.#controller = null;
    this.#pieces.length = 0;
    this.#ending = null;
    this.#request.signal.removeEventListener('abort', this.#abort);
  }
}
