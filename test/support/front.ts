import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

type Fetch = (request: Request) => Promise<Response>;

export interface FrontOptions {
  readonly tls?: {
    readonly key: string;
    readonly cert: string;
    /** Clients must show a certificate of this authority. */
    readonly ca?: string;
  };
  /** Sends a stream's bytes in its own way, and ends it or not. */
  readonly sendStream?: (bytes: Buffer, response: ServerResponse) => void;
  /** Stands before every path. */
  readonly prefix?: string;
}

/** A server of plain node:http, or node:https, before a mock that has no socket. */
export async function startFront(fetch: Fetch, { tls, sendStream, prefix = '' }: FrontOptions = {}) {
  const server = (tls ? createTlsServer({ ...tls, requestCert: tls.ca !== undefined }) : createServer()).on(
    'request',
    async (incoming, response) => {
      const path = incoming.url ?? '/';
      if (!path.startsWith(prefix)) return response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
      const { method = 'GET', headers } = incoming;
      const body = method === 'POST' ? Buffer.concat(await incoming.toArray()) : null;
      const names = ['authorization', 'content-type'].flatMap((name): [string, string][] =>
        headers[name] === undefined ? [] : [[name, String(headers[name])]],
      );
      const answer = await fetch(
        new Request(`http://mock${path.slice(prefix.length)}`, { method, headers: names, body }),
      );
      const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
      response.writeHead(answer.status, [...answer.headers].flat());
      if (isStream && sendStream) return sendStream(Buffer.from(await answer.arrayBuffer()), response);
      if (!answer.body) return response.end();
      return Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]).pipe(response); // The same class, typed twice.
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a pipe's name.
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${prefix}`,
    port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
