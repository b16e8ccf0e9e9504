import { signal } from '@preact/signals';

/** The key of this tab's storage: another tab, or the next start of the browser, asks for the token again. */
const TOKEN_KEY = 'chat-mock-token';

/** The control token; null until the server asks for one. */
export const token = signal(sessionStorage.getItem(TOKEN_KEY));
/** Whether the server refuses calls for want of the right token. */
export const needsToken = signal(false);

/** Keeps the token for this tab. */
export function useToken(value: string): void {
  sessionStorage.setItem(TOKEN_KEY, value);
  token.value = value;
  needsToken.value = false;
}

/** An answer of the server that is not a success, in its own words. */
class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What a call of the control API sends. */
export interface CallOptions {
  /** The world it is for; null: the default one. */
  readonly world?: string | null;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Calls the control API by its documented name, as `POST streams/1/pause`, and resolves to the response of a success.
 * Rejects with ApiError otherwise.
 */
export async function call(route: string, { world = null, body, signal }: CallOptions = {}): Promise<Response> {
  const [method = 'GET', path = ''] = route.split(' ');
  const headers: Record<string, string> = {};
  if (token.value !== null) headers['authorization'] = `Bearer ${token.value}`;
  if (world !== null) headers['x-test-id'] = world;
  const response = await fetch(path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  if (response.status === 401) needsToken.value = true;
  throw await readError(response);
}

/** The same for endpoints that answer with JSON. */
export async function callJson<Value>(route: string, options?: CallOptions): Promise<Value> {
  return (await (await call(route, options)).json()) as Value; // What the control API documents.
}

async function readError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ApiError(response.status, error.code, error.message);
  } catch {
    return new ApiError(response.status, 'http', `The server answered ${response.status}. ${text.slice(0, 200)}`);
  }
}
