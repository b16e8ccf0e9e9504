import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { connectionHeaders } from '../../api/http2.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Timer } from '../../runtime/timer.ts';
import type { ExchangeRequest, Header } from '../record/exchange.ts';
import type { Client, ReadLimits, Received } from './client.ts';
import { createReception } from './reception.ts';
import type { SocketOptions } from './socket-client.ts';

/** The names of the error codes by their number (RFC 9113, section 7). */
const codeNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** A connection to an HTTPS server for which ALPN has chosen a protocol; null: none could be made. */
export interface Negotiated {
  readonly socket: TLSSocket;
  readonly isHttp2: boolean;
}

interface Negotiation {
  readonly tls: SocketOptions['tls'] | undefined;
  readonly timer: Timer;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** Connects with TLS and offers HTTP/2 and HTTP/1.1. Null if that fails within the time. */
export function negotiate(base: URL, { tls, timer, withinMs, signal }: Negotiation): Promise<Negotiated | null> {
  return new Promise((resolve) => {
    const host = base.hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connectTls({
      host,
      port: Number(base.port || 443),
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
      ...tls,
    });
    const giveUp = () => {
      stop();
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(null);
    };
    const stop = timer.after(withinMs, giveUp);
    socket.once('error', giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('secureConnect', () => {
      stop();
      socket.off('error', giveUp);
      signal.removeEventListener('abort', giveUp);
      resolve({ socket, isHttp2: socket.alpnProtocol === 'h2' });
    });
  });
}

interface Http2Options {
  readonly baseUrl: string;
  readonly timer: Timer;
  readonly tls: SocketOptions['tls'] | undefined;
  /** The connection that was negotiated; used first. */
  readonly first: TLSSocket;
}

/**
 * Sends over HTTP/2 by `node:http2`, not by undici, for which a stream that the server has cancelled is complete. Each
 * DATA frame is a chunk of the record.
 */
export function createHttp2Client({ baseUrl, timer, tls, first }: Http2Options): Client {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  let unused: TLSSocket | null = first;
  let opened: OpenSession | null = null;
  const open = () => {
    if (opened && !opened.session.closed && !opened.session.destroyed) return opened;
    const socket = unused;
    unused = null;
    const session = connect(base.origin, {
      ...tls,
      ...(socket && !socket.destroyed && { createConnection: () => socket }),
    });
    const made: OpenSession = { session, goawayCode: 0 };
    session.on('error', () => {}); // Each of its streams says so.
    session.on('goaway', (code) => {
      made.goawayCode = code;
    });
    opened = made;
    return made;
  };
  return {
    send: async (request, limits) => {
      const { method, headers, target, body } = request;
      return receive(open, { request: { method, headers, body, target: prefix + target }, limits, timer });
    },
    close: async () => {
      unused?.destroy();
      opened?.session.destroy();
    },
  };
}

/** A session, and the code with which the server has ended it; 0: none, or no error. */
interface OpenSession {
  readonly session: ClientHttp2Session;
  goawayCode: number;
}

interface Context {
  readonly request: ExchangeRequest;
  readonly limits: ReadLimits;
  readonly timer: Timer;
}

function receive(open: () => OpenSession, { request, limits, timer }: Context): Promise<Received> {
  let stream: ClientHttp2Stream | null = null;
  const abort = () => stream?.close(constants.NGHTTP2_CANCEL);
  const reception = createReception({ limits, timer, abort, httpVersion: '2' });
  if (reception.isOver) return reception.received;
  let hasEnded = false;
  let failure: (Error & { readonly code?: string }) | null = null;
  try {
    const made = open();
    const { session } = made;
    const sent = session.request(toHeaders(request), { endStream: request.body === null });
    stream = sent;
    sent.on('headers', (headers) => reception.head(Number(headers[':status']), []));
    sent.on('response', (headers) => {
      reception.head(Number(headers[':status']), fromHeaders(headers));
      // Not before: from Node 22 on, bytes that come with the headers would be told before them.
      sent.on('data', (bytes: Uint8Array) => {
        if (!reception.data(bytes)) return;
        sent.pause();
        void reception.untilNext().then(() => sent.resume());
      });
    });
    sent.on('end', () => {
      hasEnded = true;
    });
    sent.on('error', (error) => {
      failure = error;
    });
    sent.on('close', () => {
      const { rstCode } = sent;
      const { goawayCode } = made;
      if (rstCode === 0 && hasEnded && !failure && goawayCode === 0) return reception.end('complete', null);
      const isGone = session.destroyed || session.closed;
      const reason = explain({ rstCode, goawayCode, failure });
      if (!reception.hasHead && failure?.code?.startsWith('E') && !failure.code.startsWith('ERR_HTTP2_STREAM'))
        return reception.end('not_connected', reason);
      reception.end(isGone && (goawayCode !== 0 || failure?.code === 'ECONNRESET') ? 'reset' : 'truncated', reason);
    });
    if (request.body !== null) sent.end(request.body);
  } catch (error) {
    reception.end('not_connected', messageOf(error));
  }
  return reception.received;
}

function explain({
  rstCode,
  goawayCode,
  failure,
}: {
  readonly rstCode: number;
  readonly goawayCode: number;
  readonly failure: Error | null;
}): string {
  if (goawayCode !== 0) return `the server ended the connection with GOAWAY ${nameOf(goawayCode)}`;
  if (rstCode !== 0) return `the server ended the stream with RST_STREAM ${nameOf(rstCode)}`;
  return failure?.message ?? 'the connection ended before the stream';
}

function nameOf(code: number): string {
  return `${codeNames[code] ?? 'of an unknown code'} (${code})`;
}

function toHeaders({ method, target, headers }: ExchangeRequest): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = { ':method': method, ':path': target };
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === 'host' || connectionHeaders.has(key)) continue;
    const known = all[key];
    all[key] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return all;
}

function fromHeaders(headers: IncomingHttpHeaders): Header[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (name.startsWith(':') || value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)] as const);
  });
}
