import { isObject, type Json } from '../json.ts';
import { annotations } from './keywords.ts';
import { child, type Located } from './located.ts';

/** The keywords of tests whose outcome may be known without a value. */
export type SettledKeyword = 'not' | 'if';

/** A schema that a value must match because the outcome of a test is known. */
interface SettledSchema {
  readonly schema: Located;
  /** Whether `unevaluatedProperties` and `unevaluatedItems` count what it evaluates; below `not` they never do. */
  readonly isSeen: boolean;
}

/** The inner schema of `not` of `not`, and the branch that an `if` always takes. */
export function settledSchemas(place: Located): SettledSchema[] {
  const schemas: SettledSchema[] = [];
  if (isSettled(place, 'not')) schemas.push({ schema: child(place, 'not', 'not'), isSeen: false });
  if (isSettled(place, 'if')) {
    const branch = allowsAll(child(place, 'if').value) ? 'then' : 'else';
    schemas.push({ schema: child(place, branch), isSeen: true });
  }
  return schemas;
}

/** Whether the outcome of a test is known, so that `settledSchemas` has all that it says. */
export function isSettled(place: Located, keyword: SettledKeyword): boolean {
  const { value } = child(place, keyword);
  if (keyword === 'if') return allowsAll(value) || allowsNone(value);
  return innerNot(value) !== undefined;
}

/** Whether a schema allows any value, as it is written. */
export function allowsAll(value: Json | undefined): boolean {
  return value === true || (isObject(value) && Object.keys(value).every((name) => annotations.has(name)));
}

function allowsNone(value: Json | undefined): boolean {
  return value === false || allowsAll(innerNot(value));
}

/** The schema of a `not` that stands alone. */
function innerNot(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return undefined;
  return Object.keys(value).every((name) => name === 'not' || annotations.has(name)) ? value['not'] : undefined;
}
