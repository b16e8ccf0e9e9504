import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { LimitError } from '../runtime/limits.ts';
import { type Bounds, countRefusal } from '../server/engine.ts';

/** Beyond the bound so many connections get an answer that says so; more are closed at once. */
const REFUSED_AT_ONCE = 1000;

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Bounds the connections of all servers of a mock: what comes over one too many is answered with 503. */
export function boundConnections(bounds: Bounds) {
  const { connections } = bounds;
  const refused = new WeakSet<Socket>();
  return {
    /** Counts the connections of a server. */
    watch: (server: Server): void => {
      server.on('connection', (socket: Socket) => {
        if (connections.used >= connections.max + REFUSED_AT_ONCE) {
          countRefusal({ bounds }, tooMany(bounds));
          socket.destroy();
          return;
        }
        if (connections.isFull) refused.add(socket);
        connections.add(1);
        socket.once('close', () => connections.add(-1));
      });
    },
    /** A listener that refuses what comes over a connection too many. */
    listener:
      (serve: Listener): Listener =>
      (incoming, outgoing) => {
        if (!refused.has(incoming.socket)) {
          void serve(incoming, outgoing);
          return;
        }
        const { status, message } = countRefusal({ bounds }, tooMany(bounds));
        const body = JSON.stringify({ detail: message });
        outgoing.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
        outgoing.end(incoming.method === 'HEAD' ? undefined : body);
      },
  };
}

function tooMany({ connections }: Bounds): LimitError {
  return new LimitError('maxConnections', {
    act: 'take the connection',
    reason: `${connections.max} are open`,
    advice: 'Close some',
  });
}
