/// <reference lib="esnext.disposable" preserve="true" />
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers'; // Not the global one, which a test may fake and a simulated page replaces.
import { ChatMockError } from '../runtime/errors.ts';
import type { App } from '../server/app.ts';
import type { Bounds } from '../server/engine.ts';
import { announcesTooMuch, bodyLimits } from '../server/read-body.ts';
import { boundConnections } from './bound-connections.ts';
import { Closing } from './closing.ts';
import { createHouse } from './house.ts';
import { createNodeListener } from './node-listener.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';

/** Address to listen on. */
export interface ListenOptions {
  /** 0: any free port. */
  readonly port?: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /**
   * Lets Node's adapter replace the global `Request` and `Response`, which makes short answers cheaper. Only for a
   * process that does nothing but serve.
   */
  readonly replaceGlobals?: boolean;
}

/** A server that listens; `close` ends its streams and frees the port. */
export interface Listening {
  /** The URL for this machine, even if the server listens on all addresses. */
  readonly url: string;
  readonly port: number;
  /** Ends the streams of this server, waits for answers under way, and frees the port. */
  close(): Promise<void>;
  /** Closes it: `await using server = await mock.listen()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a server needs of its mock. */
interface Host {
  readonly allowHost: (host: string) => void;
  readonly basePath: string;
  readonly bounds: Bounds;
}

/** Above what clients keep an idle connection for, so that they never write to one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
/** How often Node looks for headers that are late. */
const MOST_CHECK_MS = 10_000;
/**
 * How many connections may wait to be taken; the system cuts it to what it allows. With Node's 511 a burst of 5,000
 * clients had to try again, the last of them after a minute.
 */
const BACKLOG = 65_535;

/** Serves an app on a socket. Throws ChatMockError `port_in_use`, `port_forbidden` or `cannot_listen`. */
export async function listen(
  app: App,
  { allowHost, basePath, bounds }: Host,
  { port = 0, host = '127.0.0.1', replaceGlobals = false }: ListenOptions = {},
): Promise<Listening> {
  allowHost(host);
  const closing = new Closing();
  const house = createHouse({ isLight: replaceGlobals, closing, basePath, bounds });
  const admit = boundConnections(bounds);
  const listener = admit.listener(createNodeListener(app, house));
  const { maxHeaderBytes, headerTimeoutMs } = bounds.limits;
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headerTimeoutMs,
      connectionsCheckingInterval: Math.min(MOST_CHECK_MS, Math.ceil(headerTimeoutMs / 2)),
    },
    listener,
  );
  admit.watch(server);
  server.on('clientError', refuseUnreadable);
  server.on('checkContinue', (incoming, outgoing) => {
    // A body that is refused anyhow is not asked for; without it the connection is of no more use.
    if (announcesTooMuch(incoming.headers['content-length'], bodyLimits)) outgoing.shouldKeepAlive = false;
    else outgoing.writeContinue();
    listener(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, { port, host })));
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const { port: bound } = server.address() as AddressInfo; // A TCP server's address is never a pipe's name.
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      closing.begin();
      server.closeIdleConnections();
      // Connections turn idle once their last answer is out.
      setTimeout(() => server.closeAllConnections(), 500).unref();
    });
  return {
    url: `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${bound}${basePath}`,
    port: bound,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function explain(
  error: NodeJS.ErrnoException,
  { port, host }: { readonly port: number; readonly host: string },
): ChatMockError {
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
