import { isObject, type Json } from '../json.ts';
import { annotations } from './keywords.ts';
import { child, type Located } from './located.ts';

/** The keywords of tests whose outcome may be known without a value. */
export type SettledKeyword = 'not' | 'if';

/** The schemas that a value must match because the outcome of a test is known: `not` of `not`, and a branch of `if`. */
export function settledSchemas(place: Located): Located[] {
  const schemas: Located[] = [];
  if (isSettled(place, 'not')) schemas.push(child(place, 'not', 'not'));
  if (isSettled(place, 'if')) schemas.push(child(place, allowsAll(child(place, 'if').value) ? 'then' : 'else'));
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
