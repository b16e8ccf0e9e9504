import type { Dispatcher } from 'undici';
import { messageOf } from '../../runtime/errors.ts';
import type { Timer } from '../../runtime/timer.ts';
import type { Client, ReadLimits, Received } from './client.ts';
import type { ProxyServer } from './proxy.ts';
import { createReception } from './reception.ts';
import { explainFailure, readRawHeaders } from './undici-answer.ts';

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
  /** Speak HTTP/1.1 also to a server that offers HTTP/2 over TLS. Default: false. */
  readonly http1?: boolean;
}

/** A connection that takes longer to be made is none. */
const CONNECT_MS = 10_000;

/** Speaks HTTP/2 to a server that offers it over TLS, unless told otherwise; HTTP/1.1 to others and through a proxy. */
export function createSocketClient(options: SocketOptions): Client {
  const { baseUrl, timer, tls, proxy, http1 = false } = options;
  const base = new URL(baseUrl);
  let plain: Promise<Client> | undefined;
  let modern: Promise<Client | null> | undefined;
  const usePlain = () => {
    plain ??= createHttp1Client(options);
    return plain;
  };
  const useModern = async (limits: ReadLimits): Promise<Client | null> => {
    const { negotiate, createHttp2Client } = await import('./http2-client.ts');
    const withinMs = Math.min(CONNECT_MS, limits.idleMs);
    const negotiated = await negotiate(base, { timer, tls, withinMs, signal: limits.signal });
    if (negotiated === null) {
      modern = undefined; // The server may come up later; what is wrong now, HTTP/1.1 says.
      return null;
    }
    if (negotiated.isHttp2) return createHttp2Client({ baseUrl, timer, tls, first: negotiated.socket });
    negotiated.socket.destroy();
    return usePlain();
  };
  const isModern = base.protocol === 'https:' && proxy === null && !http1;
  return {
    send: async (request, limits) => {
      if (isModern) modern ??= useModern(limits);
      const client = (await modern) ?? (await usePlain());
      return client.send(request, limits);
    },
    close: async () => {
      await (await modern)?.close();
      await (await plain)?.close();
    },
  };
}

/**
 * undici's `dispatch`, not `request` or `fetch`: those join chunks that arrive together, merge repeated headers and
 * hide how the connection ended. Loaded here, since it takes 66 ms.
 */
async function createHttp1Client({ baseUrl, timer, tls, proxy }: SocketOptions): Promise<Client> {
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
  let connection: Dispatcher.DispatchController | null = null;
  const abort = () => connection?.abort(new Error('We left.'));
  const reception = createReception({ limits, timer, abort });
  if (reception.isOver) return reception.received;
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      connection = controller;
      if (reception.isOver) abort();
    },
    onResponseStart(controller, status) {
      reception.head(status, readRawHeaders(controller.rawHeaders ?? []));
    },
    onResponseData(controller, bytes) {
      if (!reception.data(bytes)) return;
      controller.pause();
      void reception.untilNext().then(() => controller.resume());
    },
    onResponseEnd() {
      reception.end('complete', null);
    },
    onResponseError(_controller, error) {
      const { ending, reason } = explainFailure(error, reception.hasHead);
      reception.end(ending, reason);
    },
  };
  try {
    agent.dispatch(options, handler);
  } catch (error) {
    reception.end('not_connected', messageOf(error));
  }
  return reception.received;
}
