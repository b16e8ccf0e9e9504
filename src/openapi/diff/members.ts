import { at, isObject, type Json } from '../json.ts';
import { isSame } from './is-same.ts';
import { child, entriesOf, type Located, type Pair, type Side, toPointer } from './located.ts';
import { readShape, type Union, unwrap } from './shape.ts';

/** One member of a union. */
interface Member {
  readonly schema: Located;
  /** What it is called: its tag, the component it is, its title or type. */
  readonly label: string;
  readonly tag: string | null;
  readonly component: string | null;
  readonly title: string | null;
  readonly type: string | null;
}

/** Which members of two unions belong together. */
export interface Matching {
  readonly pairs: readonly Pair<Member>[];
  readonly removed: readonly Member[];
  readonly added: readonly Member[];
}

/**
 * Which member of the one union is which of the other: by tag, component, title, by being alike, by type, else by
 * order.
 */
export function matchMembers(sides: Pair<Side>, unions: Pair<Union>): Matching {
  const property = tagProperty(sides, unions);
  const removed = readMembers(sides.before, unions.before, property);
  const added = readMembers(sides.after, unions.after, property);
  const pairs: Pair<Member>[] = [];
  const pairUp = (fits: (before: Member, after: Member) => boolean) => {
    for (const before of [...removed]) {
      const index = added.findIndex(
        (after) => (before.tag === after.tag || !before.tag || !after.tag) && fits(before, after),
      );
      const after = added[index];
      if (!after) continue;
      pairs.push({ before, after });
      added.splice(index, 1);
      removed.splice(removed.indexOf(before), 1);
    }
  };
  for (const name of ['tag', 'component', 'title'] as const)
    pairUp((before, after) => before[name] !== null && before[name] === after[name]);
  pairUp((before, after) => isSame(sides, { before: before.schema, after: after.schema }));
  // Of objects there may be many: they are told apart by what is above, or by their order.
  pairUp((before, after) => before.type !== null && before.type !== 'object' && before.type === after.type);
  if (removed.length === added.length) pairUp((before, after) => before.type === after.type);
  return { pairs, removed, added };
}

/** The property that tells members apart: the discriminator of either side, else one with a constant in all of them. */
function tagProperty(sides: Pair<Side>, unions: Pair<Union>): string | null {
  for (const { place } of [unions.before, unions.after]) {
    const named = at(place.value, 'discriminator', 'propertyName');
    if (typeof named === 'string') return named;
  }
  const [first, ...others] = (['before', 'after'] as const).flatMap((side) =>
    flatten(sides[side], unions[side]).map((member) => ({ side: sides[side], member })),
  );
  const names = first ? [...constantsOf(first.side, first.member).keys()] : [];
  const isInAll = (name: string) => others.every(({ side, member }) => constantsOf(side, member).has(name));
  return names.find(isInAll) ?? null;
}

function readMembers(side: Side, union: Union, property: string | null): Member[] {
  return flatten(side, union).map((schema) => {
    const target = unwrap(side, schema).schema ?? schema;
    const [first, kind, component = null] = target.names;
    const isComponent = first === 'components' && kind === 'schemas' && target.names.length === 3;
    const title = at(target.value, 'title');
    const tag = property === null ? null : (constantsOf(side, schema).get(property) ?? mappedTag(union, target));
    const { types } = readShape(side, target);
    const facts = {
      tag,
      component: isComponent ? component : null,
      title: typeof title === 'string' ? title : null,
      type: types?.size === 1 ? ([...types][0] ?? null) : null,
    };
    return { schema, ...facts, label: facts.tag ?? facts.component ?? facts.title ?? facts.type ?? toPointer(target) };
  });
}

/** The members, those of unions among them in their place. */
function flatten(side: Side, { members }: Union, seen: ReadonlySet<string> = new Set()): Located[] {
  return members.flatMap((member) => {
    const { schema } = unwrap(side, member);
    if (!schema || seen.has(toPointer(schema))) return [member];
    const inner = pureUnion(side, schema);
    return inner ? flatten(side, inner, new Set([...seen, toPointer(schema)])) : [member];
  });
}

/** The union that a schema is and nothing else; null if it is not one. */
export function pureUnion(side: Side, schema: Located): Union | null {
  const { unions, types, values, properties, required, inner, limits } = readShape(side, schema);
  const isPure = !values && [properties, required, inner, limits].every(({ size }) => size === 0);
  const isObjectAtMost = !types || (types.size === 1 && types.has('object'));
  const [union, ...others] = unions;
  return union && others.length === 0 && isPure && isObjectAtMost ? union : null;
}

/** A plain schema as a union: of its types if it has several, else of itself alone. */
export function asUnion(side: Side, place: Located): Union {
  const { types } = readShape(side, place);
  if (!types || types.size < 2 || !isObject(place.value)) return { place, members: [place] };
  const { value } = place;
  const members = [...types].map((type) => ({ names: [...place.names, 'type', type], value: { ...value, type } }));
  return { place, members };
}

/** Properties that can have only one value, by name. */
function constantsOf(side: Side, member: Located): ReadonlyMap<string, string> {
  const { schema } = unwrap(side, member);
  if (!schema) return new Map();
  const constants = [...readShape(side, schema).properties].flatMap(([name, property]) => {
    const target = unwrap(side, property).schema;
    const value = target?.value;
    const mayHave = isObject(value) && ['const', 'enum', 'allOf'].some((keyword) => keyword in value);
    const values = target && mayHave ? readShape(side, target).values : null;
    return values?.length === 1 && typeof values[0] === 'string' ? [[name, values[0]] as const] : [];
  });
  return new Map(constants);
}

/** What the discriminator's mapping calls a component; without one it is the component's own name. */
function mappedTag({ place }: Union, target: Located): string | null {
  const discriminator = child(place, 'discriminator');
  if (!isObject(discriminator.value)) return null;
  const component = target.names.at(-1) ?? '';
  const pointsHere = (value: Json | undefined) =>
    value === component || (typeof value === 'string' && value === toPointer(target));
  const mapped = entriesOf(child(discriminator, 'mapping')).find(([, { value }]) => pointsHere(value));
  if (mapped) return mapped[0];
  return target.names[0] === 'components' && target.names.length === 3 ? component : null;
}
