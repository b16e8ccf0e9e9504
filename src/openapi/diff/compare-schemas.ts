import { at, isObject, type Json } from '../json.ts';
import { compareTexts } from './compare-texts.ts';
import { isEqual, isSame } from './is-same.ts';
import { isBound, judgeLimit } from './limits.ts';
import { child, follow, type Located, type Pair, type Side } from './located.ts';
import { asUnion, matchMembers, pureUnion } from './members.ts';
import { innerKeywords, readShape, type Shape, type Union, unwrap } from './shape.ts';
import { enter, report, type Walk } from './walk.ts';

/** What changed between two schemas, for whoever sends and whoever receives what they describe. */
export function compareSchemas(walk: Walk, { before: one, after: other }: Pair<Located>): void {
  const places = { before: arrive(walk.before, one), after: arrive(walk.after, other) };
  compareTexts(walk, places);
  const before = unwrap(walk.before, places.before);
  const after = unwrap(walk.after, places.after);
  if (!before.schema || !after.schema) {
    if (!isEqual(places.before.value, places.after.value))
      report(walk, 'cannot-compare', {
        place: places.after,
        before: places.before.value,
        after: places.after.value,
      });
    return;
  }
  const schemas = { before: before.schema, after: after.schema };
  const shapes = { before: readShape(walk.before, before.schema), after: readShape(walk.after, after.schema) };
  const isWrapped = before.allowsNull || after.allowsNull;
  compareNull(walk, isWrapped ? places.after : schemas.after, {
    before: before.allowsNull || shapes.before.acceptsNull,
    after: after.allowsNull || shapes.after.acceptsNull,
    isSaid: !shapes.before.isOpen && !shapes.after.isOpen,
  });
  compareDefaults(walk, places, schemas);
  const inside = enter(walk, schemas);
  if (!inside) return;
  if (schemas.before !== places.before && schemas.after !== places.after) compareTexts(inside, schemas);
  compareShapes(inside, schemas, shapes);
}

/** Where a bare reference leads, so that what stands there is told there. */
function arrive(side: Side, place: Located): Located {
  const isBare = isObject(place.value) && Object.keys(place.value).length === 1 && '$ref' in place.value;
  return (isBare && follow(side, place)) || place;
}

function compareNull(
  walk: Walk,
  place: Located,
  { before, after, isSaid }: Pair<boolean> & { readonly isSaid: boolean },
): void {
  if (isSaid && before !== after) report(walk, after ? 'null-allowed' : 'null-forbidden', { place });
}

function compareDefaults(walk: Walk, places: Pair<Located>, schemas: Pair<Located>): void {
  const before = at(places.before.value, 'default') ?? at(schemas.before.value, 'default');
  const after = at(places.after.value, 'default') ?? at(schemas.after.value, 'default');
  if (isEqual(before, after)) return;
  report(walk, before === undefined ? 'default-added' : 'default-changed', { place: places.after, before, after });
}

function compareShapes(walk: Walk, schemas: Pair<Located>, { before, after }: Pair<Shape>): void {
  const pure = { before: pureUnion(walk.before, schemas.before), after: pureUnion(walk.after, schemas.after) };
  if ((pure.before || pure.after) && !before.isOpen && !after.isOpen) {
    compareUnions(walk, {
      before: pure.before ?? asUnion(walk.before, schemas.before),
      after: pure.after ?? asUnion(walk.after, schemas.after),
    });
    return;
  }
  const place = schemas.after;
  if (compareTypes(walk, place, { before, after }) === 'unlike') return;
  compareValues(walk, place, { before: before.values, after: after.values });
  compareLimits(walk, schemas, { before, after });
  compareProperties(walk, schemas, { before, after });
  for (const keyword of innerKeywords) compareInner(walk, schemas, { keyword, before, after });
  const count = Math.max(before.unions.length, after.unions.length);
  for (const index of Array.from({ length: count }).keys()) {
    const [one, other] = [before.unions[index], after.unions[index]];
    if (one && other) compareUnions(walk, { before: one, after: other });
    else report(walk, one ? 'limit-loosened' : 'limit-tightened', { place, what: 'a union' });
  }
}

function compareTypes(walk: Walk, place: Located, { before, after }: Pair<Shape>): 'alike' | 'unlike' {
  if (isEqual(show(before.types), show(after.types))) return 'alike';
  const details = { place, before: show(before.types), after: show(after.types) };
  // Without a type anything may come; `integer` is part of `number`.
  const has = (types: Shape['types'], type: string) =>
    !types || types.has(type) || (type === 'integer' && types.has('number'));
  const isWider = !after.types || (before.types && [...before.types].every((type) => has(after.types, type)));
  const isNarrower = !before.types || (after.types && [...after.types].every((type) => has(before.types, type)));
  report(walk, isWider ? 'type-widened' : isNarrower ? 'type-narrowed' : 'type-changed', details);
  return isWider || isNarrower ? 'alike' : 'unlike';
}

function show(types: Shape['types']): Json | undefined {
  return types ? [...types].sort() : undefined;
}

function compareValues(walk: Walk, place: Located, { before, after }: Pair<Shape['values']>): void {
  if (!before || !after) {
    if (before) report(walk, 'values-unlisted', { place, before });
    if (after) report(walk, 'values-listed', { place, after });
    return;
  }
  const isIn = (values: readonly Json[], value: Json) => values.some((one) => isEqual(one, value));
  for (const value of before.filter((one) => !isIn(after, one)))
    report(walk, 'value-removed', { place, before: value });
  for (const value of after.filter((one) => !isIn(before, one))) report(walk, 'value-added', { place, after: value });
}

