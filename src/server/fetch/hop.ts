import { fetchFailed } from './errors.ts';
import type { Upload } from './upload.ts';

/** One request of a `fetch`: the caller's, or the next one of a redirect. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly upload: Upload | null;
}

const LIMIT = 20;
const redirectStatuses: readonly (number | null)[] = [301, 302, 303, 307, 308];
/** Say nothing once the body is gone. */
const bodyHeaders = ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length'];
/** Secrets meant for one origin. */
const originHeaders = ['authorization', 'proxy-authorization', 'cookie', 'host'];

/**
 * The request that a redirect asks for, as in https://fetch.spec.whatwg.org/#http-redirect-fetch; null: the answer is
 * for the caller. Throws where `fetch` rejects.
 */
export function nextHop(
  hop: Hop,
  {
    status,
    location,
    mode,
    redirects,
  }: {
    readonly status: number | null;
    readonly location: string | null;
    readonly mode: Request['redirect'];
    /** How many there were. */
    readonly redirects: number;
  },
): Hop | null {
  if (!redirectStatuses.includes(status) || mode === 'manual') return null;
  if (mode === 'error') throw fetchFailed('unexpected redirect');
  if (location === null) return null;
  const url = resolve(location, hop.url);
  if (!/^https?:$/.test(url.protocol)) throw fetchFailed('URL scheme must be a HTTP(S) scheme');
  if (redirects === LIMIT) throw fetchFailed('redirect count exceeded');
  if (url.username || url.password) throw fetchFailed('cross origin not allowed for request mode "cors"');
  if (status !== 303 && hop.upload && !hop.upload.isRepeatable) throw fetchFailed('');
  const losesBody = losesItsBody(hop.method, status);
  const headers = new Headers(hop.headers);
  const dropped = [...(losesBody ? bodyHeaders : []), ...(url.origin === hop.url.origin ? [] : originHeaders)];
  for (const name of dropped) headers.delete(name);
  return losesBody ? { method: 'GET', url, headers, upload: null } : { ...hop, url, headers };
}

function resolve(location: string, base: URL): URL {
  try {
    const url = new URL(location, base);
    if (url.hash === '') url.hash = base.hash;
    return url;
  } catch (error) {
    throw fetchFailed(error);
  }
}

function losesItsBody(method: string, status: number | null): boolean {
  return (
    ((status === 301 || status === 302) && method === 'POST') ||
    (status === 303 && method !== 'GET' && method !== 'HEAD')
  );
}
