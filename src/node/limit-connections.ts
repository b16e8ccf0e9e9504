import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { LimitError } from '../runtime/limits.ts';
import { type Capacity, countRefusal } from '../server/engine.ts';
import { headersFor, http2StreamOf } from './http2-stream.ts';
import { HEADERS_TOO_LARGE } from './refuse-unreadable.ts';

/** Beyond the limit so many connections get an answer that says so; more are closed at once. */
const REFUSED_AT_ONCE = 1000;

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Limits the connections of all servers of a mock: what comes over one too many is answered with 503. */
export function limitConnections(capacity: Capacity) {
  const { connections } = capacity;
  const refused = new WeakSet<object>();
  return {
    /** Counts the connections of a server. */
    watch: (server: Server): void => {
      server.on('connection', (socket: Socket) => {
        if (connections.used >= connections.max + REFUSED_AT_ONCE) {
          countRefusal({ capacity }, tooMany(capacity));
          socket.destroy();
          return;
        }
        if (connections.isFull) refused.add(socket);
        connections.add(1);
        socket.once('close', () => connections.add(-1));
      });
      // Over TLS a request knows the encrypted connection, and over HTTP/2 its session.
      for (const event of ['secureConnection', 'session'])
        server.on(event, (above: object) => {
          if (connections.used > connections.max) refused.add(above);
        });
    },
    /** A listener that refuses what comes over a connection too many. */
    listener:
      (serve: Listener): Listener =>
      (incoming, outgoing) => {
        const stream = http2StreamOf(outgoing);
        if (refused.has(stream?.session ?? incoming.socket)) {
          const { status, message } = countRefusal({ capacity }, tooMany(capacity));
          refuse({ incoming, outgoing, status, detail: message });
        } else if (
          (stream || 'encrypted' in incoming.socket) &&
          headerBytes(incoming) > capacity.limits.maxHeaderBytes
        ) {
          // Without TLS Node's parser does that.
          refuse({ incoming, outgoing, status: 431, detail: HEADERS_TOO_LARGE });
        } else void serve(incoming, outgoing);
      },
  };
}

interface Refused {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly status: number;
  readonly detail: string;
}

function refuse({ incoming, outgoing, status, detail }: Refused): void {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  outgoing.writeHead(status, headersFor(outgoing, headers));
  outgoing.end(incoming.method === 'HEAD' ? undefined : JSON.stringify({ detail }));
}

function headerBytes({ rawHeaders, url = '' }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, url.length);
}

function tooMany({ connections }: Capacity): LimitError {
  return new LimitError('maxConnections', {
    act: 'take the connection',
    reason: `${connections.max} are open`,
    advice: 'Close some',
  });
}
