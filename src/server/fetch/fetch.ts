import { type Answer, headerLines, type NoAnswer, type StreamAnswer, type WholeAnswer } from '../answer.ts';
import type { App, Door } from '../app.ts';
import { aborted, connectionLost, fetchFailed } from './errors.ts';
import { type Hop, nextHop } from './hop.ts';
import { refuseUnreadable, refuseUnsendable } from './refuse.ts';
import { toRequest } from './to-request.ts';
import { abandon, nowhere, toResponse } from './to-response.ts';
import { Upload } from './upload.ts';
import { WebRequest } from './web-request.ts';

/** The type of the global `fetch`. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

/** Read at start, before a test can replace the global. */
const platformFetch: Fetch | undefined = globalThis.fetch;

/** A `fetch` that needs no socket and behaves as Node's own does on one. Schemes other than HTTP are the platform's. */
export function createFetch(app: App, basePath = ''): Fetch {
  /** In Node a signal follows the caller's only as long as every request between the two is alive. */
  const callers = new WeakMap<Request, unknown>();
  return async (input, init) => {
    const request = toRequest(input, init);
    callers.set(request, input);
    if (!/^https?:/.test(request.url) && platformFetch) return platformFetch(request);
    const { method, headers, signal } = request;
    const upload = toUpload(request, init);
    if (signal.aborted) {
      upload?.cancel(signal.reason);
      throw signal.reason;
    }
    const first = { method, url: new URL(request.url), headers, upload };
    return untilAborted(follow({ app, basePath, request }, first), { request, upload });
  };
}

function toUpload({ body, headers }: Request, init: RequestInit | undefined): Upload | null {
  if (!body) return null;
  const given = init?.body;
  const isStream = given instanceof ReadableStream || (given instanceof Object && Symbol.asyncIterator in given);
  const length = headers.get('content-length');
  return new Upload(body, { isRepeatable: !isStream, lengthBytes: length === null ? NaN : Number(length) });
}

/** Rejects as soon as the caller gives up, however late the headers are. */
function untilAborted(
  answer: Promise<Response>,
  { request: { signal }, upload }: { readonly request: Request; readonly upload: Upload | null },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      upload?.cancel(signal.reason);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
      upload?.cancel(undefined); // The answer may come before the whole body was read.
    });
  });
}

/** What stays the same while redirects are followed. */
interface Call {
  readonly app: App;
  readonly basePath: string;
  readonly request: Request;
}

/** Sends the request and follows redirects. */
async function follow(call: Call, first: Hop): Promise<Response> {
  const { request } = call;
  let hop = first;
  let type: 'basic' | 'cors' = 'basic';
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(call, hop);
    if (answer.status === null) return withoutHeaders(answer, request);
    const next = nextOf(answer, { hop, redirects, mode: request.redirect });
    if (!next) return toResponse(answer, { request, hop, redirected: redirects > 0, type });
    abandon(answer);
    if (next.url.origin !== hop.url.origin) type = 'cors';
    hop = next;
  }
}

async function ask({ app, basePath, request }: Call, hop: Hop): Promise<Answer> {
  const unsendable = refuseUnsendable(hop.headers);
  if (unsendable) throw fetchFailed(unsendable);
  const unreadable = refuseUnreadable(hop);
  if (unreadable) return unreadable;
  const door = new WebDoor(new WebRequest(hop, { signal: request.signal, basePath }));
  try {
    // The app reads the door's request; its router asks this one for its method only.
    await app.fetch(hop.method === request.method ? request : new Request(hop.url, { method: hop.method }), { door });
  } catch (error) {
    throw hop.upload?.failure ? uploadFailed(hop.upload.failure.error) : error;
  }
  if (request.signal.aborted) {
    door.abandon();
    throw request.signal.reason;
  }
  return door.answer;
}

/** Keeps the answer: only a `fetch` that is over knows what becomes of it. */
class WebDoor implements Door {
  readonly request: WebRequest;
  #answer: Answer | null = null;
  #isAbandoned = false;

  constructor(request: WebRequest) {
    this.request = request;
  }

  get answer(): Answer {
    if (!this.#answer) throw new Error('The app returned without an answer.');
    return this.#answer;
  }

  deliver(answer: Answer): Response {
    const { status, headers } = answer;
    // A head that cannot be sent throws here, where the app can still answer with an error. `Headers` checks the names
    // and values: where Node's adapter has replaced the global `Response`, that one does not.
    if (status !== null) new Response(null, { status, headers: new Headers(headerLines(headers)) });
    this.#answer = answer;
    if (this.request.hasLeft) this.abandon(); // At once: its turn frees the session.
    return new Response();
  }

  /** Ends the answer if the caller has given up. */
  abandon(): void {
    if (!this.#isAbandoned) abandon(this.answer);
    this.#isAbandoned = true;
  }
}

/** Node's `fetch` takes an AbortError of the body for an abort. */
function uploadFailed(error: unknown): Error {
  return error instanceof Object && 'name' in error && error.name === 'AbortError' ? aborted() : fetchFailed(error);
}

function nextOf(
  answer: WholeAnswer | StreamAnswer,
  { hop, redirects, mode }: { readonly hop: Hop; readonly redirects: number; readonly mode: Request['redirect'] },
): Hop | null {
  const location = new Headers(headerLines(answer.headers)).get('location');
  try {
    return nextHop(hop, { status: answer.status, location, redirects, mode });
  } catch (error) {
    abandon(answer);
    throw error;
  }
}

/** Rejects as if the connection had ended before the first byte, or never settles. */
function withoutHeaders({ perform }: NoAnswer, { signal }: Request): Promise<Response> {
  return new Promise((_, reject) => {
    let leave = () => {};
    perform({
      ...nowhere,
      onClose: (callback) => {
        leave = callback;
      },
      end: (how) => {
        if (how !== 'hang') reject(connectionLost('fetch failed', how));
      },
    });
    const abort = () => {
      leave();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
