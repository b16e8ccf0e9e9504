import type { StreamTransport } from './perform.ts';

/** Header names and values of an answer. */
export type Headers = Record<string, string>;

/** A whole answer, one that is performed on whatever transport the door has, or none. */
export type Answer<Status extends number = number> = WholeAnswer<Status> | StreamAnswer<Status> | NoAnswer;

/** An answer whose body is known when it leaves. */
export interface WholeAnswer<Status extends number = number> {
  readonly status: Status;
  readonly headers: Headers;
  readonly body: string | Uint8Array | null;
}

/** An answer whose body is performed on a transport. */
export interface StreamAnswer<Status extends number = number> {
  readonly status: Status;
  readonly headers: Headers;
  /** Called once the headers have left; never throws. */
  readonly perform: (transport: StreamTransport) => void;
  /** Called instead if the headers cannot be sent: ends what has begun for it. */
  readonly fail?: () => void;
}

/** Not even headers: the connection ends, or hangs, before any byte. */
export interface NoAnswer extends Omit<StreamAnswer, 'status'> {
  readonly status: null;
}

/** Ready JSON, as text or as its bytes. */
export function json<const Status extends number>(status: Status, body: string | Uint8Array): WholeAnswer<Status> {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** An answer without a body. */
export function empty<const Status extends number>(status: Status, headers: Headers = {}): WholeAnswer<Status> {
  return { status, headers, body: null };
}

/** An error in FastAPI's shape. */
export function problem<const Status extends number>(
  status: Status,
  detail: string,
  headers: Headers = {},
): WholeAnswer<Status> {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ detail }) };
}

/** An error of the control API, which has a shape of its own. */
export function controlProblem(status: number, code: string, message: string): WholeAnswer {
  return json(status, JSON.stringify({ error: { code, message } }));
}

/** The detail of the answer to what is no HTTP request, in uvicorn's words. */
export const INVALID_REQUEST = 'Invalid HTTP request received.';
