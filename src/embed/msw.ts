import type { ChatMock } from '../node/mock.ts';
import { ChatMockError } from '../runtime/errors.ts';
import { apiRoots } from '../server/own-paths.ts';

/** The part of MSW's `http` that is used, in MSW 2 and 3; `Handler` is its `HttpHandler`. */
export interface HttpLike<Handler> {
  all(path: RegExp, resolver: (info: { readonly request: Request }) => Promise<Response>): Handler;
}

/** How MSW reaches the mock. */
export interface ChatMockHandlersOptions<Handler> {
  /** MSW's own: `import { http } from 'msw'`. */
  readonly http: HttpLike<Handler>;
  /** The base URL of your client. In a page it may be relative: `/` or `/llama`. */
  readonly baseURL: string;
  /** The world that the requests live in, as `X-Test-Id`. Default: what the client sends, or the default world. */
  readonly testId?: string | undefined;
}

/**
 * Handlers for MSW 2 and 3, in Node and in a service worker, which answer the Chat API below `baseURL`. All other
 * requests go to your other handlers. A lost connection rejects the client's `fetch`, and an abort reaches the mock.
 * Throws ChatMockError `bad_argument` if `baseURL` is not a URL.
 *
 * @example
 * ```ts
 * const server = setupServer(...chatMockHandlers(mock, { http, baseURL: 'https://api.cloud.llamaindex.ai' }));
 * ```
 */
export function chatMockHandlers<Handler>(
  mock: Pick<ChatMock, 'fetch' | 'basePath'>,
  { http, baseURL, testId }: ChatMockHandlersOptions<Handler>,
): Handler[] {
  const base = readBase(baseURL);
  /** In Node a signal aborts only as long as its request is alive. */
  const callers = new WeakMap<ReadableStream, Request>();
  const answer = async ({ request }: { readonly request: Request }) => {
    const headers = new Headers(request.headers);
    if (testId !== undefined) headers.set('x-test-id', testId);
    const { method, body, signal, redirect } = request;
    const leaving = new AbortController();
    const leave = () => leaving.abort(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const init = { method, headers, body, redirect, signal: leaving.signal, ...(body && { duplex: 'half' as const }) };
    try {
      const response = await mock.fetch(
        `${new URL(base).origin}${mock.basePath}${request.url.slice(base.length)}`,
        init,
      );
      if (response.body) callers.set(response.body, request);
      return toCarried(response, leave);
    } catch {
      return Response.error(); // Thrown, the error would become an answer with status 500.
    }
  };
  const roots = [...apiRoots].map(escapePattern).join('|');
  return [http.all(new RegExp(`^${escapePattern(base)}(?:${roots})(?:/.*)?$`), answer)];
}

/** The response, made so that MSW carries how it ends. */
function toCarried(response: Response, leave: () => void): Response {
  const { body, status, statusText } = response;
  if (body === null) return response;
  const headers = new Headers(response.headers);
  // What has no length, MSW 3 writes until the connection closes: a cut would look like an end.
  if (!headers.has('content-length')) headers.set('transfer-encoding', 'chunked');
  const carried = new Response(body, { status, statusText, headers });
  if (carried.body) hearCancel(carried.body, leave);
  return carried;
}

/**
 * MSW 2 keeps a clone of every response, which nobody reads. The two share the body by `tee`, and a body is cancelled
 * only once both sides are: the client's `cancel()` would never settle, and the mock would never hear of it.
 */
function hearCancel(body: ReadableStream<Uint8Array>, leave: () => void): void {
  const tee = (): [ReadableStream<Uint8Array>, ReadableStream<Uint8Array>] => {
    const [kept, clone] = ReadableStream.prototype.tee.call(body);
    const reader = kept.getReader();
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    };
    return [new ReadableStream({ pull, cancel: leave }, { highWaterMark: 0 }), clone];
  };
  Object.defineProperty(body, 'tee', { value: tee });
}

function readBase(baseURL: string): string {
  const { document } = globalThis as { readonly document?: { readonly baseURI?: string } };
  const page = document?.baseURI;
  if (URL.canParse(baseURL, page)) {
    const { protocol, origin, pathname } = new URL(baseURL, page);
    if (/^https?:$/.test(protocol)) return (origin + pathname).replace(/\/+$/, '');
  }
  throw new ChatMockError(
    'bad_argument',
    `Failed to make handlers: baseURL "${baseURL}" is not a URL of http:// or https://. Pass the base URL of your client, such as https://api.cloud.llamaindex.ai.`,
  );
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
