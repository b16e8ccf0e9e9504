import { z } from 'zod';
import { hideProtoKeys, showProtoKeys, showProtoName } from './proto-keys.ts';
import { shorten } from './shorten.ts';
import { didYouMean } from './suggest.ts';

/** Something wrong with a value, at a path into it; `key` names a key of the map there. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly key?: string;
  readonly message: string;
}

/** The value and its schema, where messages look up what is allowed. */
interface Judged {
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** Which members of a union a value may be; a thousand unknown keys would parse the whole value a thousand times. */
  readonly members: Map<z.ZodType, Map<unknown, readonly z.ZodType[]>>;
}

type ZodIssue = z.core.$ZodIssue;
type ZodIssueOf<Code extends ZodIssue['code']> = Extract<ZodIssue, { readonly code: Code }>;

interface ParsedValue<Value> {
  readonly data: Value | undefined;
  readonly issues: Issue[];
}

/**
 * Parses a value: what it is by its schema, or undefined and all that is wrong with it. Issues after the first `worded`
 * are in the words of zod, since to find better ones takes a hundred times longer.
 */
export function parseValue<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  { worded = Infinity }: { readonly worded?: number } = {},
): ParsedValue<Value> {
  return parseUnknownIn({ schema, value, known: [], worded });
}

/** The same, without issues at, or below, the places of issues that are known already. */
export function parseUnknownIn<Value>({
  schema,
  value,
  known,
  worded = Infinity,
}: {
  readonly schema: z.ZodType<Value>;
  readonly value: unknown;
  readonly known: readonly Issue[];
  readonly worded?: number;
}): ParsedValue<Value> {
  const shown = hideProtoKeys(value);
  const { success, data, error } = schema.safeParse(shown, { reportInput: true });
  if (success) return { data: shown === value ? data : showProtoKeys(data), issues: [] };
  const places = new Set(known.map(({ path }) => placeName(path)));
  // Before an issue is put into words, which takes longer than finding it.
  const isNews = ({ path }: { readonly path: readonly PropertyKey[] }) =>
    places.size === 0 || !placesAbove(path).some((place) => places.has(place));
  const judged: Judged = { schema, value: shown, members: new Map() };
  const issues = error.issues
    .filter(isNews)
    .flatMap((issue, index) =>
      index < worded ? toIssues(issue, judged) : [{ path: issue.path, message: issue.message }],
    );
  const news = issues.filter(isNews);
  return { data: undefined, issues: shown === value ? news : news.map(showProtoNames) };
}

function showProtoNames({ path, key, message }: Issue): Issue {
  return {
    path: path.map((step) => (typeof step === 'string' ? showProtoName(step) : step)),
    ...(key !== undefined && { key: showProtoName(key) }),
    message: showProtoName(message),
  };
}

function placesAbove(path: readonly PropertyKey[]): string[] {
  return [...path.keys(), path.length].map((length) => placeName(path.slice(0, length)));
}

function placeName(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map((step) => showProtoName(String(step))));
}

/** Words an issue of zod (parsed with `reportInput`): what is wrong, what is allowed and a suggestion. */
function toIssues(issue: ZodIssue, judged: Judged): Issue[] {
  const { path, input } = issue;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = [...new Set(keysAt(judged, path))];
      return issue.keys.map((key) => ({
        path,
        key,
        message: `unknown key ${show(key)}${didYouMean(key, allowed) || '.'}${allowed.length > 0 ? ` Allowed here: ${allowed.join(', ')}.` : ''}`,
      }));
    }
    case 'invalid_value':
      return [{ path, message: sayValue(path, input, issue.values.map(String)) }];
    case 'invalid_type': {
      const name = path.at(-1);
      if (input !== undefined || name === undefined) return [{ path, message: sayType(path, input, [issue.expected]) }];
      const must = issue.expected === 'nonoptional' ? '' : `; it must be ${kindName(issue.expected)}`;
      return [{ path, message: `"${String(name)}" is missing${must}` }];
    }
    case 'too_small':
    case 'too_big':
      return [{ path, message: `${where(path)}must ${limit(issue)}` }];
    case 'invalid_format':
      return [{ path, message: `${where(path)}${lowerFirst(issue.message)}, not ${show(input)}` }];
    case 'invalid_union':
      return unionIssues(issue, judged);
    case 'invalid_key': {
      const key = String(path.at(-1));
      const messages = issue.issues.map(({ message }) => `"${key}" ${lowerFirst(message)}`);
      return messages.map((message) => ({ path: path.slice(0, -1), key, message }));
    }
    default:
      return [{ path, message: `${where(path)}${lowerFirst(issue.message)}` }];
  }
}

function unionIssues(issue: ZodIssueOf<'invalid_union'>, judged: Judged): Issue[] {
  const { path, input } = issue;
  if (input === undefined && path.length > 0) {
    const kinds = kindsOf(issue).length > 0 ? kindsOf(issue) : issue.errors.flat().flatMap(kindsOf);
    return [
      { path, message: `"${String(path.at(-1))}" is missing${kinds.length > 0 ? `; it must be ${oneOf(kinds)}` : ''}` },
    ];
  }
  if ('options' in issue && Array.isArray(issue.options)) {
    const tag = path.at(-1);
    const value = typeof input === 'object' && input !== null && tag !== undefined ? Reflect.get(input, tag) : input;
    return [{ path, message: sayValue(path, value, issue.options.map(String)) }];
  }
  const meant = leastWrong(issue.errors.map((issues) => ({ issues })));
  if (meant.length === 0) return [{ path, message: sayType(path, input, issue.errors.flat().flatMap(kindsOf)) }];
  // If several members may be meant, the keys that one of them misses say nothing; only keys that none of them has
  // count.
  const issues = meant[0]?.issues ?? [];
  const unknown = meant.length > 1 ? issues.filter(({ code }) => code === 'unrecognized_keys') : [];
  return (unknown.length > 0 ? unknown : issues).flatMap((inner) =>
    toIssues({ ...inner, path: [...path, ...inner.path] } as ZodIssue, judged),
  );
}

