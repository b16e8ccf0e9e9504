import { acceptsNothing, type Branch, formOf } from './form.ts';
import { type Limits, readLimits } from './limits.ts';
import { child, itemsOf, type Located, type Pair } from './located.ts';
import { meetSchemas } from './meet-schemas.ts';
import { type Schema, toSchema } from './schemas.ts';
import type { Side } from './side.ts';
import type { Walk } from './walk.ts';

/** The schemas of the items of an array: the first ones by position, and the rest. */
interface ListShape {
  readonly first: readonly Schema[];
  readonly rest: Schema;
}

/** Compares the items of two arrays. */
export function compareArrays(walk: Walk, { before, after }: Pair<Branch>): void {
  const shapes = { before: readList(walk.before, before), after: readList(walk.after, after) };
  const most = Math.min(mostItems(walk.before, before), mostItems(walk.after, after));
  const count = Math.max(shapes.before.first.length, shapes.after.first.length);
  // Beyond `maxItems` of either side there is nothing to compare, and a change of `maxItems` is already reported.
  for (const index of Array.from({ length: Math.min(count, most) }).keys())
    meetSchemas(walk, {
      before: shapes.before.first[index] ?? shapes.before.rest,
      after: shapes.after.first[index] ?? shapes.after.rest,
    });
  if (count < most) meetSchemas(walk, { before: shapes.before.rest, after: shapes.after.rest });
}

/** Reads the limits of an array. A list of items that allows no others limits their number. */
export function readListLimits(side: Side, branch: Branch): Limits {
  const limits = readLimits(branch);
  const { first, rest } = readList(side, branch);
  if (rest.parts.length === 0 || !acceptsNothing(formOf(side, rest))) return limits;
  const known = Number(limits.get('maxItems')?.bound?.number ?? Number.POSITIVE_INFINITY);
  const bound = { number: Math.min(known, first.length), isExclusive: false };
  return new Map([...limits, ['maxItems', { bound, rules: new Map(), place: rest.place }]]);
}

function mostItems(side: Side, branch: Branch): number {
  return Number(readListLimits(side, branch).get('maxItems')?.bound?.number ?? Number.POSITIVE_INFINITY);
}

function readList(side: Side, branch: Branch): ListShape {
  const parts = branch.atoms.map((atom) => {
    const items = child(atom, 'items');
    // Before JSON Schema 2020-12, an array of `items` meant `prefixItems`.
    const isTuple = Array.isArray(items.value);
    const first = itemsOf(isTuple ? items : child(atom, 'prefixItems'));
    return { first, rest: isTuple ? child(atom, 'additionalItems') : items, atom };
  });
  const all = (places: readonly Located[]) => {
    const [one, ...others] = places.filter(({ value }) => value !== undefined);
    return toSchema(side, one ?? { ...child(branch.place, 'items'), value: undefined }, ...others);
  };
  const count = Math.max(...parts.map(({ first }) => first.length));
  const unevaluated = branch.atoms.flatMap((atom) => {
    const scope = branch.scopes.get(atom) ?? [atom];
    const inScope = parts.filter((part) => scope.includes(part.atom));
    const isEvaluated = inScope.some(({ rest }) => rest.value !== undefined);
    const from = Math.max(0, ...inScope.map(({ first }) => first.length));
    return isEvaluated ? [] : [{ place: child(atom, 'unevaluatedItems'), from }];
  });
  const at = (index: number) => [
    ...unevaluated.filter(({ from }) => index >= from).map(({ place }) => place),
    ...parts.map(({ first, rest }) => first[index] ?? rest),
  ];
  return { first: Array.from({ length: count }, (_, index) => all(at(index))), rest: all(at(count)) };
}