function compareLimits(walk: Walk, schemas: Pair<Located>, shapes: Pair<Shape>): void {
  for (const keyword of new Set([...shapes.before.limits.keys(), ...shapes.after.limits.keys()])) {
    const before = shapes.before.limits.get(keyword);
    const after = shapes.after.limits.get(keyword);
    const places = { before: child(schemas.before, keyword), after: child(schemas.after, keyword) };
    const mayRefer = !isBound(keyword) && places.before.value !== undefined && places.after.value !== undefined;
    if (mayRefer ? isSame(walk, places) : isEqual(before, after)) continue;
    report(walk, `limit-${judgeLimit(keyword, before, after)}`, { place: schemas.after, what: keyword, before, after });
  }
}

function compareProperties(walk: Walk, schemas: Pair<Located>, shapes: Pair<Shape>): void {
  const read = (side: 'before' | 'after') => {
    const { properties, required } = shapes[side];
    const all = new Map(properties);
    for (const name of required)
      if (!all.has(name)) all.set(name, { ...child(schemas[side], 'properties', name), value: {} });
    // What only the service writes is no part of a request, nor what only clients write of a response.
    const hidden = walk.direction === 'request' ? 'readOnly' : 'writeOnly';
    const isHidden = (place: Located) =>
      at(place.value, hidden) === true || at(unwrap(walk[side], place).schema?.value, hidden) === true;
    return new Map([...all].filter(([, place]) => !isHidden(place)));
  };
  const listed = { before: read('before'), after: read('after') };
  // A property that no value fits is one that must not be there.
  const drop = (side: 'before' | 'after') =>
    new Map([...listed[side]].filter(([, place]) => !fitsNothing(walk[side], place)));
  const all = { before: drop('before'), after: drop('after') };
  for (const [name, place] of listed.after)
    if (!all.after.has(name) && !listed.before.has(name) && !isClosed(shapes.before))
      report(walk, 'keys-closed', { place });
  for (const [name, place] of listed.before)
    if (!all.before.has(name) && !listed.after.has(name) && !isClosed(shapes.after))
      report(walk, 'keys-opened', { place });
  for (const [name, before] of all.before) {
    const after = all.after.get(name);
    if (!after) {
      report(walk, 'property-removed', { place: before });
      continue;
    }
    const was = shapes.before.required.has(name);
    const is = shapes.after.required.has(name);
    if (was !== is) report(walk, is ? 'property-became-required' : 'property-became-optional', { place: after });
    compareSchemas(walk, { before, after });
  }
  for (const [name, place] of all.after) {
    if (all.before.has(name)) continue;
    report(walk, shapes.after.required.has(name) ? 'property-added-required' : 'property-added-optional', { place });
  }
}

function fitsNothing(side: Side, place: Located): boolean {
  const { schema, allowsNull } = unwrap(side, place);
  if (!schema || allowsNull) return false;
  const { types, acceptsNull } = readShape(side, schema);
  return types?.size === 0 && !acceptsNull;
}

/** Keys that are not listed must not be there. */
function isClosed({ inner }: Shape): boolean {
  return inner.get('additionalProperties')?.value === false;
}

function compareInner(
  walk: Walk,
  schemas: Pair<Located>,
  { keyword, before, after }: Pair<Shape> & { readonly keyword: (typeof innerKeywords)[number] },
): void {
  const one = before.inner.get(keyword);
  const other = after.inner.get(keyword);
  if (!one && !other) return;
  if (keyword === 'additionalProperties' && (one?.value === false || other?.value === false)) {
    if (one?.value === other?.value) return;
    report(walk, other?.value === false ? 'keys-closed' : 'keys-opened', { place: schemas.after });
    return;
  }
  if (keyword === 'contentSchema' && !(one && other)) {
    report(walk, one ? 'limit-loosened' : 'limit-tightened', { place: schemas.after, what: keyword });
    return;
  }
  // Left out, anything may be there.
  compareSchemas(walk, {
    before: one ?? { ...child(schemas.before, keyword), value: {} },
    after: other ?? { ...child(schemas.after, keyword), value: {} },
  });
}

function compareUnions(walk: Walk, unions: Pair<Union>): void {
  const place = unions.after.place;
  const said = (name: string) => ({
    before: at(unions.before.place.value, 'discriminator', name),
    after: at(unions.after.place.value, 'discriminator', name),
  });
  const names = said('propertyName');
  // A discriminator only names what the members show by themselves; another one names something else.
  if (names.before !== undefined && names.after !== undefined && names.before !== names.after)
    report(walk, 'discriminator-changed', { place, ...names });
  const fallback = said('defaultMapping');
  if (!isEqual(fallback.before, fallback.after)) report(walk, 'default-member-changed', { place, ...fallback });
  const { pairs, removed, added } = matchMembers(walk, unions);
  for (const { before, after } of pairs) compareSchemas(walk, { before: before.schema, after: after.schema });
  for (const { label } of removed) report(walk, 'member-removed', { place, before: label });
  for (const { label } of added) report(walk, 'member-added', { place, after: label });
}
