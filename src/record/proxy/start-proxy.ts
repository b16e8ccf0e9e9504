import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Agent } from 'undici';
import type { ProxyServer } from '../../contract/client/proxy.ts';
import { ChatMockError, messageOf } from '../../runtime/errors.ts';
import type { Timer } from '../../runtime/timer.ts';
import { type Passage, passOn } from './pass-on.ts';
import type { ProxyLimits } from './proxy-limits.ts';
import { refuse } from './refuse.ts';

/** How a proxy is made. */
export interface ProxyOptions {
  /** The base URL of the real service. */
  readonly upstream: URL;
  /** Null connects to the upstream directly. */
  readonly through: ProxyServer | null;
  readonly timer: Timer;
  readonly limits: ProxyLimits;
  /** Begins to record a request; null passes it on without recording it. */
  readonly begin: Passage['begin'];
  /** Returns whether the recording is so far behind that nothing more may be read. */
  readonly isBehind: Passage['isBehind'];
}

/** What a proxy that listens with HTTPS shows its clients. */
export interface ListenerCertificate {
  readonly pair: { readonly cert: string; readonly key: string };
  /** Calls back with each pair that replaces it; returns how to stop. */
  watch(replaced: (pair: ListenerCertificate['pair']) => void): () => void;
}

/** Where a proxy listens; without a certificate it speaks plain HTTP. */
interface Listener {
  readonly port: number;
  readonly host: string;
  readonly certificate?: ListenerCertificate;
}

/** A proxy that listens. */
export interface RecordingProxy {
  readonly url: string;
  /** Ends what is under way, marked as cut by us, and resolves when all of it was handed over. */
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Starts a reverse proxy that passes each chunk on as it comes: headers with their case, order and repeats, the status
 * text, the end of the body, a connection that is cut or reset, and a client that leaves. Throws `listen`.
 */
export async function startProxy(
  options: ProxyOptions,
  { port, host, certificate }: Listener,
): Promise<RecordingProxy> {
  // The default, since a bundler gives a CommonJS module nothing else.
  const { Agent, ProxyAgent } = (await import('undici')).default;
  const settings = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 0, bodyTimeout: 0 };
  const connect = { timeout: CONNECT_MS };
  const agent: Agent | InstanceType<typeof ProxyAgent> =
    options.through === null
      ? new Agent({ ...settings, connect })
      : new ProxyAgent({ ...settings, uri: options.through.url, requestTls: connect, proxyTls: connect });
  const underWay = new Set<Promise<void>>();
  const leaver = new AbortController();
  // Each exchange listens, and the limits keep their number small: Node would warn from the eleventh on.
  setMaxListeners(0, leaver.signal);
  const held = { bytes: 0 };
  const answer = (request: IncomingMessage, outgoing: ServerResponse) => {
    if (underWay.size >= options.limits.exchanges) {
      refuse(outgoing, 503, `${underWay.size} exchanges are under way, and no more fit. Try again later.`);
      return;
    }
    const passing = passOn({ request, outgoing }, { ...options, agent, held, signal: leaver.signal }).catch(
      (error: unknown) => refuse(outgoing, 502, `chat-mock could not pass it on: ${messageOf(error)}.`),
    );
    underWay.add(passing);
    void passing.finally(() => underWay.delete(passing));
  };
  const common = { maxHeaderSize: MAX_HEADER_BYTES, noDelay: true, requestTimeout: 0 };
  const secure = certificate && createSecureServer({ ...common, ...certificate.pair }, answer);
  const server = secure ?? createServer(common, answer);
  const unwatch = certificate?.watch((pair) => secure?.setSecureContext(pair));
  const url = await listen(server, { port, host, scheme: secure ? 'https' : 'http' }).catch((error: unknown) => {
    unwatch?.();
    throw error;
  });
  return {
    url,
    close: async () => {
      unwatch?.();
      server.close();
      leaver.abort(new Error('The recorder was stopped.'));
      await Promise.all(underWay);
      server.closeAllConnections();
      await agent.destroy();
    },
  };
}

async function listen(
  server: Server,
  { port, host, scheme }: { readonly port: number; readonly host: string; readonly scheme: 'http' | 'https' },
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const advice =
        error.code === 'EADDRINUSE' ? 'Give another --port, or --port 0 for any free one.' : 'Check --host and --port.';
      reject(
        new ChatMockError('listen', `Failed to listen on ${host}:${port}: ${error.message}. ${advice}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo; // Of a server that listens on a port.
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${shown}:${bound}`;
}
