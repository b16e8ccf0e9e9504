import type { Ending } from '../scenario/endings.ts';
import type { Answer, StreamAnswer } from './answer.ts';
import type { StreamTransport } from './perform.ts';

/** Pieces a web stream holds for its reader before the turn waits. */
const BUFFERED_PIECES = 16;

/** What no body may follow: a web-standard response refuses even an empty one. */
const BODILESS = new Set([204, 205, 304]);

/** An answer as a web-standard response: the door of `mock.fetch`. Rejects where a real `fetch` would. */
export function toWebResponse(answer: Answer, signal: AbortSignal): Response | Promise<Response> {
  if (!('perform' in answer)) {
    // The cast: bytes of a response are never shared memory, which is all the narrower type asks.
    const body = BODILESS.has(answer.status) ? null : (answer.body as string | Uint8Array<ArrayBuffer> | null);
    return new Response(body, answer);
  }
  const { status, headers, perform } = answer;
  if (status === null) return withoutHeaders(perform, signal);
  if (!BODILESS.has(status)) return new Response(toWebStream(answer, signal), { status, headers });
  perform({ ...nowhere, end: () => {}, onClose: (leave) => leave() });
  return new Response(null, { status, headers });
}

const nowhere = { gapMs: 0, write: () => true, flush: () => {}, onReady: () => {} } as const;

/** The connection ends before any byte of an answer, or nothing ever comes. */
function withoutHeaders(start: StreamAnswer['perform'], signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    let left = () => {};
    start({
      ...nowhere,
      onClose: (callback) => {
        left = callback;
      },
      end: (how) => {
        if (how !== 'hang') reject(new ConnectionLostError('fetch failed', how));
      },
    });
    const abort = () => {
      left();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function toWebStream({ headers, perform }: StreamAnswer, signal: AbortSignal): ReadableStream<Uint8Array> {
  /** A body whose length is told is complete when so much is there, whatever happens then. NaN: it is not told. */
  const lengthBytes = Number(headers['content-length']);
  let sentBytes = 0;
  let onReady: (() => void) | null = null;
  let onClose: (() => void) | null = null;
  let lost: Error | null = null;
  const leave = () => {
    onClose?.();
    onClose = null;
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // A broken stream forgets what its reader has not taken, so it breaks only when all is taken.
        const breakWhenTaken = (error: Error) => {
          lost = error;
          if (controller.desiredSize === BUFFERED_PIECES) controller.error(error);
        };
        const transport: StreamTransport = {
          gapMs: 0, // Each piece is a read of its own here.
          write: (bytes) => {
            if (bytes.byteLength > 0) controller.enqueue(bytes);
            sentBytes += bytes.byteLength;
            return (controller.desiredSize ?? 0) > 0;
          },
          flush: () => {},
          end: (how) => {
            const isWhole = how === 'close' || sentBytes === lengthBytes;
            if (how === 'hang' && !isWhole) return;
            signal.removeEventListener('abort', abort);
            if (how === 'hang') leave();
            if (isWhole || how === 'hang') controller.close();
            else breakWhenTaken(new ConnectionLostError('terminated', how));
          },
          onReady: (callback) => {
            onReady = callback;
          },
          onClose: (callback) => {
            if (signal.aborted) callback();
            else onClose = callback;
          },
        };
        const abort = () => {
          leave();
          controller.error(signal.reason);
        };
        signal.addEventListener('abort', abort, { once: true });
        perform(transport);
        if (signal.aborted) abort();
      },
      pull(controller) {
        if (lost) {
          if (controller.desiredSize === BUFFERED_PIECES) controller.error(lost);
          return;
        }
        const resume = onReady;
        onReady = null;
        resume?.();
      },
      cancel: leave,
    },
    { highWaterMark: BUFFERED_PIECES },
  );
}

/** A fault that was asked for, told as Node's fetch tells it: a TypeError, the code in its cause. */
export class ConnectionLostError extends TypeError {
  constructor(message: string, how: Exclude<Ending, 'hang'>) {
    const code = how === 'reset' ? 'ECONNRESET' : 'UND_ERR_SOCKET';
    super(message, {
      cause: Object.assign(new Error(how === 'reset' ? 'read ECONNRESET' : 'other side closed'), { code }),
    });
    this.name = 'TypeError';
  }
}
