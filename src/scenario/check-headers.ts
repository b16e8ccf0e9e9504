import type { Issue } from '../runtime/parse-issue.ts';
import type { InlineScenario } from './schema.ts';

/** Headers that frame the body or belong to the connection (RFC 9110, section 7.6.1; RFC 2616, section 13.5.1). */
const reserved: readonly string[] = [
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Returns whether only the server sets a header, by its lower-case name. */
export function isReservedHeader(name: string): boolean {
  return reserved.includes(name);
}

/** Statuses whose answer has no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const bodiless: readonly number[] = [204, 205, 304];

/** Headers that only the server can set: Node throws on some of them, and others garble the connection. */
export function checkHeaders(headers: NonNullable<InlineScenario['headers']>): Issue[] {
  const seen = new Map<string, string>();
  return Object.keys(headers).flatMap((name) => {
    const lower = name.toLowerCase();
    if (isReservedHeader(lower)) {
      const message = `the server sets "${lower}" itself; remove it. A scenario may set any header except ${reserved.join(', ')}`;
      return [{ path: ['headers'], key: name, message }];
    }
    const twin = seen.get(lower);
    if (twin === undefined) seen.set(lower, name);
    return twin === undefined
      ? []
      : [{ path: ['headers'], key: name, message: `"${name}" is the same header as "${twin}"; remove one of them` }];
  });
}

/** A body where the status allows none. */
export function checkBody({ status, body, body_base64 }: InlineScenario): Issue[] {
  if (status === undefined || !bodiless.includes(status)) return [];
  const given = Object.entries({ body, body_base64 }).filter(([, value]) => (value ?? null) !== null);
  return given.map(([key]) => ({ path: [], key, message: `an answer with status ${status} has no body; remove it` }));
}
