import { empty, type WholeAnswer } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';
import { controlPath } from '../routes.ts';

/** Redirects a browser that opens the address of the mock to the inspector. Null: it is another request, or it is off. */
export function leadToPage({ control }: Engine, request: IncomingRequest): WholeAnswer | null {
  const { method, path, isRemote } = request;
  const isFront = path === '/' || path === '/__mock';
  const isBrowser = method === 'GET' && isFront && /\btext\/html\b/.test(request.header('accept') ?? '');
  if (!isBrowser || !control.isOn || (control.token === null && isRemote)) return null;
  return empty(307, { location: `${baseUrl(request)}${controlPath}`, vary: 'Accept' });
}
