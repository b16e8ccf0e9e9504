import { type BodyLimits, readWebBody } from './read-body.ts';

/** What the server reads of a request, whichever door it came through. */
export interface IncomingRequest {
  readonly method: string;
  /** The path as it was sent, percent-encoding and all. */
  readonly path: string;
  /** The query as it was sent, without `?`; '' if there is none. */
  readonly query: string;
  /** Scheme and host as the client named them, for absolute URLs in answers. */
  readonly origin: string;
  /** Names and values of all headers, in turn. */
  readonly rawHeaders: readonly string[];
  /** The value of a header by its lower-case name; repeated ones joined by commas. */
  header(name: string): string | null;
  /** The whole body; rejects with BodyTooLargeError beyond a limit. */
  body(limits: BodyLimits): Promise<Uint8Array>;
  /** Aborts when the client goes away before it has its answer. Made when it is first asked for. */
  readonly signal: AbortSignal;
  /** Whether it has gone; cheaper than to ask the signal. */
  readonly hasLeft: boolean;
}

/** A web-standard request as the server reads it. */
export function fromWebRequest(request: Request): IncomingRequest {
  const { method, url, headers } = request;
  const pathStart = url.indexOf('/', url.indexOf('://') + 3);
  const fragment = url.indexOf('#');
  const target = url.slice(pathStart, fragment === -1 ? undefined : fragment);
  const queryStart = target.indexOf('?');
  return {
    method,
    path: queryStart === -1 ? target : target.slice(0, queryStart),
    query: queryStart === -1 ? '' : target.slice(queryStart + 1),
    origin: url.slice(0, pathStart),
    get rawHeaders() {
      return [...headers].flat();
    },
    header: (name) => headers.get(name),
    body: (limits) => readWebBody(request, limits),
    get signal() {
      return request.signal;
    },
    get hasLeft() {
      return request.signal.aborted;
    },
  };
}
