import { ChatMockError } from '../../runtime/errors.ts';
import { isOwnPath } from '../own-paths.ts';
import type { Fetch } from './fetch.ts';

/** Which requests of the global `fetch` a mock answers. */
export interface InstallOptions {
  /**
   * The base URL of your client: the mock answers everything below it. In a page it may be relative, and the default is
   * the page's own origin, of which only the paths of the API are the mock's.
   */
  readonly baseURL?: string | undefined;
}

/** The URL prefixes that a mock answers. */
export interface InstallTarget {
  readonly hostname: string;
  readonly basePath: string;
}

/** Puts a mock in the place of the global `fetch` for what is below a URL; returns what undoes it. */
export function installFetch({ baseURL }: InstallOptions, createFetch: (target: InstallTarget) => Fetch): () => void {
  const page = readPage();
  const base = readBase(baseURL ?? (page && new URL('/', page).href), page);
  const basePath = base.pathname.replace(/\/+$/, '');
  const takesAll = basePath !== '' || base.origin !== (page && new URL(page).origin);
  const answer = createFetch({ hostname: base.hostname, basePath });
  const { fetch: before } = globalThis;
  let isOn = true;
  const patched: typeof globalThis.fetch = (input, init) => {
    const href = input instanceof Object && 'url' in input ? input.url : String(input);
    if (isOn && URL.canParse(href, page) && isBelow(new URL(href, page))) return answer(input, init);
    return Reflect.apply(before, globalThis, [input, init]);
  };
  const isBelow = ({ origin, pathname }: URL) => {
    if (origin !== base.origin) return false;
    if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return false;
    return takesAll || isOwnPath(pathname);
  };
  globalThis.fetch = patched;
  return () => {
    isOn = false; // Another patch may have been put over this one; then that stays, and this passes everything on.
    if (globalThis.fetch === patched) globalThis.fetch = before;
  };
}

/** What relative URLs are relative to. */
function readPage(): string | undefined {
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI?: string };
    readonly location?: { readonly href?: string };
  };
  const page = document?.baseURI ?? location?.href;
  return page !== undefined && /^https?:/.test(page) ? page : undefined;
}

function readBase(baseURL: string | undefined, page: string | undefined): URL {
  if (baseURL !== undefined && URL.canParse(baseURL, page)) {
    const base = new URL(baseURL, page);
    if (/^https?:$/.test(base.protocol)) return base;
  }
  const given =
    baseURL === undefined ? 'there is no page, and no baseURL' : `baseURL "${baseURL}" is not a URL of HTTP`;
  throw new ChatMockError(
    'bad_argument',
    `Failed to install: ${given}. Pass the base URL of your client, such as { baseURL: 'https://api.cloud.llamaindex.ai' }.`,
  );
}
