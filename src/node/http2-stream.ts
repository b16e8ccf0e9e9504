import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { connectionHeaders } from '../api/http2.ts';

/** A client that does not answer a ping for so long loses what it has not read. */
const PATIENCE_MS = 100;

/** The stream of an answer over HTTP/2; null: it goes over HTTP/1. */
export function http2StreamOf(outgoing: ServerResponse | Http2ServerResponse): ServerHttp2Stream | null {
  return 'stream' in outgoing ? outgoing.stream : null;
}

/** The headers of an answer, without those that HTTP/2 cannot carry. */
export function headersFor(
  outgoing: ServerResponse,
  headers: Readonly<Record<string, string | string[]>>,
): Record<string, string | string[]> {
  if (!http2StreamOf(outgoing)) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name.toLowerCase())));
}

/** Ends one stream with RST_STREAM, the others of its session go on. What was written before reaches the client first. */
export async function cutStream(stream: ServerHttp2Stream, code: number): Promise<void> {
  await untilSeen(stream);
  stream.on('error', () => {});
  // `close` ends the body first; where the request was read whole, Node 20 and 24 then send END_STREAM and no code.
  Object.assign(stream, { end: () => stream });
  stream.close(code);
}

/** Ends the connection with GOAWAY. What was written before reaches the client first. */
export async function cutSession(stream: ServerHttp2Stream, code: number): Promise<void> {
  await untilSeen(stream);
  const { session } = stream;
  if (!session || session.destroyed) return;
  // `destroy(error, code)` alone would send GOAWAY without an error, which clients take for an end.
  session.goaway(code, stream.id);
  session.destroy();
}

async function untilSeen(stream: ServerHttp2Stream): Promise<void> {
  if (stream.headersSent && !stream.destroyed) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  if (stream.session) await seenByPeer(stream.session as ServerHttp2Session); // A server's stream has no other.
}

/** The answer to a ping proves that the client has read everything before it; some drop what comes with the error. */
function seenByPeer(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const isSent = !session.destroyed && session.ping(() => settle());
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    if (!isSent) settle();
  });
}
