import { at, type Json } from '../json.ts';
import { compareBranches } from './compare-branches.ts';
import { compareDescriptions } from './compare-descriptions.ts';
import { compareValues, isListed } from './compare-values.ts';
import { isEqual } from './equality.ts';
import { type Form, formOf } from './form.ts';
import { isUnlimited } from './limits.ts';
import type { Located, Pair } from './located.ts';
import { isLost, referenceOf } from './references.ts';
import { describingPlaces, type Schema } from './schemas.ts';
import type { Side } from './side.ts';
import { report, type Walk } from './walk.ts';

const writtenAsText: ReadonlySet<string> = new Set(['integer', 'number', 'boolean']);

/** Compares two schemas for the current direction. */
export function compareSchemas(walk: Walk, schemas: Pair<Schema>): void {
  const { before, after } = schemas;
  const forms = { before: formOf(walk.before, before), after: formOf(walk.after, after) };
  compareDescriptions(walk, schemas, new Set([...forms.before.types, ...forms.after.types]));
  const lost = { before: lostReferences(walk.before, before), after: lostReferences(walk.after, after) };
  if (isEqual(lost.before, lost.after)) compareForms(walk, schemas, forms);
  else report(walk, 'cannot-compare', { place: after.place, ...lost });
}

/** The references that cannot be resolved. */
function lostReferences(side: Side, schema: Schema): Json {
  return describingPlaces(side, schema)
    .filter((place) => isLost(side, place))
    .map((place) => referenceOf(place) ?? null);
}

function compareForms(walk: Walk, schemas: Pair<Schema>, forms: Pair<Form>): void {
  const { before, after } = forms;
  const { place } = schemas.after;
  compareDefaults(walk, schemas);
  const areListed = isListed(before) && isListed(after);
  // Between two lists with a common type, the values are reported and not the types.
  const valuesTell = areListed && haveCommon(before.types, after.types);
  // If only null is allowed before or after, it is reported as a type.
  const isType = before.acceptsNull !== after.acceptsNull && (before.types.size === 0 || after.types.size === 0);
  const isAny = before.isUntyped || after.isUntyped;
  if (!isType && !isAny && before.acceptsNull !== after.acceptsNull)
    report(walk, after.acceptsNull ? 'null-allowed' : 'null-forbidden', { place });
  if (!valuesTell) {
    const types = { before: typesOf(before, isType), after: typesOf(after, isType) };
    compareTypes(walk, place, { types, isText: { before: allowsAnyText(before), after: allowsAnyText(after) } });
  }
  if (valuesTell || !areListed) compareValues(walk, place, forms);
  if (areListed && !isEqual([...before.rules].sort(), [...after.rules].sort()))
    report(walk, 'limit-changed', { place, what: 'a rule beside a list of values' });
  compareBranches(walk, schemas, forms);
}

function typesOf({ types, acceptsNull }: Form, withNull: boolean): ReadonlySet<string> {
  return withNull && acceptsNull ? new Set([...types, 'null']) : types;
}

interface Types {
  readonly types: Pair<ReadonlySet<string>>;
  /** Whether a side allows any text. */
  readonly isText: Pair<boolean>;
}

function compareTypes(walk: Walk, place: Located, { types: { before, after }, isText }: Types): void {
  const isPart = (types: ReadonlySet<string>, other: ReadonlySet<string>, takesText: boolean) =>
    [...types].every((type) => hasType(other, type) || (takesText && writtenAsText.has(type)));
  const [isSubset, isSuperset] = [isPart(before, after, false), isPart(after, before, false)];
  if (isSubset && isSuperset) return;
  // In a parameter or header, a number is a text of digits.
  const areTexts = walk.writing === 'text' && !isSubset && !isSuperset;
  const isWider = isSubset || (areTexts && isPart(before, after, isText.after));
  const isNarrower = isSuperset || (areTexts && isPart(after, before, isText.before));
  const kind = isWider ? 'type-widened' : isNarrower ? 'type-narrowed' : 'type-changed';
  report(walk, kind, { place, before: [...before].sort(), after: [...after].sort() });
}

function haveCommon(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((type) => hasType(other, type)) || [...other].some((type) => hasType(one, type));
}

function allowsAnyText({ branches }: Form): boolean {
  return branches.some((branch) => branch.type === 'string' && isUnlimited(branch));
}

/** Every integer is a number. */
function hasType(types: ReadonlySet<string>, type: string): boolean {
  return types.has(type) || (type === 'integer' && types.has('number'));
}

function compareDefaults(walk: Walk, schemas: Pair<Schema>): void {
  if (walk.rule) return; // A default restricts no value.
  const read = (side: 'before' | 'after') =>
    describingPlaces(walk[side], schemas[side])
      .map(({ value }) => at(value, 'default'))
      .find((value) => value !== undefined);
  const { before, after } = { before: read('before'), after: read('after') };
  if (isEqual(before, after)) return;
  const kind = before === undefined ? 'default-added' : 'default-changed';
  report(walk, kind, { place: schemas.after.place, before, after });
}
