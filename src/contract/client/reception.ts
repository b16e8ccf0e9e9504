import { createPatience, type Timer } from '../../runtime/timer.ts';
import type { Ending, Header } from '../record/exchange.ts';
import { type BodyReader, createBodyReader } from './body-reader.ts';
import type { ReadLimits, Received } from './client.ts';

/** Takes an answer as it arrives, whatever protocol brings it, and keeps all limits of reading. */
export interface Reception {
  /** What came, once it is over. */
  readonly received: Promise<Received>;
  readonly isOver: boolean;
  readonly hasHead: boolean;
  /** A status below 200 is an interim answer. */
  head(status: number, headers: readonly Header[]): void;
  /** True: the flow reads slowly, and the next bytes shall wait for `untilNext`. */
  data(bytes: Uint8Array): boolean;
  untilNext(): Promise<void>;
  end(ending: Ending, reason: string | null): void;
}

interface ReceptionOptions {
  readonly limits: ReadLimits;
  readonly timer: Timer;
  /** Leaves the connection, if there is one. */
  readonly abort: () => void;
  /** Default: HTTP/1.1. */
  readonly httpVersion?: '2';
}

/** Begins to wait for an answer. Never rejects. */
export function createReception({ limits, timer, abort, httpVersion }: ReceptionOptions): Reception {
  const startMs = timer.now();
  let head: { readonly status: number; readonly headers: readonly Header[]; readonly headersMs: number } | null = null;
  let reader: BodyReader | null = null;
  let interimAnswers = 0;
  let isOver = false;
  let resolve: (received: Received) => void = () => {};
  const received = new Promise<Received>((settle) => {
    resolve = settle;
  });
  const finish = async (ending: Ending, reason: string | null) => {
    if (isOver) return;
    isOver = true;
    for (const release of releases) release();
    const endMs = timer.now() - startMs;
    if (!head || !reader) return resolve({ response: null, ending, endMs, reason });
    const { decoded, stop, reason: why, ...body } = await reader.finish(ending === 'complete');
    const response = { ...head, ...body, ...(decoded !== null && { decoded }), ...(httpVersion && { httpVersion }) };
    // What stops the reader while the last bytes are decoded came before the end of the connection.
    resolve({ response, ending: stop ?? ending, endMs, reason: why ?? reason });
  };
  const leave = (ending: Ending, reason: string | null = null) => {
    void finish(ending, reason);
    abort();
  };
  const { idleMs } = limits;
  const patience = createPatience(timer, {
    delayMs: idleMs,
    callback: () => leave('idle', `nothing came for ${idleMs} ms`),
  });
  const onAbort = () => leave('we_left');
  limits.signal.addEventListener('abort', onAbort, { once: true });
  // From now on and not from when a connection is there: one that is never made must end, too.
  const releases = [
    timer.after(limits.totalMs, () => leave('idle')),
    patience.cancel,
    () => limits.signal.removeEventListener('abort', onAbort),
  ];
  if (limits.signal.aborted) onAbort();
  return {
    received,
    get isOver() {
      return isOver;
    },
    get hasHead() {
      return head !== null;
    },
    head: (status, headers) => {
      if (isOver) return;
      patience.renew();
      if (status < 200) {
        interimAnswers += 1;
        const most = limits.answerLimits.interimAnswers;
        if (interimAnswers > most) leave('too_much', `more than ${most} interim answers came before the final one`);
        return;
      }
      const headersMs = timer.now() - startMs;
      head = { status, headers, headersMs };
      reader = createBodyReader({
        ...{ headers, headersMs, limits },
        mayBeDecoded: false,
        onStop: leave,
        onLinger: (withinMs) => {
          if (!isOver) releases.push(timer.after(withinMs, () => leave('idle')));
        },
      });
      if (limits.leaveAfter === 'headers') leave('we_left');
    },
    data: (bytes) => {
      if (isOver) return false;
      void reader?.push(bytes, timer.now() - startMs);
      if (isOver) return false;
      patience.renew();
      return limits.paceMs > 0;
    },
    untilNext: () => timer.sleep(limits.paceMs, limits.signal),
    end: (ending, reason) => void finish(ending, reason),
  };
}
