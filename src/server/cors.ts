import type { Choices } from '../api/choices.ts';
import { type Answer, empty, type Headers, type WholeAnswer } from './answer.ts';
import type { IncomingRequest } from './request.ts';

/** Which origins may call the mock from a page. */
export interface CorsRules {
  readonly cors: Choices['cors'];
  /** Origins allowed beside those of the rule, as browsers write them. */
  readonly origins: ReadonlySet<string>;
}

const METHODS = 'GET, POST, DELETE';
/**
 * Whatever an allowed page asks to send: the SDKs' x-stainless-*, X-Test-Id, what tracing adds (traceparent, baggage).
 */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** What a page may read beyond the simple headers. */
const EXPOSED = [
  'retry-after, retry-after-ms, x-should-retry, www-authenticate, location, allow',
  ...['requests', 'tokens'].flatMap((of) => ['limit', 'remaining', 'reset'].map((what) => `x-ratelimit-${what}-${of}`)),
].join(', ');

/**
 * Returns the CORS headers of an answer: permission for the page's origin, or only `vary`. Null if no page called.
 * Never allows `*`.
 */
export function corsHeaders(request: IncomingRequest, rules: CorsRules): Headers | null {
  const origin = request.header('origin');
  if (origin === null) return null;
  if (!isAllowed(origin, rules)) return { vary: 'Origin' };
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin',
  };
}

/** Adds the CORS headers of an answer, if a page called. */
export function withCors(answer: Answer, request: IncomingRequest, rules: CorsRules): Answer {
  if ('vary' in answer.headers) return answer; // The answer to a preflight brings its own, more precise headers.
  const cors = corsHeaders(request, rules);
  return cors ? { ...answer, headers: { ...cors, ...answer.headers } } : answer;
}

/** The answer to a preflight, which needs no key; null if the request is none. */
export function answerPreflight(request: IncomingRequest, rules: CorsRules): WholeAnswer | null {
  const origin = request.header('origin');
  if (request.method !== 'OPTIONS' || origin === null || request.header('access-control-request-method') === null)
    return null;
  const vary =
    'Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network';
  if (!isAllowed(origin, rules)) return empty(403, { vary });
  const asked = (request.header('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => HEADER_NAME.test(name));
  const headers: Headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': METHODS,
    'access-control-max-age': '600',
    vary,
  };
  if (asked.length > 0) headers['access-control-allow-headers'] = asked.join(', ');
  // A page on a public address may not reach loopback without this (Private Network Access).
  if (request.header('access-control-request-private-network') === 'true')
    headers['access-control-allow-private-network'] = 'true';
  return empty(204, headers);
}

/** A page's origin as browsers send it (scheme, host and port), read from the start of a text; null if it is none. */
export function readOrigin(text: string): string | null {
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s\\]+/i.exec(text)?.[0];
  if (match === undefined || !URL.canParse(match)) return null;
  // Apps have schemes of their own (tauri://localhost), whose origin the URL standard leaves open.
  return /^https?:/i.test(match) ? new URL(match).origin : match.toLowerCase();
}

function isAllowed(origin: string, { cors, origins }: CorsRules): boolean {
  if (cors === 'none') return false;
  return origins.has(origin) || (cors === 'loopback' && isLoopbackOrigin(origin));
}

/** `http(s)://localhost`, `*.localhost`, 127.0.0.0/8 or [::1], with any port. */
function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(\[::1\]|[\w.-]+)(?::\d{1,5})?$/.exec(origin);
  return match?.[1] !== undefined && isLoopbackHost(match[1]);
}

/** A host name without its port. */
export function isLoopbackHost(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    host === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
