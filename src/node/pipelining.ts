import type { ServerResponse } from 'node:http';
import { http2StreamOf } from './http2-stream.ts';

/** Whether the client is gone. A pipelined answer that waits for its turn at the socket is not told by Node. */
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

/** Settles once all answers before this one have left. Rejects if the client goes first. */
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
