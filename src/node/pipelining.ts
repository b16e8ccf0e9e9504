import type { ServerResponse } from 'node:http';
import { http2StreamOf } from './http2-stream.ts';

/** Returns whether the client has left. Node does not report that to a pipelined answer that waits for its turn. */
export function hasLeft(outgoing: ServerResponse): boolean {
  const { destroyed, socket, req } = outgoing;
  return destroyed || (socket === null && req.socket.destroyed) || http2StreamOf(outgoing)?.destroyed === true;
}

/** Calls back once the client is gone, or has the whole answer. */
export function whenLeft(outgoing: ServerResponse, callback: () => void): void {
  outgoing.once('close', callback);
  if (outgoing.socket) return;
  const { socket } = outgoing.req;
  socket.once('close', callback);
  outgoing.once('socket', () => socket.off('close', callback));
}

/** Resolves once all earlier answers of the connection were sent. Rejects if the client leaves first. */
export function untilItsTurn(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { socket } = outgoing.req;
    const leave = () => reject(new Error('The client left before the answer to this request was due.'));
    if (outgoing.socket) return resolve();
    if (socket.destroyed) return leave();
    socket.once('close', leave);
    outgoing.once('socket', () => {
      socket.off('close', leave);
      resolve();
    });
  });
}
