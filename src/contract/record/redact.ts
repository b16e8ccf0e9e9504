import { createMatcher } from './matcher.ts';
import { formsOf } from './secret-forms.ts';
import { unescapeText } from './unescape.ts';

/** Removes secrets from everything that is reported: given keys, and tokens that were learned during the run. */
export interface Redactor {
  /** Hides this text from now on. Values that are not text, and short ones, are ignored. */
  learn(token: unknown): void;
  text(text: string): string;
  /** Every text in a value, keys included. */
  value<Value>(value: Value): Value;
  /** Whether a text holds a secret. */
  isSecret(text: string): boolean;
  /** Where secrets stand in a text, by their beginning. Some may overlap. */
  rangesIn(text: string): readonly Range[];
}

const SHOWN = '[redacted]';
/** A shorter text could occur in ordinary text. */
const SHORTEST = 6;
/** The last places at which a text was cut: what stands before one may be the beginning of a secret. */
const MAX_CUTS = 8;
const CUT = '…';
/** Keys of objects that are remembered to hold no secret. */
const MAX_KEYS = 1000;
const LONGEST_KEY = 40;
/** What is shown between two cuts is no longer than this. */
const MAX_EXCERPT = 1000;
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization', 'x-api-key']);

/**
 * Creates a redactor for keys, which are found in every form a server may echo them in: as they are, percent-encoded,
 * escaped, in base64 (alone or within a longer text), as hexadecimal digits. The time is linear in the length of a text.
 */
export function createRedactor(keys: readonly string[]): Redactor {
  const all = keys.map(formsOf);
  const within = new Set(all.flatMap((one) => one.within));
  const forms = [...all.flatMap(({ whole }) => whole), ...within].filter(({ length }) => length >= SHORTEST);
  const matcher = createMatcher({ shortest: SHORTEST });
  for (const form of forms) matcher.add(form);
  /** The same few keys stand in every report. */
  const cleanKeys = new Set<string>();
  const rangesIn = (text: string) => {
    const plain = unescapeText(text);
    const found = matcher
      .find(plain.text)
      .map((range) => (within.has(plain.text.slice(range.start, range.end)) ? widen(plain.text, range) : range));
    const cut = cutSecrets(plain.text, forms);
    if (found.length + cut.length === 0) return [];
    const ranges = [...found, ...cut].toSorted((a, b) => a.start - b.start);
    return ranges.map(({ start, end }) => ({ start: plain.originalPlace(start), end: plain.originalPlace(end) }));
  };
  const text = (given: string) => {
    if (given.length < SHORTEST) return given;
    const parts: string[] = [];
    let from = 0;
    for (const { start, end } of rangesIn(given)) {
      if (start >= from) parts.push(given.slice(from, start), SHOWN);
      from = Math.max(from, end);
    }
    return from === 0 ? given : `${parts.join('')}${given.slice(from)}`;
  };
  const isClean = (given: unknown): boolean => {
    if (typeof given === 'string') return given.length < SHORTEST || rangesIn(given).length === 0;
    if (typeof given !== 'object' || given === null) return true;
    if (Array.isArray(given)) return given.every(isClean);
    for (const key of Object.keys(given)) {
      if (!cleanKeys.has(key)) {
        if (!isClean(key)) return false;
        if (cleanKeys.size < MAX_KEYS && key.length <= LONGEST_KEY) cleanKeys.add(key);
      }
      if (!isClean((given as Record<string, unknown>)[key])) return false;
    }
    return true;
  };
  const redacted = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (typeof given !== 'object' || given === null) return given;
    if (Array.isArray(given)) return given.map(redacted);
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [text(key), redacted(inner)]));
  };
  return {
    learn: (token) => {
      if (typeof token !== 'string') return;
      cleanKeys.clear();
      matcher.add(token);
      matcher.add(Buffer.from(token).toString('latin1'));
    },
    text,
    // Most values hold no secret; they stay the same objects.
    value: <Value>(given: Value) => (isClean(given) ? given : (redacted(given) as Value)), // Only texts change.
    isSecret: (given) => rangesIn(given).length > 0,
    rangesIn,
  };
}

/** Headers without those that hold secrets by their nature. */
export function redactHeaders(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  return headers.map(([name, value]) => [name, SECRET_HEADERS.has(name.toLowerCase()) ? SHOWN : value] as const);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Takes in the base64 characters beside a match: bits of the secret are in up to two of them, and in the padding. */
function widen(text: string, { start, end }: Range): Range {
  const before = /[A-Za-z0-9+/_-]{1,2}$/.exec(text.slice(Math.max(0, start - 2), start))?.[0].length ?? 0;
  const after = /^[A-Za-z0-9+/_-]{0,2}={0,2}/.exec(text.slice(end, end + 4))?.[0].length ?? 0;
  return { start: start - before, end: end + after };
}

/** Finds parts of secrets beside a `…`: a beginning before it, an end after it, a middle between two. */
function cutSecrets(text: string, forms: readonly string[]): Range[] {
  const found: Range[] = [];
  let cut = text.lastIndexOf(CUT);
  let next = text.length;
  for (let count = 0; cut !== -1 && count < MAX_CUTS; count += 1) {
    // Quotes may stand between, and half of an escape.
    const before = text.slice(0, cut).replace(/["']$/, '');
    const whole = before.replace(/(?:%[0-9a-f]?|\\(?:u[0-9a-f]{0,3})?|&#?\w{0,6})$/i, '');
    const beginning = Math.max(0, ...forms.map((form) => overlap(whole, form)));
    if (beginning >= SHORTEST) found.push({ start: whole.length - beginning, end: before.length });
    const after = text.slice(cut + CUT.length, Math.min(next, cut + MAX_EXCERPT));
    const isMiddle = next < text.length && after.length >= SHORTEST && forms.some((form) => form.includes(after));
    const end = isMiddle ? after.length : Math.max(0, ...forms.map((form) => overlap(form, after)));
    if (end >= SHORTEST) found.push({ start: cut + CUT.length, end: cut + CUT.length + end });
    next = cut;
    cut = cut === 0 ? -1 : text.lastIndexOf(CUT, cut - 1);
  }
  return found;
}

/** How many characters the end of one text has in common with the beginning of another, the whole of neither. */
function overlap(ending: string, beginning: string): number {
  for (let length = Math.min(ending.length, beginning.length - 1); length >= SHORTEST; length -= 1)
    if (ending.endsWith(beginning.slice(0, length))) return length;
  return 0;
}