/** The members of a union that were most likely meant; none if the value has no member's type. */
function leastWrong<Member extends { readonly issues: readonly ZodIssue[] }>(members: readonly Member[]): Member[] {
  const fitting = members.filter(
    ({ issues }) => !issues.some((issue) => issue.path.length === 0 && kindsOf(issue).length > 0),
  );
  const least = Math.min(...fitting.map(({ issues }) => wrongness(issues)));
  return fitting.filter(({ issues }) => wrongness(issues) === least);
}

/** Unknown or missing keys at the top level weigh more than anything inside. */
function wrongness(issues: readonly ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return sum + 10_000 * issue.keys.length;
    return sum + (issue.code === 'invalid_type' && issue.input === undefined && issue.path.length === 1 ? 10_000 : 1);
  }, 0);
}

/** The types or values an issue asks for. */
function kindsOf(issue: ZodIssue): string[] {
  if (issue.code === 'invalid_type') return [issue.expected];
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && issue.path.length === 0) return issue.errors.flat().flatMap(kindsOf);
  return [];
}

/** The keys a map at this path may have. */
function keysAt(judged: Judged, path: readonly PropertyKey[]): readonly string[] {
  const { schema, value } = judged;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return keysAt({ ...judged, schema: schema.def.innerType as z.ZodType }, path);
  }
  if (schema instanceof z.ZodUnion)
    return membersOf(schema, judged).flatMap((option) => keysAt({ ...judged, schema: option }, path));
  const [key, ...rest] = path;
  if (key === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const inner =
    schema instanceof z.ZodObject
      ? Object.hasOwn(schema.shape, key) && schema.shape[String(key)]
      : schema instanceof z.ZodArray
        ? schema.def.element
        : undefined;
  const innerValue = (value as Record<PropertyKey, unknown>)[key];
  return inner ? keysAt({ ...judged, schema: inner as z.ZodType, value: innerValue }, rest) : [];
}

function membersOf(union: z.ZodUnion, { value, members }: Judged): readonly z.ZodType[] {
  const known = members.get(union) ?? new Map<unknown, readonly z.ZodType[]>();
  members.set(union, known);
  const before = known.get(value);
  if (before) return before;
  const options = (union.options as readonly z.ZodType[]).map((option) => ({
    option,
    issues: option.safeParse(value, { reportInput: true }).error?.issues ?? [],
  }));
  const meant = leastWrong(options).map(({ option }) => option);
  known.set(value, meant);
  return meant;
}

function sayValue(path: readonly PropertyKey[], value: unknown, allowed: readonly string[]): string {
  const list = `Allowed: ${allowed.join(', ')}.`;
  if (value === undefined) return `"${String(path.at(-1) ?? 'value')}" is missing. ${list}`;
  return `${show(value)} is not allowed${(typeof value === 'string' && didYouMean(value, allowed)) || '.'} ${list}`;
}

function sayType(path: readonly PropertyKey[], value: unknown, expected: readonly string[]): string {
  return `${where(path)}must be ${oneOf(expected)}, not ${show(value)}`;
}

function oneOf(expected: readonly string[]): string {
  const kinds = [...new Set(expected.map(kindName))];
  return kinds.length < 2 ? kinds.join() : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`;
}

/** A zod type in the words of YAML authors. */
function kindName(expected: string): string {
  if (expected === 'object' || expected === 'record') return 'a map';
  if (expected === 'array') return 'a list';
  if (expected === 'int') return 'a whole number';
  if (expected === 'boolean') return 'true or false';
  if (expected === 'string' || expected === 'number') return `a ${expected}`;
  return expected;
}

function limit(issue: ZodIssueOf<'too_small'> | ZodIssueOf<'too_big'>): string {
  const bound = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const [inclusive, exclusive] = issue.code === 'too_small' ? ['at least', 'more than'] : ['at most', 'less than'];
  const amount = `${issue.exact ? 'exactly' : issue.inclusive === false ? exclusive : inclusive} ${bound}`;
  const { origin, input } = issue;
  if (origin !== 'string' && origin !== 'array') return `be ${amount}, not ${show(input)}`;
  const unit = origin === 'string' ? 'character' : 'item';
  const { length } = input as string | readonly unknown[]; // Only what has a length can have the wrong one.
  return `have ${amount} ${unit}${bound === 1 ? '' : 's'}, not ${length}`;
}

function where(path: readonly PropertyKey[]): string {
  const name = path.at(-1);
  if (name === undefined) return 'it ';
  return typeof name === 'number' ? `item ${name + 1} ` : `${show(String(name))} `;
}

function show(input: unknown): string {
  const text = typeof input === 'number' ? String(input) : (JSON.stringify(input) ?? String(input));
  return shorten(text);
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
