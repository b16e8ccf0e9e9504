import type { Ending } from '../scenario/faults.ts';
import type { Answer, StreamAnswer } from './answer.ts';
import type { StreamTransport } from './perform.ts';

/** Pieces a web stream holds for its reader before the turn waits. */
const BUFFERED_PIECES = 16;

/** An answer as a web-standard response: the door of `mock.fetch`. Rejects where a real `fetch` would. */
export function toWebResponse(answer: Answer, signal: AbortSignal): Response | Promise<Response> {
  if (!('perform' in answer)) {
    // The cast: bytes of a response are never shared memory, which is all the narrower type asks.
    return new Response(answer.body as string | Uint8Array<ArrayBuffer> | null, answer);
  }
  if (answer.status === null) return withoutHeaders(answer.perform, signal);
  return new Response(toWebStream(answer.perform, signal), { status: answer.status, headers: answer.headers });
}

/** The connection ends before any byte of an answer, or nothing ever comes. */
function withoutHeaders(start: StreamAnswer['perform'], signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    let left = () => {};
    start({
      gapMs: 0,
      write: () => true,
      flush: () => {},
      onReady: () => {},
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

function toWebStream(start: StreamAnswer['perform'], signal: AbortSignal): ReadableStream<Uint8Array> {
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
            return (controller.desiredSize ?? 0) > 0;
          },
          flush: () => {},
          end: (how) => {
            if (how === 'hang') return;
            signal.removeEventListener('abort', abort);
            if (how === 'close') controller.close();
            else breakWhenTaken(new ConnectionLostError('terminated', how));
          },
          onReady: (callback) => {
            onReady = callback;
          },
          onClose: (callback) => {
            onClose = callback;
          },
        };
        const abort = () => {
          leave();
          controller.error(signal.reason);
        };
        signal.addEventListener('abort', abort, { once: true });
        start(transport);
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
