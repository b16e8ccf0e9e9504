import { at, isObject, type Json, type JsonObject } from '../json.ts';
import { fromWhole, isMultiple, isWhole as isWholeNumber, leastCommonMultiple } from './decimals.ts';
import { canonical } from './equality.ts';
import type { Branch } from './form.ts';
import type { Located } from './located.ts';
import { textsOf } from './object-shape.ts';
import { isSettled } from './settled-tests.ts';

/** The limits of the values of one type, by keyword. */
export type Limits = ReadonlyMap<string, Limit>;

interface Limit {
  /** A numeric limit; null for a keyword whose `rules` must all hold. */
  readonly bound: Bound | null;
  readonly rules: ReadonlyMap<string, Json>;
  readonly place: Located;
}

interface Bound {
  readonly number: number | bigint;
  /** Whether the number itself is excluded. */
  readonly isExclusive: boolean;
}

/** Whether a lower (upper bound) or a higher (lower bound) number is tighter. */
const bounds: Readonly<Record<string, readonly [side: 'upper' | 'lower', type: string]>> = {
  maximum: ['upper', 'number'],
  minimum: ['lower', 'number'],
  maxLength: ['upper', 'string'],
  minLength: ['lower', 'string'],
  maxItems: ['upper', 'array'],
  minItems: ['lower', 'array'],
  maxProperties: ['upper', 'object'],
  minProperties: ['lower', 'object'],
};
const exclusiveBounds = [
  ['exclusiveMaximum', 'maximum'],
  ['exclusiveMinimum', 'minimum'],
] as const;
const rules: Readonly<Record<string, readonly string[]>> = {
  string: ['pattern', 'format', 'contentEncoding', 'contentMediaType'],
  number: ['format', 'multipleOf'],
  array: ['uniqueItems'],
};
/** The formats that contain a format. */
const widerFormats: Readonly<Record<string, readonly string[]>> = {
  int8: ['int16', 'int32', 'int64'],
  int16: ['int32', 'int64'],
  int32: ['int64'],
  uint8: ['uint16', 'uint32', 'uint64'],
  uint16: ['uint32', 'uint64'],
  uint32: ['uint64'],
  float: ['double'],
  email: ['idn-email'],
  hostname: ['idn-hostname'],
  uri: ['uri-reference', 'iri', 'iri-reference'],
  iri: ['iri-reference'],
  'uri-reference': ['iri-reference'],
};
/** Formats of OpenAPI 3.0 that are keywords in later versions. */
const formatsOf30: Readonly<Record<string, readonly [keyword: string, value: string]>> = {
  byte: ['contentEncoding', 'base64'],
  binary: ['contentMediaType', 'application/octet-stream'],
};

/** Reads the limits of a branch: the tightest of each bound, and all rules. */
export function readLimits({ type, isWhole, atoms }: Pick<Branch, 'type' | 'isWhole' | 'atoms'>): Limits {
  const limits = new Map<string, Limit>();
  const add = (keyword: string, limit: Limit) => {
    const known = limits.get(keyword);
    limits.set(keyword, known ? both(keyword, known, limit) : limit);
  };
  for (const place of atoms) {
    const { value } = place;
    if (!isObject(value)) continue;
    for (const [keyword, bound] of boundsOf(value, type)) add(keyword, { bound, rules: new Map(), place });
    for (const [keyword, rule] of rulesOf(value, type))
      add(keyword, { bound: null, rules: new Map([[canonical(rule), rule]]), place });
  }
  const required = new Set(atoms.flatMap((place) => textsOf(at(place.value, 'required'))));
  for (const [keyword, limit] of limits) {
    const isImplied = keyword === 'minProperties' && (limit.bound?.number ?? 0) <= required.size;
    const plain = isImplied ? null : simplify(keyword, limit, isWhole);
    if (plain) limits.set(keyword, plain);
    else limits.delete(keyword);
  }
  return limits;
}

/** Whether a branch allows every value of its type. */
export function isUnlimited(branch: Branch): boolean {
  const isSimple = branch.rest.length === 0 && !branch.atoms.some(hasRules);
  return isSimple && readLimits(branch).size === 0;
}

/** Whether a schema has rules that are not limits. */
export function hasRules(place: Located): boolean {
  const { value } = place;
  if (!isObject(value)) return false;
  const isTested = (['not', 'if'] as const).some((keyword) => keyword in value && !isSettled(place, keyword));
  return isTested || 'contentSchema' in value || '$dynamicRef' in value;
}

/** Whether a change tightens or loosens a limit; null if it does neither. */
export function judgeLimit(
  keyword: string,
  before: Limit | undefined,
  after: Limit | undefined,
): 'tightened' | 'loosened' | 'changed' | null {
  if (!before || !after) return before ? 'loosened' : after ? 'tightened' : null;
  if (before.bound && after.bound) {
    if (before.bound.number === after.bound.number && before.bound.isExclusive === after.bound.isExclusive) return null;
    return isTighter(keyword, after.bound, before.bound) ? 'tightened' : 'loosened';
  }
  const asksForAll = (one: Limit, other: Limit) =>
    [...other.rules].every(
      ([key, rule]) => one.rules.has(key) || [...one.rules.values()].some((mine) => implies(keyword, mine, rule)),
    );
  const [isTighterNow, isLooserNow] = [asksForAll(after, before), asksForAll(before, after)];
  if (isTighterNow && isLooserNow) return null;
  return isTighterNow ? 'tightened' : isLooserNow ? 'loosened' : 'changed';
}

