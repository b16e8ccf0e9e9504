import { decodePart, isSecretName, REDACTED } from '../runtime/secret-names.ts';
import type { KnownSecrets } from './known-secrets.ts';

/** Schemes of the Authorization header, which some clients and proxies write into headers of another name. */
const SCHEME = /^\s*(?:(?:bearer|digest|negotiate|apikey)\s+\S|(?:basic|token)\s+[\w+/=.~-]{8,}\s*$)/i;

/** A query without the values of secret names, and without known secrets. Names and order stay as they were sent. */
export function redactQuery(query: string, known: KnownSecrets): string {
  if (query === '') return query;
  const clean = query.split('&').map(redactPair).join('&');
  return redactParts(clean, '&', known);
}

/** A path without known secrets. */
export function redactPath(path: string, known: KnownSecrets): string {
  return redactParts(path, '/', known);
}

/** A pair of a query. Some servers read `;` as a separator too: from a secret after one on, nothing is shown. */
function redactPair(pair: string): string {
  let start = 0;
  let equals = pair.indexOf('=');
  for (;;) {
    const semicolon = pair.indexOf(';', start);
    if (equals < start) equals = pair.indexOf('=', start);
    if (equals === -1) return pair;
    const end = semicolon === -1 ? pair.length : semicolon;
    if (equals < end && isSecretName(pair.slice(start, equals), pair.slice(equals + 1)))
      return pair.slice(0, equals + 1) + REDACTED;
    if (semicolon === -1) return pair;
    start = semicolon + 1;
  }
}

/** Parts of a URL without known secrets, which may be percent-encoded there. */
function redactParts(text: string, separator: string, known: KnownSecrets): string {
  if (!known.isIn(text) && !known.isIn(decodePart(text))) return text;
  const parts = text.split(separator).map((part) => {
    const shown = known.redact(part);
    return known.isIn(decodePart(shown)) ? REDACTED : shown;
  });
  return parts.join(separator);
}

/**
 * The value of a header: nothing of one with a secret name or a key of any scheme, else the queries of URLs without
 * theirs.
 */
export function redactHeader(name: string, value: string, known: KnownSecrets): string {
  if (isSecretName(name, value) || SCHEME.test(value)) return REDACTED;
  const shown = value.replace(/\/\/[^/?#\s@]*@/g, `//${REDACTED}@`);
  return known.redact(
    shown.replace(/([?#])([^?#\s"'<>]+)/g, (_, mark: string, query: string) => mark + redactQuery(query, known)),
  );
}

/** A body as JSON without the values of secret keys, or as text without those of its pairs. */
export function redactBody(body: unknown, known: KnownSecrets): unknown {
  return typeof body === 'string' ? redactText(body, known) : redactValue(body, known);
}

/** A copy without secrets. It is called for bodies of a limited depth only. */
export function redactValue(value: unknown, known: KnownSecrets): unknown {
  if (typeof value === 'string') return known.redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactNamed(key, inner, known)]));
}

/** `true`, `false` and `null` are not secrets under any name. */
function redactNamed(key: string, value: unknown, known: KnownSecrets): unknown {
  const canBeSecret = value !== null && typeof value !== 'boolean';
  return canBeSecret && isSecretName(key, value) ? REDACTED : redactValue(value, known);
}

const PART_NAME = /name="?([^"\r\n;]{1,256})/i;
const VALUE = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^[\]{},\s]+/sy;
/** How much of a text before a `:` or `=` is looked at for a name. */
const LONGEST_NAME = 64;

/** What is not JSON: a form in either encoding, or JSON that is broken. */
function redactText(text: string, known: KnownSecrets): string {
  if (/^\s*--/.test(text)) return known.redact(redactMultipart(text));
  if (/^[^\s{}[\]"']+=/.test(text)) return redactQuery(text, known);
  return known.redact(redactBrokenJson(text));
}

function redactMultipart(text: string): string {
  const parts = text.split(/(\r?\n--)/);
  return parts
    .map((part) => {
      const blank = /\r?\n\r?\n/.exec(part);
      const name = PART_NAME.exec(part.slice(0, blank?.index))?.[1];
      return blank && name !== undefined && isSecretName(name)
        ? part.slice(0, blank.index + blank[0].length) + REDACTED
        : part;
    })
    .join('');
}

function redactBrokenJson(text: string): string {
  const shown: string[] = [];
  let at = 0;
  for (const { index, 0: separator } of text.matchAll(/[:=]\s*/g)) {
    if (index < at || !isSecretName(nameBefore(text, index))) continue;
    VALUE.lastIndex = index + separator.length;
    shown.push(text.slice(at, VALUE.lastIndex), REDACTED);
    const value = VALUE.exec(text);
    // A list or a map: where it ends cannot be told in a text that is broken.
    at = value ? VALUE.lastIndex : text.length;
  }
  return shown.join('') + text.slice(at);
}

/** The name that ends there, in quotes or not; '' if there is none. */
function nameBefore(text: string, end: number): string {
  const before = text.slice(Math.max(0, end - LONGEST_NAME), end).trimEnd();
  const quote = before.at(-1);
  if (quote !== '"' && quote !== "'") return /[\w.-]*$/.exec(before)?.[0] ?? '';
  const name = before.slice(before.lastIndexOf(quote, -2 + before.length) + 1, -1);
  return name.includes('\\') ? decodeEscapes(name) : name;
}

/** A name with the escapes of JSON. */
function decodeEscapes(name: string): string {
  try {
    return String(JSON.parse(`"${name}"`));
  } catch {
    return name; // Not what JSON would have: taken as it stands.
  }
}
