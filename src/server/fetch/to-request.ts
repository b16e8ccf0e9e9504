/** The request that `fetch` makes of what it is given. Throws TypeError where `fetch` rejects with one. */
export function toRequest(input: Request | URL | string, init: RequestInit | undefined): Request {
  if (typeof input === 'object' && 'signal' in input && !(input instanceof URL) && !(input instanceof Request)) {
    return new Request(copyRequest(input), init);
  }
  return new Request(typeof input === 'string' ? againstDocument(input) : input, init);
}

/** A request of another realm, or of another implementation, which the platform's own would take for a URL. */
function copyRequest(request: Request): Request {
  if (request.bodyUsed) {
    throw new TypeError('Cannot construct a Request with a Request object that has already been used.');
  }
  const { url, method, headers, body, signal, redirect } = request;
  return new Request(url, { method, headers: [...headers], body, signal, redirect, ...(body && { duplex: 'half' }) });
}

/** A page's URLs may be relative, also where the page is simulated and `Request` is Node's, which knows no page. */
function againstDocument(url: string): string {
  const { document } = globalThis as { readonly document?: { readonly baseURI?: string } };
  const base = document?.baseURI;
  return base !== undefined && URL.canParse(url, base) ? new URL(url, base).href : url;
}
