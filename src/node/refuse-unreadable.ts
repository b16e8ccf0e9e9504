import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers'; // Not the global one, which a test may fake and a simulated page replaces.
import { INVALID_REQUEST } from '../server/answer.ts';

/** The `detail` of a 431. */
export const HEADERS_TOO_LARGE = 'Request headers are too large';

/**
 * Answers input that Node's parser refuses, in the shape of every other error; Node itself would send an empty body.
 */
const refusals: Readonly<Record<string, { readonly status: string; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: '431 Request Header Fields Too Large', detail: HEADERS_TOO_LARGE },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: '413 Payload Too Large', detail: 'Chunk extensions are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', detail: 'The request did not arrive in time' },
};
/** A socket that is closed with something unread resets the connection, and the answer is lost. */
const LINGER_MS = 500;

/** For the server's `clientError`: answers what is not a request, unless an answer is on its way to this client. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.writableEnded) return; // Already refused; ignore the rest.
  // Node's own mark of the answer under way: there is no public one, and writing into it would garble it.
  const { _httpMessage: underWay } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  if (!socket.writable || underWay?.headersSent) {
    socket.destroy(error);
    return;
  }
  const { status, detail } = refusals[error.code ?? ''] ?? { status: '400 Bad Request', detail: INVALID_REQUEST };
  const body = JSON.stringify({ detail });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
