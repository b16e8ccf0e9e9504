import { isObject, type Json } from '../json.ts';
import { isEqual } from './is-same.ts';

/** What restricts a value by keyword; numbers are ordered, all else is a rule that holds or not. */
export type Limits = ReadonlyMap<string, Json>;

/** A lower number is the tighter one, or a higher. */
const bounds: Readonly<Record<string, 'upper' | 'lower'>> = {
  maximum: 'upper',
  maxLength: 'upper',
  maxItems: 'upper',
  maxProperties: 'upper',
  maxContains: 'upper',
  minimum: 'lower',
  minLength: 'lower',
  minItems: 'lower',
  minProperties: 'lower',
  minContains: 'lower',
};
const rules =
  'pattern format multipleOf uniqueItems contentEncoding contentMediaType prefixItems contains propertyNames patternProperties dependentRequired dependentSchemas unevaluatedItems unevaluatedProperties not if then else $dynamicRef'.split(
    ' ',
  );
/** They become bounds that say on which side of the number the values are. */
const exclusiveBounds = [
  ['exclusiveMaximum', 'maximum', 'below'],
  ['exclusiveMinimum', 'minimum', 'above'],
] as const;
/** Formats that are part of another. */
const wider: Readonly<Record<string, string>> = { int32: 'int64', float: 'double' };

/** Whether it is a number that values are held against. */
export function isBound(keyword: string): boolean {
  return bounds[keyword] !== undefined;
}

/** Reads the numeric limits of a schema. */
export function readLimits(schema: Json | undefined): Limits {
  if (!isObject(schema)) return new Map();
  const limits: [string, Json][] = [];
  for (const keyword of [...Object.keys(bounds), ...rules]) {
    const value = schema[keyword];
    if (value !== undefined && !saysNothing(keyword, value)) limits.push([keyword, value]);
  }
  for (const [keyword, plain, sign] of exclusiveBounds) {
    const value = schema[keyword] === true ? schema[plain] : schema[keyword]; // True is how 3.0 says it.
    if (typeof value === 'number') limits.push([plain, { [sign]: value }]);
  }
  return mergeLimits([limits]);
}

/** All of them must hold: the tightest of a bound; of rules that differ, each. */
export function mergeLimits(all: readonly Iterable<readonly [string, Json]>[]): Limits {
  const merged = new Map<string, Json>();
  for (const [keyword, value] of all.flatMap((limits) => [...limits])) {
    const known = merged.get(keyword);
    if (known === undefined || isEqual(known, value)) merged.set(keyword, value);
    else if (!bounds[keyword]) merged.set(keyword, { allOf: [known, value] });
    else if (isTighter(keyword, value, known)) merged.set(keyword, value);
  }
  return merged;
}

/** What a change from one value of a keyword to another does to what is allowed. */
export function judgeLimit(
  keyword: string,
  before: Json | undefined,
  after: Json | undefined,
): 'tightened' | 'loosened' | 'changed' {
  if (before === undefined) return 'tightened';
  if (after === undefined) return 'loosened';
  if (bounds[keyword]) return isTighter(keyword, after, before) ? 'tightened' : 'loosened';
  if (keyword === 'multipleOf' && typeof before === 'number' && typeof after === 'number') {
    if (after % before === 0) return 'tightened';
    return before % after === 0 ? 'loosened' : 'changed';
  }
  if (keyword === 'format' && wider[String(before)] === after) return 'loosened';
  if (keyword === 'format' && wider[String(after)] === before) return 'tightened';
  return 'changed';
}

function isTighter(keyword: string, one: Json, other: Json): boolean {
  const [number, shift] = toBound(one);
  const [otherNumber, otherShift] = toBound(other);
  const difference = number === otherNumber ? shift - otherShift : number - otherNumber;
  return bounds[keyword] === 'upper' ? difference < 0 : difference > 0;
}

/** The number, and to which side of it the values begin. */
function toBound(value: Json): readonly [number, number] {
  if (!isObject(value)) return [Number(value), 0];
  return value['below'] === undefined ? [Number(value['above']), 1] : [Number(value['below']), -1];
}

function saysNothing(keyword: string, value: Json): boolean {
  if (keyword === 'uniqueItems') return value === false;
  if (keyword === 'minContains') return value === 1;
  return value === 0 && ['minLength', 'minItems', 'minProperties'].includes(keyword);
}
