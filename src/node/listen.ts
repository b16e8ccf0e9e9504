/// <reference lib="esnext.disposable" preserve="true" />
import type { RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { ChatMockError } from '../runtime/errors.ts';
import type { App } from '../server/app.ts';
import type { Capacity } from '../server/engine.ts';
import { announcesTooMuch, bodyLimits } from '../server/read-body.ts';
import { type TlsOptions, type TrustedCertificate, useCertificate } from './certificate.ts';
import { type CloseOptions, Closing } from './closing.ts';
import { createPlainServer, createTlsServer, type ProtocolServer } from './create-server.ts';
import { createHouse } from './house.ts';
import { limitConnections } from './limit-connections.ts';
import { createNodeListener } from './node-listener.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { createClose } from './shut-down.ts';
import { bindToPath } from './unix-socket.ts';

/** Address to listen on. */
export interface ListenOptions {
  /** 0: any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Path of a Unix socket to listen on, instead of a port. */
  readonly socketPath?: string;
  /** Serves HTTPS: HTTP/2, and HTTP/1.1 for clients that do not speak it. The files are read again when they are replaced. */
  readonly tls?: TlsOptions;
  /**
   * Lets Node's adapter replace the global `Request` and `Response`, which makes short answers cheaper. Only for a
   * process that does nothing but serve.
   */
  readonly replaceGlobals?: boolean;
}

/** A server that listens; `close` ends its streams and frees the port. */
export interface Listening {
  /** The URL for this machine, even if the server listens on all addresses. Over a Unix socket its host is `localhost`. */
  readonly url: string;
  /** 0 over a Unix socket. */
  readonly port: number;
  /** The path of the Unix socket; null: it listens on a port. */
  readonly socketPath: string | null;
  /** What a client needs to trust it; null without TLS. */
  readonly certificate: TrustedCertificate | null;
  /**
   * Ends the streams of this server, waits for answers under way, and frees the port. With `drainMs`, streams have that
   * time to end by themselves.
   */
  close(options?: CloseOptions): Promise<void>;
  /** Closes the server: `await using server = await mock.listen()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface Address {
  readonly port: number;
  readonly host: string;
}

/** What a server needs of its mock. */
interface Host {
  readonly allowHost: (host: string) => void;
  readonly basePath: string;
  readonly capacity: Capacity;
  readonly onError: (error: unknown) => void;
}

/**
 * How many connections may wait to be taken; the system cuts it to what it allows. With Node's 511 a burst of 5,000
 * clients had to try again, the last of them after a minute.
 */
const BACKLOG = 65_535;

/** Serves an app on a socket. Throws ChatMockError `port_in_use`, `port_forbidden` or `cannot_listen`. */
export async function listen(
  app: App,
  { allowHost, basePath, capacity, onError }: Host,
  { port = 0, host = '127.0.0.1', socketPath, tls, replaceGlobals = false }: ListenOptions = {},
): Promise<Listening> {
  allowHost(host);
  const closing = new Closing();
  const certificate = tls === undefined ? null : useCertificate(tls, { host, onError });
  const rawSocket = (socket: Socket) => http.rawSocket(socket);
  // The adapter's short way throws at headers that HTTP/2 cannot carry.
  const house = createHouse({ isLight: replaceGlobals && !certificate, closing, basePath, capacity, rawSocket });
  const admit = limitConnections(capacity);
  const listener = admit.listener(createNodeListener(app, house));
  const parts = { limits: capacity.limits, listener };
  const http: ProtocolServer = certificate
    ? createTlsServer({ ...parts, pair: certificate.pair })
    : createPlainServer(parts);
  const { server } = http;
  admit.watch(server);
  server.on('clientError', refuseUnreadable);
  const checkContinue: RequestListener = (incoming, outgoing) => {
    // A body that is refused anyhow is not asked for; without it the connection is of no more use.
    if (announcesTooMuch(incoming.headers['content-length'], bodyLimits)) outgoing.shouldKeepAlive = false;
    else outgoing.writeContinue();
    listener(incoming, outgoing);
  };
  server.on('checkContinue', checkContinue);
  if (socketPath === undefined) await bind(server, { port, host });
  else await bindToPath(server, socketPath);
  const stopWatching = certificate?.watch((pair) => http.replaceCertificate(pair));
  server.once('close', () => stopWatching?.());
  const close = createClose({ http, closing, streams: capacity.streams });
  const address = server.address() as AddressInfo | string; // It listens, so it has one.
  const bound = typeof address === 'string' ? 0 : address.port;
  return {
    url: `${certificate ? 'https' : 'http'}://${bound === 0 ? 'localhost' : `${reachableName(host)}:${bound}`}${basePath}`,
    port: bound,
    socketPath: socketPath ?? null,
    certificate: certificate?.trust ?? null,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

function bind(server: Server, { port, host }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, { port, host })));
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
}

function reachableName(host: string): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return reachable.includes(':') ? `[${reachable}]` : reachable;
}

function explain(error: NodeJS.ErrnoException, { port, host }: Address): ChatMockError {
  const failed = `Failed to listen on ${host}:${port}`;
  if (error.code === 'EADDRINUSE') {
    return new ChatMockError(
      'port_in_use',
      `${failed}: the port is in use. Stop the other server, or choose any free port with --port 0.`,
      { cause: error },
    );
  }
  if (error.code === 'EACCES') {
    return new ChatMockError('port_forbidden', `${failed}: this user may not. Choose a port above 1023, or --port 0.`, {
      cause: error,
    });
  }
  return new ChatMockError(
    'cannot_listen',
    `${failed}: ${error.message}. Choose an address of this machine with --host.`,
    { cause: error },
  );
}