/** The value of a limit as reports show it. */
export function showLimit(limit: Limit | undefined): Json | undefined {
  if (!limit) return undefined;
  const { bound } = limit;
  if (bound) return bound.isExclusive ? { exclusive: bound.number } : bound.number;
  const [first, ...others] = limit.rules.values();
  return others.length > 0 ? [...limit.rules.values()] : first;
}

/** Whether a value is within the limits; null if that depends on a format or a pattern. */
export function keepsTo(limits: Limits, value: Json): boolean | null {
  const answers = [...limits].map(([keyword, { bound, rules: each }]) => {
    if (keyword === 'multipleOf')
      return [...each.values()].every((rule) => isNumber(value) && isMultiple(value, Number(rule)));
    const size = sizeOf(keyword, value);
    if (!bound || size === null) return null;
    if (size === bound.number) return !bound.isExclusive;
    return isTighter(keyword, { number: size, isExclusive: false }, bound);
  });
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function sizeOf(keyword: string, value: Json): number | bigint | null {
  if (isNumber(value)) return value;
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return keyword.endsWith('Properties') && isObject(value) ? Object.keys(value).length : null;
}

function* boundsOf(value: JsonObject, type: string): Iterable<readonly [string, Bound]> {
  for (const [keyword, [, of]] of Object.entries(bounds)) {
    const number = value[keyword];
    if (of === type && isNumber(number)) yield [keyword, { number, isExclusive: false }];
  }
  if (type !== 'number') return;
  for (const [keyword, plain] of exclusiveBounds) {
    const number = value[keyword] === true ? value[plain] : value[keyword]; // OpenAPI 3.0 writes true.
    if (isNumber(number)) yield [plain, { number, isExclusive: true }];
  }
}

function* rulesOf(value: JsonObject, type: string): Iterable<readonly [string, Json]> {
  for (const keyword of rules[type] ?? []) {
    const rule = value[keyword];
    if (rule === undefined) continue;
    const written = keyword === 'format' && typeof rule === 'string' ? formatsOf30[rule] : undefined;
    if (written && type === 'string') yield written;
    else yield [keyword, keyword.startsWith('content') && typeof rule === 'string' ? rule.toLowerCase() : rule];
  }
}

function both(keyword: string, one: Limit, other: Limit): Limit {
  if (one.bound && other.bound) return isTighter(keyword, other.bound, one.bound) ? other : one;
  return { ...other, rules: new Map([...one.rules, ...other.rules]) };
}

/** Returns null for a limit that restricts nothing. */
function simplify(keyword: string, limit: Limit, isWhole: boolean): Limit | null {
  const { bound } = limit;
  if (bound) {
    if (bound.number <= 0 && /^min(?:Length|Items|Properties)$/.test(keyword)) return null;
    return isWhole ? { ...limit, bound: toWhole(keyword, bound) } : limit;
  }
  if (keyword === 'multipleOf') return simplifyMultiple(limit, isWhole);
  const said = [...limit.rules].filter(
    ([, rule]) =>
      !(keyword === 'uniqueItems' && rule !== true) &&
      !(keyword === 'pattern' && (rule === '' || rule === '.*')) &&
      ![...limit.rules.values()].some((other) => other !== rule && implies(keyword, other, rule)),
  );
  return said.length > 0 ? { ...limit, rules: new Map(said) } : null;
}

function simplifyMultiple(limit: Limit, isWhole: boolean): Limit | null {
  const numbers = [...limit.rules.values()].filter((rule) => typeof rule === 'number');
  if (numbers.length < limit.rules.size) return limit;
  const multiple = [...numbers, ...(isWhole ? [1] : [])].reduce(leastCommonMultiple);
  return isWhole && multiple === 1 ? null : { ...limit, rules: new Map([[canonical(multiple), multiple]]) };
}

function toWhole(keyword: string, { number, isExclusive }: Bound): Bound {
  const isUpper = bounds[keyword]?.[0] === 'upper';
  if (!isWholeNumber(number)) {
    if (!Number.isFinite(number)) return { number, isExclusive };
    return { number: isUpper ? Math.floor(number) : Math.ceil(number), isExclusive: false };
  }
  const step = isUpper ? -1n : 1n;
  return { number: isExclusive ? fromWhole(BigInt(number) + step) : number, isExclusive: false };
}

function isNumber(value: Json | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function implies(keyword: string, one: Json, other: Json): boolean {
  if (keyword === 'format') return widerFormats[String(one)]?.includes(String(other)) ?? false;
  return keyword === 'multipleOf' && typeof one === 'number' && typeof other === 'number' && isMultiple(one, other);
}

function isTighter(keyword: string, one: Bound, other: Bound): boolean {
  if (one.number === other.number) return one.isExclusive && !other.isExclusive;
  return bounds[keyword]?.[0] === 'upper' ? one.number < other.number : one.number > other.number;
}
