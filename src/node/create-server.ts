import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { Server, Socket } from 'node:net';
import type { Limits } from '../runtime/limits.ts';
import type { CertificatePair } from './self-signed.ts';

/** Above what clients keep an idle connection for, so that they never write to one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
/** How often Node looks for headers that are late. */
const MOST_CHECK_MS = 10_000;
/** Of one HTTP/2 connection: as many streams are surely within the memory that Node gives a session. */
const STREAMS_OF_SESSION = 100;
/** In MB. With Node's 10 a session of slow readers is ended with all its streams. */
const SESSION_MEMORY = 64;

/** A server of HTTP, with what its protocols do in different ways. */
export interface ProtocolServer {
  readonly server: Server;
  /** The connection of TCP below one that is encrypted; else the same. */
  rawSocket(socket: Socket): Socket;
  closeIdle(): void;
  closeAll(): void;
  /** For new connections; the others keep theirs. */
  replaceCertificate(pair: CertificatePair): void;
}

interface Parts {
  readonly limits: Limits;
  readonly listener: RequestListener;
}

/** HTTP/1.1 without encryption. */
export function createPlainServer({ limits, listener }: Parts): ProtocolServer {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headerTimeoutMs,
      connectionsCheckingInterval: checkMs(limits),
    },
    listener,
  );
  return {
    server,
    rawSocket: (socket) => socket,
    closeIdle: () => server.closeIdleConnections(),
    closeAll: () => server.closeAllConnections(),
    replaceCertificate: () => {},
  };
}

/** HTTP/2 and HTTP/1.1 over TLS; ALPN chooses. */
export function createTlsServer({
  limits,
  listener,
  pair,
}: Parts & { readonly pair: CertificatePair }): ProtocolServer {
  const server = createSecureServer(
    {
      ...pair,
      // What Node's types do not know of HTTP/1.1 is passed on all the same.
      ...({
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: limits.maxHeaderBytes,
        connectionsCheckingInterval: checkMs(limits),
      } as object),
      allowHTTP1: true,
      handshakeTimeout: limits.headerTimeoutMs,
      maxSessionMemory: SESSION_MEMORY,
      settings: { maxConcurrentStreams: STREAMS_OF_SESSION, maxHeaderListSize: limits.maxHeaderBytes },
    },
    // Its requests and answers have the members of HTTP/1.1 that are used.
    listener as never,
  );
  Object.assign(server, { headersTimeout: limits.headerTimeoutMs, keepAliveTimeout: KEEP_ALIVE_MS });
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const byPeer = new Map<string, Socket>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {}); // A client that breaks the protocol loses its session, and that is all.
    session.once('close', () => sessions.delete(session));
  });
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    sockets.add(socket);
    byPeer.set(peer, socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (byPeer.get(peer) === socket) byPeer.delete(peer);
    });
  });
  return {
    server,
    rawSocket: (socket) => byPeer.get(peerOf(socket)) ?? socket,
    closeIdle: () => {
      for (const session of sessions) session.close();
      (server as Partial<Pick<HttpServer, 'closeIdleConnections'>>).closeIdleConnections?.();
    },
    closeAll: () => {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
    replaceCertificate: (pair) => server.setSecureContext(pair),
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function checkMs({ headerTimeoutMs }: Limits): number {
  return Math.min(MOST_CHECK_MS, Math.ceil(headerTimeoutMs / 2));
}
