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
  /** The whole body; rejects with BodyTooLargeError beyond the limit, without reading on. */
  body(limitBytes: number): Promise<Uint8Array>;
  /** Aborts when the client goes away before it has its answer. Made when it is first asked for. */
  readonly signal: AbortSignal;
  /** Whether it has gone; cheaper than to ask the signal. */
  readonly hasLeft: boolean;
}

/** Larger bodies are refused with 413. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

export class BodyTooLargeError extends Error {}

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
    body: (limitBytes) => readWebBody(request, limitBytes),
    get signal() {
      return request.signal;
    },
    get hasLeft() {
      return request.signal.aborted;
    },
  };
}

async function readWebBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw new BodyTooLargeError();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return joinBytes(chunks, sizeBytes);
}

export function joinBytes(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
