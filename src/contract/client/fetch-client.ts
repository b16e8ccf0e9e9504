import type { Timer } from '../../runtime/timer.ts';
import type { Chunk, Ending, ExchangeRequest, ExchangeResponse } from '../record/exchange.ts';
import type { Client, ReadLimits, Received } from './client.ts';
import { decodeContent } from './decode-content.ts';

/** The function to call instead of a socket. */
export interface FetchOptions {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly baseUrl: string;
  readonly timer: Timer;
}

/** The client of a server in the same process. `fetch` hides how a connection broke: any break is `truncated`. */
export function createFetchClient({ fetch, baseUrl, timer }: FetchOptions): Client {
  const base = baseUrl.replace(/\/$/, '');
  return { send: (request, reading) => send(request, { reading, fetch, base, timer }), close: async () => {} };
}

interface Context {
  readonly reading: ReadLimits;
  readonly fetch: FetchOptions['fetch'];
  readonly base: string;
  readonly timer: Timer;
}

async function send({ method, target, headers, body }: ExchangeRequest, context: Context): Promise<Received> {
  const { reading, fetch, base, timer } = context;
  const startMs = timer.now();
  const leaver = new AbortController();
  const onAbort = () => leaver.abort(new Error('We left.'));
  reading.signal.addEventListener('abort', onAbort, { once: true });
  let isLate = false;
  const stopWaiting = timer.after(reading.totalMs, () => {
    isLate = true;
    onAbort();
  });
  if (reading.signal.aborted) onAbort();
  try {
    const request = new Request(`${base}${target}`, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      // The copy is of a plain ArrayBuffer, which is all the narrower type asks.
      body: body === null ? null : (body as Uint8Array<ArrayBuffer>),
      redirect: 'manual',
      signal: leaver.signal,
    });
    const answered = await within({ work: fetch(request), context, leaver });
    if (answered === 'idle' || answered === 'left') {
      return {
        response: null,
        ending: answered === 'idle' ? 'idle' : 'we_left',
        endMs: timer.now() - startMs,
        reason: null,
      };
    }
    const received = await read(answered, { ...context, startMs, leaver });
    return isLate && received.ending === 'we_left' ? { ...received, ending: 'idle' } : received;
  } catch (error) {
    return { response: null, ending: 'not_connected', endMs: timer.now() - startMs, reason: describe(error) };
  } finally {
    stopWaiting();
    reading.signal.removeEventListener('abort', onAbort);
  }
}

async function read(
  answered: Response,
  context: Context & { readonly startMs: number; readonly leaver: AbortController },
): Promise<Received> {
  const { reading, timer, startMs, leaver } = context;
  const head = { status: answered.status, headers: [...answered.headers], headersMs: timer.now() - startMs };
  const chunks: Chunk[] = [];
  const finish = async (ending: Ending, reason: string | null = null): Promise<Received> => {
    const endMs = timer.now() - startMs;
    const response: ExchangeResponse = await decodeContent({ ...head, chunks });
    return { response, ending, endMs, reason };
  };
  const reader = answered.body?.getReader();
  const leave = (ending: Ending) => {
    leaver.abort(new Error('We left.'));
    void reader?.cancel().catch(() => {}); // It may have broken already, and we are done with it either way.
    return finish(ending);
  };
  let sizeBytes = 0;
  let endByMs = Number.POSITIVE_INFINITY;
  if (reading.isEnough(chunks)) return leave('we_left');
  if (!reader) return finish('complete');
  for (;;) {
    if (reading.paceMs > 0 && chunks.length > 0) await timer.sleep(reading.paceMs, reading.signal);
    let step: Awaited<ReturnType<typeof reader.read>> | 'idle' | 'left';
    try {
      const idleMs = Math.min(reading.idleMs, endByMs - timer.now());
      step = await within({ work: reader.read(), context: { ...context, reading: { ...reading, idleMs } }, leaver });
    } catch (error) {
      return finish(reading.signal.aborted ? 'we_left' : 'truncated', describe(error));
    }
    if (step === 'idle' || step === 'left') return leave(step === 'idle' ? 'idle' : 'we_left');
    if (step.done) return finish('complete');
    chunks.push({ atMs: timer.now() - startMs, offset: sizeBytes, bytes: step.value });
    sizeBytes += step.value.byteLength;
    if (sizeBytes > reading.maxBytes) return leave('too_much');
    if (reading.isEnough(chunks)) return leave('we_left');
    const lingerMs = endByMs === Number.POSITIVE_INFINITY ? reading.lingerMs(chunks, head.headersMs) : null;
    if (lingerMs !== null) endByMs = timer.now() + lingerMs;
  }
}

interface Waiting<Value> {
  readonly work: Promise<Value>;
  readonly context: Context;
  readonly leaver: AbortController;
}

/** The value, or `idle` if nothing came in time, or `left` if the run was told to stop. */
function within<Value>({ work, context, leaver }: Waiting<Value>): Promise<Value | 'idle' | 'left'> {
  const { timer, reading } = context;
  return new Promise((resolve, reject) => {
    const cancel = timer.after(reading.idleMs, () => {
      resolve('idle');
      leaver.abort(new Error('Nothing came in time.'));
    });
    const onLeave = () => resolve('left');
    leaver.signal.addEventListener('abort', onLeave, { once: true });
    work.then(resolve, reject).finally(() => {
      cancel();
      leaver.signal.removeEventListener('abort', onLeave);
    });
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
