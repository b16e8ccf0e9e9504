import { messageOf } from '../../runtime/errors.ts';
import { createPatience, type Timer } from '../../runtime/timer.ts';
import type { Ending, ExchangeRequest } from '../record/exchange.ts';
import { type Cutoff, createBodyReader } from './body-reader.ts';
import type { Client, ReadLimits, Received } from './client.ts';

/** The function to call instead of a socket. */
export interface FetchOptions {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly baseUrl: string;
  readonly timer: Timer;
}

/** The client of a server in the same process. `fetch` hides how a connection broke: any break is `truncated`. */
export function createFetchClient({ fetch, baseUrl, timer }: FetchOptions): Client {
  const base = baseUrl.replace(/\/$/, '');
  return { send: (request, limits) => send(request, { limits, fetch, base, timer }), close: async () => {} };
}

interface Context {
  readonly limits: ReadLimits;
  readonly fetch: FetchOptions['fetch'];
  readonly base: string;
  readonly timer: Timer;
}

async function send({ method, target, headers, body }: ExchangeRequest, context: Context): Promise<Received> {
  const { limits, fetch, base, timer } = context;
  const startMs = timer.now();
  const leaver = new AbortController();
  const onAbort = () => leaver.abort(new Error('We left.'));
  limits.signal.addEventListener('abort', onAbort, { once: true });
  let isLate = false;
  const stopWaiting = timer.after(limits.totalMs, () => {
    isLate = true;
    onAbort();
  });
  if (limits.signal.aborted) onAbort();
  const withoutAnswer = (ending: Ending, reason: string | null): Received => ({
    ...{ response: null, ending, reason },
    endMs: timer.now() - startMs,
  });
  try {
    const request = new Request(`${base}${target}`, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      // The copy is of a plain ArrayBuffer, which is all the narrower type asks.
      body: body === null ? null : (body as Uint8Array<ArrayBuffer>),
      redirect: 'manual',
      signal: leaver.signal,
    });
    const answered = await within({ work: fetch(request), idleMs: limits.idleMs, timer, leaver });
    if (answered === 'idle' || answered === 'left')
      return withoutAnswer(answered === 'idle' || isLate ? 'idle' : 'we_left', null);
    const received = await read(answered, { ...context, startMs, leaver });
    return isLate && received.ending === 'we_left' ? { ...received, ending: 'idle' } : received;
  } catch (error) {
    return withoutAnswer('not_connected', messageOf(error));
  } finally {
    stopWaiting();
    limits.signal.removeEventListener('abort', onAbort);
  }
}

async function read(
  answered: Response,
  context: Context & { readonly startMs: number; readonly leaver: AbortController },
): Promise<Received> {
  const { limits, timer, startMs, leaver } = context;
  const headers = [...answered.headers];
  const head = { status: answered.status, headers, headersMs: timer.now() - startMs };
  const source = answered.body?.getReader();
  let cutoff: Cutoff | null = null;
  let endByMs = Number.POSITIVE_INFINITY;
  const reader = createBodyReader({
    ...{ headers, headersMs: head.headersMs, limits },
    mayBeDecoded: true,
    onStop: (why) => {
      cutoff = why;
    },
    onLinger: (withinMs) => {
      endByMs = timer.now() + withinMs;
    },
  });
  const finish = async (ending: Ending, reason: string | null = null): Promise<Received> => {
    const endMs = timer.now() - startMs;
    const { decoded, stop, reason: why, ...body } = await reader.finish(ending === 'complete');
    const response = { ...head, ...body, ...(decoded !== null && { decoded }) };
    return { response, ending: stop ?? ending, endMs, reason: why ?? reason };
  };
  const leave = (ending: Ending) => {
    leaver.abort(new Error('We left.'));
    void source?.cancel().catch(() => {}); // It may have broken already, and we are done with it either way.
    return finish(ending);
  };
  if (limits.leaveAfter === 'headers') return leave('we_left');
  if (!source) return finish('complete');
  for (let isFirst = true; ; isFirst = false) {
    if (limits.paceMs > 0 && !isFirst) await timer.sleep(limits.paceMs, limits.signal);
    let step: Awaited<ReturnType<typeof source.read>> | 'idle' | 'left';
    try {
      const idleMs = Math.min(limits.idleMs, endByMs - timer.now());
      // Bytes that keep arriving end each wait for the next ones, but not the time for the whole answer.
      if (idleMs <= 0) return leave('idle');
      step = await within({ work: source.read(), idleMs, timer, leaver });
    } catch (error) {
      return finish(limits.signal.aborted ? 'we_left' : 'truncated', messageOf(error));
    }
    if (step === 'idle' || step === 'left') return leave(step === 'idle' ? 'idle' : 'we_left');
    if (step.done) return finish('complete');
    if (!(step.value instanceof Uint8Array)) return finish('not_http', 'the body has a piece that is not bytes');
    await reader.push(step.value, timer.now() - startMs);
    if (cutoff) return leave(cutoff);
  }
}

interface Waiting<Value> {
  readonly work: Promise<Value>;
  readonly idleMs: number;
  readonly timer: Timer;
  readonly leaver: AbortController;
}

/** Resolves with the value, with `idle` if nothing arrived in time, or with `left` if the signal aborted. */
function within<Value>({ work, idleMs, timer, leaver }: Waiting<Value>): Promise<Value | 'idle' | 'left'> {
  return new Promise((resolve, reject) => {
    const patience = createPatience(timer, {
      delayMs: idleMs,
      callback: () => {
        resolve('idle');
        leaver.abort(new Error('Nothing came in time.'));
      },
    });
    const onLeave = () => resolve('left');
    leaver.signal.addEventListener('abort', onLeave, { once: true });
    if (leaver.signal.aborted) onLeave();
    work.then(resolve, reject).finally(() => {
      patience.cancel();
      leaver.signal.removeEventListener('abort', onLeave);
    });
  });
}
