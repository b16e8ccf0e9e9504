import type { CompilePattern, Pattern } from '../runtime/pattern.ts';

/**
 * What a field of a request must be: a value to equal; a pattern that a text, number or boolean matches; or, for an
 * object, the keys that it has, whatever else it has.
 */
export type Expected =
  | string
  | number
  | boolean
  | null
  | Pattern
  | readonly Expected[]
  | { readonly [key: string]: Expected };

/** Selects requests: all given fields must match. */
export interface RequestMatch {
  readonly operation?: string | undefined;
  readonly method?: Expected | undefined;
  readonly path?: Expected | undefined;
  readonly session_id?: Expected | undefined;
  readonly status?: Expected | undefined;
  readonly scenario?: Expected | undefined;
  /** By name, in upper or lower case. */
  readonly headers?: Readonly<Record<string, Expected>> | undefined;
  /** The body as JSON. */
  readonly body?: Expected | undefined;
}

/** The facts of a request, as far as they are known. */
export interface RequestFacts {
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
  readonly session_id: string | null;
  readonly status?: number | null;
  readonly scenario?: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One reason why a request does not match: where, what was expected, what was there. */
export interface Mismatch {
  readonly at: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Returns every reason why a request does not match; an empty list if it matches. */
export function mismatches(match: RequestMatch, facts: RequestFacts): Mismatch[] {
  const { headers } = match;
  return compareAll({ ...match, ...(headers && { headers: lowerNames(headers) }) }, facts);
}

/** Compares key by key; keys that the match leaves out are ignored. */
export function compareAll(match: Readonly<Record<string, Expected | undefined>>, facts: object): Mismatch[] {
  return Object.entries(match).flatMap(([key, expected]) =>
    expected === undefined
      ? []
      : compare(expected, Object.hasOwn(facts, key) ? Reflect.get(facts, key) : undefined, key),
  );
}

function lowerNames(headers: NonNullable<RequestMatch['headers']>): Expected {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function compare(expected: Expected, actual: unknown, at: string): Mismatch[] {
  const differs = [{ at, expected, actual: actual ?? null }];
  if (expected === null || typeof expected !== 'object') return expected === (actual ?? null) ? [] : differs;
  if (expected instanceof CompiledPattern) {
    // A number or a boolean by the text that JSON has for it; nothing else is a text.
    const isText = /^(?:string|number|boolean)$/.test(typeof actual);
    return isText && expected.test(String(actual)) ? [] : differs;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differs;
    return expected.flatMap((item, index) => compare(item, actual[index], `${at}[${index}]`));
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return differs;
  return Object.entries(expected).flatMap(([key, value]) =>
    compare(value as Expected, Object.hasOwn(actual, key) ? Reflect.get(actual, key) : undefined, `${at}.${key}`),
  );
}

/** A pattern that is compiled, as it is compared; JSON shows it as it was given. */
class CompiledPattern implements Pattern {
  readonly regex: string;
  readonly flags?: string | undefined;
  readonly #test: (text: string) => boolean;

  constructor(pattern: Pattern, compilePattern: CompilePattern) {
    this.regex = pattern.regex;
    if (pattern.flags !== undefined) this.flags = pattern.flags;
    this.#test = compilePattern(pattern);
  }

  test(text: string): boolean {
    return this.#test(text);
  }
}

/** The same match with its patterns compiled, which is how matches are compared. */
export function compileMatch<Match extends object>(match: Match, compilePattern: CompilePattern): Match {
  const entries = Object.entries(match).map(([key, expected]) => [key, compileExpected(expected, compilePattern)]);
  return Object.fromEntries(entries) as Match; // Its own keys, with values of the same types.
}

function compileExpected(expected: Expected | undefined, compilePattern: CompilePattern): Expected | undefined {
  if (typeof expected !== 'object' || expected === null || expected instanceof CompiledPattern) return expected;
  if (isPattern(expected)) return new CompiledPattern(expected, compilePattern);
  if (Array.isArray(expected)) return expected.map((item) => compileExpected(item, compilePattern) ?? null);
  return compileMatch(expected, compilePattern) as Expected;
}

/** How many compiled patterns a match compares. */
export function countPatterns(match: unknown): number {
  if (typeof match !== 'object' || match === null) return 0;
  if (match instanceof CompiledPattern) return 1;
  return Object.values(match).reduce<number>((sum, inner) => sum + countPatterns(inner), 0);
}

/** The patterns in a match, each with its place. */
export function findPatterns(
  expected: unknown,
  path: readonly PropertyKey[],
): { readonly pattern: Pattern; readonly path: readonly PropertyKey[] }[] {
  if (typeof expected !== 'object' || expected === null) return [];
  if (isPattern(expected)) return [{ pattern: expected, path }];
  return Object.entries(expected).flatMap(([key, inner]) =>
    findPatterns(inner, [...path, Array.isArray(expected) ? Number(key) : key]),
  );
}

/** A map of these keys alone is a pattern, wherever it stands. */
function isPattern(expected: object): expected is Pattern {
  const keys = Object.keys(expected);
  return (
    Object.hasOwn(expected, 'regex') &&
    typeof Reflect.get(expected, 'regex') === 'string' &&
    keys.every((key) => key === 'regex' || key === 'flags')
  );
}
