import { at } from '../json.ts';
import { dependentKeys } from './dependents.ts';
import { acceptsNothing, type Branch, formOf } from './form.ts';
import { child, type Pair } from './located.ts';
import { meetSchemas } from './meet-schemas.ts';
import { type ObjectShape, readObject } from './object-shape.ts';
import { describingPlaces, type Schema } from './schemas.ts';
import type { Side } from './side.ts';
import { report, type Walk } from './walk.ts';

/** The properties of an object that one side of a call sees. */
interface VisibleShape extends ObjectShape {
  /** The names of the properties that it does not see. */
  readonly hidden: ReadonlySet<string>;
}

/** Compares the properties of two objects. */
export function compareObjects(walk: Walk, branches: Pair<Branch>): void {
  const shapes = {
    before: readVisible(walk, 'before', branches.before),
    after: readVisible(walk, 'after', branches.after),
  };
  if (walk.rule) compareAsSets(walk, branches, shapes);
  else {
    compareProperties(walk, shapes);
    compareOthers(walk, branches, shapes);
  }
  compareDependent(walk, branches);
}

/** Reads an object without `readOnly` properties in a request, and without `writeOnly` ones in a response. */
function readVisible(walk: Walk, side: 'before' | 'after', branch: Branch): VisibleShape {
  const shape = readObject(walk[side], branch);
  if (walk.rule) return { ...shape, hidden: new Set() };
  const keyword = walk.direction === 'request' ? 'readOnly' : 'writeOnly';
  const isHidden = (schema: Schema) =>
    describingPlaces(walk[side], schema).some(({ value }) => at(value, keyword) === true);
  const hidden = new Set([...shape.properties].flatMap(([name, schema]) => (isHidden(schema) ? [name] : [])));
  return { ...shape, hidden, properties: new Map([...shape.properties].filter(([name]) => !hidden.has(name))) };
}

function compareProperties(walk: Walk, shapes: Pair<VisibleShape>): void {
  // A property whose schema allows no value must be absent.
  const may = (side: Side, schema: Schema | undefined) => schema && !acceptsNothing(formOf(side, schema));
  const { before, after } = shapes;
  for (const [name, schema] of after.properties)
    if (!may(walk.after, schema) && !before.properties.has(name) && !isClosed(walk.before, before))
      report(walk, 'keys-closed', { place: schema.place });
  for (const [name, schema] of before.properties)
    if (!may(walk.before, schema) && !after.properties.has(name) && !isClosed(walk.after, after))
      report(walk, 'keys-opened', { place: schema.place });
  for (const [name, schema] of before.properties) {
    if (!may(walk.before, schema)) continue;
    const other = after.properties.get(name);
    const was = before.required.has(name);
    const is = after.required.has(name);
    if (other && may(walk.after, other)) {
      if (was !== is)
        report(walk, is ? 'property-became-required' : 'property-became-optional', { place: other.place });
      meetSchemas(walk, { before: schema, after: other });
    } else if (!other && !after.hidden.has(name) && hasPlainOthers(walk.after, after)) {
      // Without a schema of its own, the property falls under `additionalProperties`.
      if (was) report(walk, 'property-became-optional', { place: schema.place });
      meetSchemas(walk, { before: schema, after: after.others });
    } else report(walk, 'property-removed', { place: schema.place });
  }
  for (const [name, schema] of after.properties) {
    const isRequired = after.required.has(name);
    if (!may(walk.after, schema) || may(walk.before, before.properties.get(name))) continue;
    if (!before.properties.has(name) && !before.hidden.has(name) && hasPlainOthers(walk.before, before)) {
      if (isRequired) report(walk, 'property-became-required', { place: schema.place });
      meetSchemas(walk, { before: before.others, after: schema });
    } else report(walk, isRequired ? 'property-added-required' : 'property-added-optional', { place: schema.place });
  }
}

function compareOthers(walk: Walk, branches: Pair<Branch>, { before, after }: Pair<ObjectShape>): void {
  const [wasClosed, isNowClosed] = [isClosed(walk.before, before), isClosed(walk.after, after)];
  if (wasClosed || isNowClosed) {
    if (wasClosed !== isNowClosed)
      report(walk, isNowClosed ? 'keys-closed' : 'keys-opened', { place: branches.after.place });
    return;
  }
  meetSchemas(walk, othersOf(branches, { before, after }));
}

/** Compares objects as sets of values: an unnamed key falls under `additionalProperties`. */
function compareAsSets(walk: Walk, branches: Pair<Branch>, shapes: Pair<ObjectShape>): void {
  const others = othersOf(branches, shapes);
  for (const name of new Set([...shapes.before.properties.keys(), ...shapes.after.properties.keys()])) {
    const before = shapes.before.properties.get(name) ?? others.before;
    const after = shapes.after.properties.get(name) ?? others.after;
    const was = shapes.before.required.has(name);
    const is = shapes.after.required.has(name);
    if (was !== is) report(walk, is ? 'property-became-required' : 'property-became-optional', { place: after.place });
    meetSchemas(walk, { before, after });
  }
  meetSchemas(walk, others);
}

function othersOf(branches: Pair<Branch>, shapes: Pair<ObjectShape>): Pair<Schema> {
  const any = (branch: Branch): Schema => ({ key: '', parts: [], place: child(branch.place, 'additionalProperties') });
  return {
    before: shapes.before.others ?? any(branches.before),
    after: shapes.after.others ?? any(branches.after),
  };
}

/** Whether unnamed keys are forbidden. */
function isClosed(side: Side, { others }: ObjectShape): boolean {
  return others !== null && acceptsNothing(formOf(side, others));
}

function hasPlainOthers(side: Side, shape: ObjectShape): shape is ObjectShape & { readonly others: Schema } {
  return shape.others !== null && !isClosed(side, shape);
}

/** Compares which keys require other keys. */
function compareDependent(walk: Walk, { before, after }: Pair<Branch>): void {
  const [was, is] = [dependentKeys(before), dependentKeys(after)];
  const gone = [...was].some((one) => !is.has(one));
  const added = [...is].some((one) => !was.has(one));
  if (!gone && !added) return;
  const kind = gone && added ? 'limit-changed' : gone ? 'limit-loosened' : 'limit-tightened';
  report(walk, kind, { place: after.place, what: 'dependentRequired', before: [...was], after: [...is] });
}
