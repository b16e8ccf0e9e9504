import type { Dispatcher } from 'undici';
import type { Timer } from '../../runtime/timer.ts';
import type { Chunk, Ending, ExchangeRequest, Header } from '../record/exchange.ts';
import type { Client, ReadLimits, Received } from './client.ts';
import { decodeContent } from './decode-content.ts';

/** Where to connect, and how. */
export interface SocketOptions {
  readonly baseUrl: string;
  readonly timer: Timer;
  /** Certificates to trust beside the usual ones, as PEM; and whether to check them at all. */
  readonly tls?: { readonly ca?: string; readonly rejectUnauthorized?: boolean };
  /** Go by HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly usesProxy?: boolean;
}

/**
 * undici's `dispatch`, not `request` or `fetch`: those join chunks that arrive together, merge repeated headers and
 * hide how the connection ended. Loaded here, since it takes 66 ms.
 */
export async function createSocketClient({ baseUrl, timer, tls, usesProxy }: SocketOptions): Promise<Client> {
  // The default, since a bundler gives a CommonJS module nothing else.
  const { Agent, EnvHttpProxyAgent } = (await import('undici')).default;
  const connect = { ...tls };
  const agent = usesProxy ? new EnvHttpProxyAgent({ requestTls: connect }) : new Agent({ connect });
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  return {
    send: (request, reading) => {
      const options = {
        origin: base.origin,
        path: prefix + request.target,
        method: request.method as Dispatcher.HttpMethod, // Names of methods; undici sends any token.
        headers: request.headers.flat(),
        body: request.body,
        headersTimeout: reading.idleMs,
        bodyTimeout: reading.idleMs,
      };
      return receive(agent, options, { request, reading, timer });
    },
    close: () => agent.destroy(),
  };
}

interface Context {
  readonly request: ExchangeRequest;
  readonly reading: ReadLimits;
  readonly timer: Timer;
}

function receive(
  agent: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { reading, timer }: Context,
): Promise<Received> {
  const startMs = timer.now();
  const chunks: Chunk[] = [];
  let head: { readonly status: number; readonly headers: readonly Header[]; readonly headersMs: number } | null = null;
  let sizeBytes = 0;
  let leaving: Ending | null = null;
  let left = false;
  let stopLingering: (() => void) | null = null;
  return new Promise((resolve) => {
    let release = () => {};
    const finish = async (ending: Ending, reason: string | null) => {
      if (left) return;
      left = true;
      release();
      const endMs = timer.now() - startMs;
      resolve({ response: head && (await decodeContent({ ...head, chunks })), ending, endMs, reason });
    };
    const leave = (controller: Dispatcher.DispatchController, ending: Ending) => {
      leaving = ending;
      controller.abort(new Error('We left.'));
      void finish(ending, null);
    };
    const linger = (controller: Dispatcher.DispatchController) => {
      const lingerMs = stopLingering ? null : reading.lingerMs(chunks, head?.headersMs ?? 0);
      if (lingerMs !== null) stopLingering = timer.after(lingerMs, () => leave(controller, 'idle'));
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        const onAbort = () => leave(controller, 'we_left');
        reading.signal.addEventListener('abort', onAbort, { once: true });
        const stopWaiting = timer.after(reading.totalMs, () => leave(controller, 'idle'));
        release = () => {
          stopWaiting();
          stopLingering?.();
          reading.signal.removeEventListener('abort', onAbort);
        };
        if (reading.signal.aborted) onAbort();
      },
      onResponseStart(controller, status) {
        if (status < 200) return;
        head = { status, headers: toHeaders(controller.rawHeaders ?? []), headersMs: timer.now() - startMs };
        if (reading.isEnough(chunks)) leave(controller, 'we_left');
      },
      onResponseData(controller, bytes) {
        if (left) return;
        chunks.push({ atMs: timer.now() - startMs, offset: sizeBytes, bytes: Uint8Array.from(bytes) });
        sizeBytes += bytes.byteLength;
        if (sizeBytes > reading.maxBytes) leave(controller, 'too_much');
        else if (reading.isEnough(chunks)) leave(controller, 'we_left');
        else linger(controller);
        if (left) return;
        if (reading.paceMs > 0) {
          controller.pause();
          void timer.sleep(reading.paceMs, reading.signal).then(() => controller.resume());
        }
      },
      onResponseEnd() {
        void finish('complete', null);
      },
      onResponseError(_controller, error) {
        void finish(leaving ?? toEnding(error, head !== null), error.message);
      },
    };
    try {
      agent.dispatch(options, handler);
    } catch (error) {
      void finish('not_connected', error instanceof Error ? error.message : String(error));
    }
  });
}

function toHeaders(raw: readonly (Buffer | string)[] | Record<string, unknown>): Header[] {
  if (!Array.isArray(raw)) return [];
  const texts = raw.map((part: Buffer | string) => (typeof part === 'string' ? part : part.toString('latin1')));
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : []));
}

function toEnding(error: Error & { readonly code?: string }, hasHead: boolean): Ending {
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'not_connected';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset';
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'idle';
    case 'UND_ERR_SOCKET':
      return 'truncated';
    default:
      if (error.name === 'HTTPParserError') return 'not_http';
      return hasHead ? 'truncated' : 'not_connected';
  }
}
