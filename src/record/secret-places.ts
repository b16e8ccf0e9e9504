import { isSecretName } from '../runtime/secret-names.ts';

/** A part of a text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Names whose values are secret in addition to those that look so. */
export type NameRule = (name: string) => boolean;

/** Of a text before a `:` or `=`, so much is looked at for a name. */
const LONGEST_NAME = 128;
/** Tokens that are recognized wherever they stand: with their scheme, as a JWT, by the beginnings of known keys. */
const TOKENS = [
  /(?<=\b(?:bearer|apikey|negotiate)(?:\s|%20|\+){1,3})(?!\w{1,20}=["'])[\w.~+/=-]{6,}/gi,
  /(?<=\b(?:basic|digest)\s{1,3})(?!\w{1,20}=["'])[\w.~+/=-]{8,}/gi,
  /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g,
  /\b(?:llx|sk|pk|ghp|gho|xox[abp])[-_][\w-]{8,}/g,
  /\bAKIA[0-9A-Z]{12,}/g,
] as const;
/** The name and password of a URL. */
const USER_INFO = /(?<=\/\/)[^/?#\s"'@\\]{1,256}(?=@)/g;
/** The query of a URL within a text, up to what cannot stand in one. JSON writes `&` as \u0026 where it is careful. */
const URL_QUERY = /(?<=https?:(?:\\?\/){2}[^\s"'<>?]{1,2048}\?)(?:[^\s"'<>\\]|\\u0026){1,8192}/gi;

/** Finds the places of a text that hold a secret by the name before them or by their form. Some may overlap. */
export function secretPlaces(text: string, isNamed: NameRule): Place[] {
  const found: Place[] = [];
  for (const pattern of [...TOKENS, USER_INFO])
    for (const { index, 0: match } of text.matchAll(pattern)) found.push({ start: index, end: index + match.length });
  for (const { index, 0: query } of text.matchAll(URL_QUERY))
    if (query.split(/&|\\u0026/).some((pair) => isSigned(pair, isNamed))) found.push(...valuesOf(query, index));
  let from = 0;
  for (const { index } of text.matchAll(/[:=]/g)) {
    if (index < from) continue;
    const name = nameBefore(text, index);
    // First by the name alone: to find where a value ends may take the whole text.
    if (name === '' || !isSecretPair(name, 'x', isNamed)) continue;
    const { places, end, isSingle } = valueAfter(text, index);
    const [first] = places;
    from = end;
    if (!first || (isSingle && !isSecretPair(name, text.slice(first.start, first.end), isNamed))) continue;
    for (const place of places) found.push(place);
  }
  return found;
}

/** Returns whether a value of this name must be hidden. The names of this API that only look secret are none. */
export function isSecretPair(name: string, value: string, isNamed: NameRule): boolean {
  if (/^(?:true|false|null|)$/.test(value)) return false;
  if (isNamed(name)) return true;
  if (PLAIN.has(name.toLowerCase())) return false;
  return isSecretName(name, value);
}

/** Ids by which the requests and answers of this API belong together; a recording without them could not be replayed. */
const PLAIN = new Set([
  ...['session_id', 'call_id', 'source_id', 'attachment_name'],
  // They say which key a server wants, and hold none.
  ...['www-authenticate', 'proxy-authenticate'],
]);

function isSigned(pair: string, isNamed: NameRule): boolean {
  const [name = '', value = ''] = pair.split('=', 2);
  return isSecretPair(name, value, isNamed);
}

/** The values of a signed query: all of them, since together they are the signature. */
function valuesOf(query: string, offset: number): Place[] {
  return [...query.matchAll(/=((?:(?!\\u0026)[^&]){1,8192})/g)].map(({ index, 1: value = '' }) => ({
    start: offset + index + 1,
    end: offset + index + 1 + value.length,
  }));
}

/** The name that ends there: in quotes, which may be escaped because the JSON stands within JSON, or without. */
function nameBefore(text: string, end: number): string {
  const before = text.slice(Math.max(0, end - LONGEST_NAME), end).trimEnd();
  const quote = before.at(-1);
  if (quote !== '"' && quote !== "'") return /[\w.%+-]{1,120}$/.exec(before)?.[0] ?? '';
  const open = before.lastIndexOf(quote, before.length - 2);
  return open === -1 ? '' : withoutEscapes(before.slice(open + 1, -1).replace(/\\+$/, ''));
}

function withoutEscapes(name: string): string {
  return name.replaceAll(/\\+u([0-9a-f]{4})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** Where a value ends, and what of it would be hidden. */
interface Value {
  readonly places: readonly Place[];
  readonly end: number;
  /** Whether it is a single text or word, and no list or map. */
  readonly isSingle: boolean;
}

/** What stands after a `:` or `=` as a value: a text, a bare word, or each value within a list or map. */
function valueAfter(text: string, separator: number): Value {
  const start = separator + 1 + (/^\s*/.exec(text.slice(separator + 1, separator + 33))?.[0].length ?? 0);
  const opening = /^(\\{0,7})(["'])/.exec(text.slice(start, start + 8));
  if (opening) {
    const place = textAt(text, start, opening);
    return { places: [place], end: place.end, isSingle: true };
  }
  const head = text[start];
  if (head === '{' || head === '[') return valuesWithin(text, start);
  const isPair = text[separator] === '=';
  const bare = isPair ? /[^&;\s"'<>\\,}\]]*/y : /[^,}\]\r\n"\\]*/y;
  bare.lastIndex = start;
  const word = bare.exec(text)?.[0].trimEnd() ?? '';
  const end = start + word.length;
  return { places: word === '' ? [] : [{ start, end }], end, isSingle: true };
}

function textAt(text: string, start: number, [opening, slashes = '', quote = '"']: RegExpExecArray): Place {
  const from = start + opening.length;
  const closing = slashes + quote;
  let end = text.indexOf(closing, from);
  // One more escape before it: the quote is a part of the text.
  while (end !== -1 && countSlashes(text, end) % (2 * (slashes.length + 1)) !== 0) end = text.indexOf(closing, end + 1);
  return { start: from, end: end === -1 ? text.length : end };
}

function countSlashes(text: string, before: number): number {
  let count = 0;
  while (text[before - 1 - count] === '\\') count += 1;
  return count;
}

/** The texts and numbers in a list or map; to its end, or to that of a text that is cut in the middle of it. */
function valuesWithin(text: string, start: number): Value {
  const found: Place[] = [];
  const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*|[[\]{}]/gy;
  let depth = 0;
  let at = start;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) {
      at += 1;
      continue;
    }
    const [all, inner, colon] = match;
    if (inner !== undefined && colon === undefined) found.push({ start: at + 1, end: at + 1 + inner.length });
    else if (/^-?\d/.test(all)) found.push({ start: at, end: at + all.length });
    else if (all === '{' || all === '[') depth += 1;
    else if (all === '}' || all === ']') depth -= 1;
    at += all.length;
    if (depth === 0) break;
  }
  return { places: found, end: at, isSingle: false };
}
