import { signal } from '@preact/signals';

/** The key that calls of the API are made with: any is good unless the mock was started with --api-key. */
export const apiKey = signal(sessionStorage.getItem('chat-mock-key') ?? 'anything');

/** Keeps the key for this tab. */
export function keepApiKey(key: string): void {
  sessionStorage.setItem('chat-mock-key', key);
  apiKey.value = key;
}

/** Where the API is: beside the control API, below the same base path. */
const api = new URL('../api/v1/', document.baseURI);
/** The address of the mock, for commands to copy. */
export const mockUrl = new URL('..', document.baseURI).href.replace(/\/$/, '');

/** What a call of the API sends. */
interface ChatOptions {
  readonly world: string | null;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Calls the API as any client does, as `GET chat`; rejects with what a refusal says. */
export async function chat(route: string, { world, body, signal }: ChatOptions): Promise<Response> {
  const [method = 'GET', path = ''] = route.split(' ');
  const response = await fetch(new URL(path, api), {
    method,
    headers: {
      authorization: `Bearer ${apiKey.value}`,
      ...(world !== null && { 'x-test-id': world }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  const text = await response.text();
  const advice = response.status === 401 ? ' This mock takes certain keys only: give one of them as the API key.' : '';
  throw new Error(`The mock answered ${response.status}: ${text.slice(0, 500)}${advice}`);
}

/** The same for answers in JSON. */
export async function chatJson<Value>(route: string, options: ChatOptions): Promise<Value> {
  return (await (await chat(route, options)).json()) as Value; // What the API documents.
}
