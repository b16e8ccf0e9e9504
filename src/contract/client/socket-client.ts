import type { Dispatcher } from 'undici';
import { messageOf } from '../../runtime/errors.ts';
import { createPatience, type Timer } from '../../runtime/timer.ts';
import type { Ending, Header } from '../record/exchange.ts';
import { type BodyReader, createBodyReader } from './body-reader.ts';
import type { Client, ReadLimits, Received } from './client.ts';
import type { ProxyServer } from './proxy.ts';

/** Where to connect, and how. */
export interface SocketOptions {
  readonly baseUrl: string;
  readonly timer: Timer;
  /** Certificates to trust beside the usual ones, and that of the client with its key, as PEM; whether to check any. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Null connects directly. */
  readonly proxy: ProxyServer | null;
}

/** A connection that takes longer to be made is none. */
const CONNECT_MS = 10_000;

/**
 * undici's `dispatch`, not `request` or `fetch`: those join chunks that arrive together, merge repeated headers and
 * hide how the connection ended. Loaded here, since it takes 66 ms.
 */
export async function createSocketClient({ baseUrl, timer, tls, proxy }: SocketOptions): Promise<Client> {
  // The default, since a bundler gives a CommonJS module nothing else.
  const { Agent, ProxyAgent } = (await import('undici')).default;
  const connect = { ...tls, timeout: CONNECT_MS };
  const agent =
    proxy === null
      ? new Agent({ connect })
      : new ProxyAgent({ uri: proxy.url, requestTls: connect, proxyTls: connect });
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  return {
    send: (request, limits) => {
      const options = {
        origin: base.origin,
        path: prefix + request.target,
        method: request.method as Dispatcher.HttpMethod, // Names of methods; undici sends any token.
        headers: request.headers.flat(),
        body: request.body,
        // Silence is measured here, by the run's own timer; undici would count in steps of half a second.
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      return receive(agent, options, { limits, timer });
    },
    close: () => agent.destroy(),
  };
}

interface Context {
  readonly limits: ReadLimits;
  readonly timer: Timer;
}

function receive(
  agent: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { limits, timer }: Context,
): Promise<Received> {
  const startMs = timer.now();
  let head: { readonly status: number; readonly headers: readonly Header[]; readonly headersMs: number } | null = null;
  let reader: BodyReader | null = null;
  let connection: Dispatcher.DispatchController | null = null;
  let interimAnswers = 0;
  let isOver = false;
  return new Promise((resolve) => {
    const finish = async (ending: Ending, reason: string | null) => {
      if (isOver) return;
      isOver = true;
      for (const release of releases) release();
      const endMs = timer.now() - startMs;
      if (!head || !reader) return resolve({ response: null, ending, endMs, reason });
      const { decoded, stop, reason: why, ...body } = await reader.finish(ending === 'complete');
      const response = { ...head, ...body, ...(decoded !== null && { decoded }) };
      // What stops the reader while the last bytes are decoded came before the end of the connection.
      resolve({ response, ending: stop ?? ending, endMs, reason: why ?? reason });
    };
    const leave = (ending: Ending, reason: string | null = null) => {
      void finish(ending, reason);
      connection?.abort(new Error('We left.'));
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
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        connection = controller;
        if (isOver) controller.abort(new Error('We left.'));
      },
      onResponseStart(controller, status) {
        if (isOver) return;
        patience.renew();
        if (status < 200) {
          interimAnswers += 1;
          const most = limits.bounds.interimAnswers;
          if (interimAnswers > most) leave('too_much', `more than ${most} interim answers came before the final one`);
          return;
        }
        const headersMs = timer.now() - startMs;
        const headers = toHeaders(controller.rawHeaders ?? []);
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
      onResponseData(controller, bytes) {
        if (isOver) return;
        void reader?.push(bytes, timer.now() - startMs);
        if (isOver) return;
        patience.renew();
        if (limits.paceMs === 0) return;
        controller.pause();
        void timer.sleep(limits.paceMs, limits.signal).then(() => controller.resume());
      },
      onResponseEnd() {
        void finish('complete', null);
      },
      onResponseError(_controller, error) {
        const { ending, reason } = explain(error, head !== null);
        void finish(ending, reason);
      },
    };
    if (limits.signal.aborted) return onAbort();
    try {
      agent.dispatch(options, handler);
    } catch (error) {
      void finish('not_connected', messageOf(error));
    }
  });
}

function toHeaders(raw: readonly (Buffer | string)[] | Record<string, unknown>): Header[] {
  if (!Array.isArray(raw)) return [];
  const texts = raw.map((part: Buffer | string) => (typeof part === 'string' ? part : part.toString('latin1')));
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : []));
}

function explain(
  error: Error & { readonly code?: string; readonly reason?: string },
  hasHead: boolean,
): { readonly ending: Ending; readonly reason: string } {
  const reason = error.code?.startsWith('ERR_SSL')
    ? `the TLS handshake failed (${error.reason ?? error.code}); a server without TLS has an http:// URL`
    : error.message;
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { ending: 'not_connected', reason };
    case 'ECONNRESET':
    case 'EPIPE':
      return { ending: 'reset', reason };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { ending: 'too_much', reason: 'its headers are longer than 16 KiB, which clients refuse' };
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return { ending: 'truncated', reason };
    default:
      if (error.name === 'HTTPParserError') return { ending: 'not_http', reason };
      return { ending: hasHead ? 'truncated' : 'not_connected', reason };
  }
}
