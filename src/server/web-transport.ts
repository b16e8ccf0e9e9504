import type { StreamAnswer, WholeAnswer } from './answer.ts';
import type { StreamTransport } from './perform.ts';

/** Pieces a web stream holds for its reader before the turn waits. */
const BUFFERED_PIECES = 16;

/** An answer as a web-standard response: the door of `mock.fetch`. */
export function toWebResponse(answer: WholeAnswer | StreamAnswer, signal: AbortSignal): Response {
  const { status, headers } = answer;
  if ('perform' in answer) return new Response(toWebStream(answer.perform, signal), { status, headers });
  // The cast: bytes of a response are never shared memory, which is all the narrower type asks.
  return new Response(answer.body as string | Uint8Array<ArrayBuffer> | null, { status, headers });
}

function toWebStream(start: StreamAnswer['perform'], signal: AbortSignal): ReadableStream<Uint8Array> {
  let onReady: (() => void) | null = null;
  let onClose: (() => void) | null = null;
  const leave = () => {
    onClose?.();
    onClose = null;
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const transport: StreamTransport = {
          write: (bytes) => {
            controller.enqueue(bytes);
            return (controller.desiredSize ?? 0) > 0;
          },
          flush: () => {},
          end: () => {
            signal.removeEventListener('abort', abort);
            controller.close();
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
      pull() {
        const resume = onReady;
        onReady = null;
        resume?.();
      },
      cancel: leave,
    },
    { highWaterMark: BUFFERED_PIECES },
  );
}
