import type { StreamTransport } from './performance.ts';

/** Header names and values of an answer; a list is one line for each value. */
export type Headers = Record<string, string | string[]>;

/** An answer: whole, performed on the transport of its door, or no answer at all. */
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
  /** Called instead if the headers cannot be sent; ends what was started for the answer. */
  readonly fail?: () => void;
}

/** No answer, not even headers: the connection ends, or hangs, before the first byte. */
export interface NoAnswer extends Omit<StreamAnswer, 'status'> {
  readonly status: null;
}

/** Lists the headers of an answer, one name and value for each line. */
export function headerLines(headers: Readonly<Headers>): [name: string, value: string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : value.map((one): [string, string] => [name, one]),
  );
}

/** Creates an answer from encoded JSON: its text or its bytes. */
export function json<const Status extends number>(status: Status, body: string | Uint8Array): WholeAnswer<Status> {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** Creates an answer without a body. */
export function empty<const Status extends number>(status: Status, headers: Headers = {}): WholeAnswer<Status> {
  return { status, headers, body: null };
}

/** An error in FastAPI's shape. */
export function errorAnswer<const Status extends number>(
  status: Status,
  detail: string,
  headers: Headers = {},
): WholeAnswer<Status> {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ detail }) };
}

/** An error of the control API, which has a shape of its own. */
export function controlError(status: number, code: string, message: string): WholeAnswer {
  return json(status, JSON.stringify({ error: { code, message } }));
}

/** The `detail` of the answer to input that is not an HTTP request, as uvicorn words it. */
export const INVALID_REQUEST = 'Invalid HTTP request received.';
