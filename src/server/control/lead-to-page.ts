import { empty, type WholeAnswer } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';

/**
 * Who opens the address of the mock in a browser is led to the API reference, if a browser can open that. Null: it is
 * another request.
 */
export function leadToPage({ control }: Engine, request: IncomingRequest): WholeAnswer | null {
  const { method, path, isRemote } = request;
  const isBrowser = method === 'GET' && path === '/' && /\btext\/html\b/.test(request.header('accept') ?? '');
  if (!isBrowser || !control.isOn || control.token !== null || isRemote) return null;
  return empty(307, { location: `${baseUrl(request)}/__mock/docs`, vary: 'Accept' });
}
