import { type OperationId, operations } from '../api/operations.ts';

/** A request on its way to the mock, with what a fault may know about it. */
export interface Hop {
  readonly request: Request;
  readonly operation: OperationId | null;
  readonly sessionId: string | null;
  /** The request's JSON; undefined without a JSON body. */
  readonly body: unknown;
  /** Forwards the request, or another one instead. */
  next(request?: Request): Promise<Response>;
  /** Sends an extra request with the accepted key. */
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  /** State that a fault keeps between the requests of a run. */
  readonly memory: Map<string, unknown>;
}

/** A fault: it stands between the runner and the mock and may change either side. */
export type Meddle = (hop: Hop) => Promise<Response>;
/** A server as a function. */
export type Fetch = (request: Request) => Promise<Response>;

/** Wraps the mock in a fault. */
export function meddleWith(fetch: Fetch, meddle: Meddle): Fetch {
  const memory = new Map<string, unknown>();
  return async (request) => {
    const { operation, sessionId } = recognize(request);
    const text = request.method === 'POST' ? await request.clone().text() : '';
    const ask: Hop['ask'] = (method, path, body) => {
      const init = { method, headers: { authorization: 'Bearer self-test', 'content-type': 'application/json' } };
      const own = new Request(
        new URL(path, request.url),
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      );
      return fetch(own);
    };
    return meddle({
      request,
      operation,
      sessionId,
      body: parse(text),
      next: (other = request) => fetch(other),
      ask,
      memory,
    });
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No body, or one that is broken on purpose.
  }
}

const patterns = Object.entries(operations).map(([id, { method, path }]) => ({
  id: id as OperationId, // Keys of the table are its ids.
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
}));

function recognize({ method, url }: Request): Pick<Hop, 'operation' | 'sessionId'> {
  const { pathname } = new URL(url);
  for (const one of patterns) {
    const match = one.method === method ? one.pattern.exec(pathname) : null;
    if (match) return { operation: one.id, sessionId: match[1] === undefined ? null : decodeURIComponent(match[1]) };
  }
  return { operation: null, sessionId: null };
}

/** Any JSON; the rows change it freely. */
// biome-ignore lint/suspicious/noExplicitAny: a fault reaches into JSON of any shape.
export type Json = any;

/** Changes the JSON of successful answers of some operations. */
export function inJson(ids: readonly OperationId[], edit: (json: Json, hop: Hop) => Json): Meddle {
  return async (hop) => {
    const response = await hop.next();
    if (!isOne(ids, hop) || !response.ok || response.status === 204) return response;
    return withBody(response, JSON.stringify(await edit(await response.json(), hop)));
  };
}

/** Changes the text of successful answers. */
export function inText(ids: readonly OperationId[], edit: (text: string) => string | Uint8Array<ArrayBuffer>): Meddle {
  return async (hop) => {
    const response = await hop.next();
    return isOne(ids, hop) && response.ok ? withBody(response, edit(await response.text())) : response;
  };
}

/** Changes the 422 answers. */
export function inRefusals(edit: (json: Json, hop: Hop) => Json): Meddle {
  return async (hop) => {
    const response = await hop.next();
    return response.status === 422 ? withBody(response, JSON.stringify(edit(await response.json(), hop))) : response;
  };
}

/** Answers with another status where an operation succeeds. */
export function withStatus(ids: readonly OperationId[], status: number): Meddle {
  return async (hop) => {
    const response = await hop.next();
    if (!isOne(ids, hop) || !response.ok) return response;
    return new Response(response.status === 204 ? null : response.body, { status, headers: response.headers });
  };
}

/** Sets or removes a header of successful answers. */
export function withHeader(ids: readonly OperationId[], name: string, value: string | null): Meddle {
  return async (hop) => {
    const response = await hop.next();
    if (!isOne(ids, hop) || !response.ok) return response;
    const headers = new Headers(response.headers);
    if (value === null) headers.delete(name);
    else headers.set(name, value);
    // Bytes, because a string body would set a content type.
    return new Response(response.body, { status: response.status, headers });
  };
}

/** Sends another request instead. */
export function inRequest(ids: readonly OperationId[], edit: (body: Json, hop: Hop) => Json): Meddle {
  return async (hop) => {
    if (!isOne(ids, hop) || hop.body === undefined) return hop.next();
    const body = edit(hop.body, hop);
    return hop.next(body === hop.body ? hop.request : new Request(hop.request.clone(), { body: JSON.stringify(body) }));
  };
}

/** Refuses a valid request with the 422 of some other mistake. */
export function refusing(ids: readonly OperationId[], isRefused: (body: Json) => boolean): Meddle {
  return async (hop) => {
    if (!isOne(ids, hop) || !isRefused(hop.body)) return hop.next();
    const detail = [{ loc: ['body'], msg: 'Not taken', type: 'value_error' }];
    return Response.json({ detail }, { status: 422 });
  };
}

/** Notes what is asked for and whether it succeeds, before the fault sees the answer. */
export const noting =
  (note: (hop: Hop, isOk: boolean) => void, act: Meddle): Meddle =>
  async (hop) => {
    const response = await hop.next();
    note(hop, response.ok);
    return act({ ...hop, next: async (request) => (request ? hop.next(request) : response) });
  };

/** Returns whether a request is for one of the given operations. */
export function isOne(ids: readonly OperationId[], { operation }: Hop): boolean {
  return operation !== null && ids.includes(operation);
}

/** Copies a response with another body and without its length. */
export function withBody(response: Response, body: string | Uint8Array<ArrayBuffer>): Response {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return new Response(bytes, { status: response.status, headers: response.headers });
}
