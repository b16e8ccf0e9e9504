import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { type Ending, type Http2Code, http2Codes } from '../scenario/endings.ts';
import type { UntilDelivered } from './delivery.ts';
import { cutSession, cutStream } from './http2-stream.ts';

/** How a connection ends. */
interface Ways {
  readonly untilDelivered: UntilDelivered;
  /** The connection of TCP below one that is encrypted; else the same. */
  readonly rawSocket: (socket: Socket) => Socket;
}

/** Ends a stream of HTTP/2 without ending the answer. */
export function endStream(
  stream: ServerHttp2Stream,
  { how, http2Code = 'internal_error' }: { readonly how: Ending; readonly http2Code: Http2Code | undefined },
): void {
  const code = http2Codes[http2Code];
  if (how === 'reset') void cutSession(stream, code);
  else if (how !== 'hang') void cutStream(stream, code);
}

/** Ends the connection without ending the answer; what was written before reaches the client first. */
export function endConnection(socket: Socket, how: Ending, { untilDelivered, rawSocket }: Ways): void {
  switch (how) {
    case 'close':
    case 'truncate':
      socket.destroySoon();
      return;
    case 'reset':
      untilDelivered(socket)
        .then(() => rawSocket(socket).resetAndDestroy())
        .catch(() => socket.destroy()); // Only TCP can be reset.
      return;
    case 'hang':
      return;
  }
}
