import { Agent, request as requestHttp } from 'node:http';
import { connect } from 'node:http2';
import type { Readable } from 'node:stream';

/** A request to the mock. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose body has still to be read. */
export interface Answer {
  readonly status: number;
  /** Its iterator throws when the answer is cut. */
  readonly body: Readable;
  /** Goes away without reading the rest. */
  leave(): void;
}

/** Sends a request; rejects if the connection ends before an answer. */
export type Send = (sent: Sent) => Promise<Answer>;

/** The connections of one visit. */
export interface Line {
  readonly send: Send;
  close(): void;
}

/** Over HTTP/1.1, with connections that are used again. */
export function overHttp1(base: string): Line {
  const agent = new Agent({ keepAlive: true });
  const send: Send = ({ method = 'GET', path, body, headers = {} }) =>
    new Promise((resolve, reject) => {
      const request = requestHttp(base + path, { method, headers, agent });
      request.once('response', (response) => {
        resolve({ status: response.statusCode ?? 0, body: response, leave: () => request.destroy() });
      });
      // Later than the answer: its body says so, too.
      request.on('error', reject);
      request.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** Over HTTP/2, each request a stream of one connection, which a `reset` ends for all of them. */
export function overHttp2(base: string, ca: string): Line {
  const session = connect(base, { ca });
  session.on('error', () => {}); // Each of its streams says so.
  const send: Send = ({ method = 'GET', path, body, headers = {} }) =>
    new Promise((resolve, reject) => {
      const stream = session.request(
        { ':method': method, ':path': path, ...headers },
        { endStream: body === undefined },
      );
      stream.once('response', (answer) => {
        resolve({ status: Number(answer[':status']), body: stream, leave: () => stream.close(8) });
      });
      stream.on('error', reject);
      // A stream that is closed without an error and without an answer.
      stream.once('close', () => reject(new Error('The stream was closed before an answer.')));
      if (body !== undefined) stream.end(body);
    });
  return { send, close: () => session.destroy() };
}
