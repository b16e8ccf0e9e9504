import { Server } from 'node:net';
import { setTimeout } from 'node:timers'; // Not the global one, which a test may fake and a simulated page replaces.
import type { Tally } from '../runtime/tally.ts';
import type { CloseOptions, Closing } from './closing.ts';
import type { ProtocolServer } from './create-server.ts';

/** Connections turn idle once their last answer is out; those that do not are closed after so long. */
const LINGER_MS = 500;
/** How often it looks whether the last stream is over. */
const LOOK_MS = 20;

interface Parts {
  readonly http: ProtocolServer;
  readonly closing: Closing;
  /** The streams under way. */
  readonly streams: Tally;
}

/** Returns what closes a server. A second call while it drains ends the streams at once. */
export function createClose({ http, closing, streams }: Parts): (options?: CloseOptions) => Promise<void> {
  const { server } = http;
  let closed: Promise<void> | undefined;
  let endStreams: (() => void) | undefined;
  const drain = (drainMs: number) =>
    new Promise<void>((resolve) => {
      let isOver = false;
      endStreams = () => {
        isOver = true;
        resolve();
      };
      closing.drain();
      setTimeout(endStreams, drainMs).unref();
      const look = () => {
        if (streams.used === 0) endStreams?.();
        // A stream of another door may go on for ever, and this shall not.
        if (!isOver) setTimeout(look, LOOK_MS);
      };
      look();
    });
  const shutDown = async (drainMs: number) => {
    const ended = new Promise<void>((resolve) => void server.once('close', resolve));
    // The close of HTTP's own server would end idle connections too, which may still ask how it is. Bun's server of HTTP
    // is none of `node:net`.
    const { close } = server instanceof Server ? Server.prototype : server;
    if (server.listening) close.call(server);
    if (drainMs > 0) await drain(drainMs);
    closing.begin();
    http.closeIdle();
    setTimeout(() => http.closeAll(), LINGER_MS).unref();
    await ended;
  };
  return ({ drainMs = 0 } = {}) => {
    if (closed) endStreams?.();
    closed ??= shutDown(drainMs);
    return closed;
  };
}
