import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';

/** A client that does not answer a ping for so long loses what it has not read. */
const PATIENCE_MS = 100;
/** HTTP/2 has no use for them, and Node throws at some. */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** The stream of an answer over HTTP/2; null: it goes over HTTP/1. */
export function http2StreamOf(outgoing: ServerResponse | Http2ServerResponse): ServerHttp2Stream | null {
  return 'stream' in outgoing ? outgoing.stream : null;
}

/** The headers that HTTP/2 can carry. */
export function withoutConnection(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name.toLowerCase())));
}

/** Ends one stream with an error, the others of its session go on. What was written before reaches the client first. */
export async function cutStream(stream: ServerHttp2Stream): Promise<void> {
  if (stream.headersSent) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  if (stream.session) await seenByPeer(stream.session as ServerHttp2Session); // A server's stream has no other.
  // An error is sent as RST_STREAM with INTERNAL_ERROR. `close(code)` of Node 24 ends a stream whose request was read
  // like any other, without a code.
  stream.on('error', () => {});
  stream.destroy(new Error('The scenario cuts the stream.'));
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
