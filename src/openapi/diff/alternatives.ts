import { at, isObject, type Json } from '../json.ts';
import { dynamicAnchors, resolveDynamic } from './dynamic-scope.ts';
import { child, entriesOf, itemsOf, type Located, toPointer } from './located.ts';
import { follow, referenceOf, resolveReference } from './references.ts';
import { arrive, isWrapper, type Schema, unionKeywords } from './schemas.ts';
import { settledSchemas } from './settled-tests.ts';
import { idOf, type Side } from './side.ts';

/** One way to satisfy a schema. It contains no unions; a value must match all of its atoms. */
export interface Alternative {
  readonly key: string;
  /** Schemas whose own keywords count; their references, `allOf` and unions are resolved. */
  readonly atoms: readonly Located[];
  /** The unions this is a member of, outermost first. */
  readonly members: readonly Membership[];
  /** For an atom with an `unevaluated…` keyword: the atoms that evaluate properties or items for it. */
  readonly scopes: ReadonlyMap<Located, readonly Located[]>;
  /** Atoms that evaluate nothing for an `unevaluated…` keyword. */
  readonly unseen: ReadonlySet<Located>;
  /** Unions left as they are, because expanding them gives too many alternatives. */
  readonly rest: readonly Located[];
}

/** That an alternative is a member of a union. */
export interface Membership {
  /** The schema that has the union, or the discriminator. */
  readonly holder: Located;
  readonly place: Located;
}

/** The most alternatives that a product of unions may have. */
const MAX_ALTERNATIVES = 512;
/** The most schemas read to expand one schema, and the deepest nesting. */
const MAX_STEPS = 20_000;
const MAX_NESTING = 200;

interface Expansion {
  readonly side: Side;
  /** The schemas being expanded: a schema inside itself adds nothing. */
  readonly open: Set<object>;
  steps: number;
  /** Whether a schema inside itself was met; the result is then valid in this place only. */
  isCut: boolean;
}

const nullSchema: Json = { type: 'null' };
const anything: Alternative = { key: '', atoms: [], members: [], scopes: new Map(), unseen: new Set(), rest: [] };

/** Returns every way to satisfy a schema; an empty list if no value can. */
export function alternativesOf(side: Side, schema: Schema): readonly Alternative[] {
  const expansion: Expansion = { side, open: new Set(), steps: 0, isCut: false };
  return schema.parts.reduce<readonly Alternative[]>(
    (all, part) => multiply(all, expand(expansion, part, { isRefined: schema.parts.length > 1 }), part),
    [anything],
  );
}

interface Where {
  /** Whether other rules apply beside it; the components that refine it are then not meant. */
  readonly isRefined: boolean;
}

function expand(expansion: Expansion, met: Located, where: Where): readonly Alternative[] {
  const { side, open } = expansion;
  const place = arrive(side, met);
  const { value } = place;
  if (value === false) return [];
  if (!isObject(value)) return [anything];
  const memory = side.memory[where.isRefined ? 'refined' : 'alternatives'];
  const known = memory.get(value);
  if (known) return known;
  if (open.has(value)) {
    expansion.isCut = true;
    return [anything];
  }
  expansion.steps++;
  if (expansion.steps > MAX_STEPS || open.size > MAX_NESTING) {
    side.notes.add(
      `${toPointer(place)}: it takes more than ${MAX_STEPS} steps or ${MAX_NESTING} levels of allOf, anyOf and oneOf to read this schema.`,
    );
    return [atomOf(side, place, [place])];
  }
  const wasCut = expansion.isCut;
  expansion.isCut = false;
  open.add(value);
  const found = expandContents(expansion, place, where);
  open.delete(value);
  if (!expansion.isCut) memory.set(value, found);
  expansion.isCut ||= wasCut;
  return found;
}

function expandContents(expansion: Expansion, place: Located, where: Where): readonly Alternative[] {
  const { side } = expansion;
  const members = itemsOf(child(place, 'allOf'));
  const targets = referencesOf(side, place);
  const hasOthers = !isWrapper(place, 'allOf') || members.length > 1;
  let all: readonly Alternative[] = [atomOf(side, place)];
  for (const target of targets) {
    const isRefined = where.isRefined || !isWrapper(place, '$ref');
    all = multiply(all, expand(expansion, target, { isRefined }), target);
  }
  for (const { schema, isSeen } of settledSchemas(place)) {
    const found = expand(expansion, schema, { isRefined: true });
    all = multiply(all, isSeen ? found : found.map((one) => ({ ...one, unseen: new Set(one.atoms) })), schema);
  }
  for (const member of members)
    all = multiply(all, expand(expansion, member, { isRefined: where.isRefined || hasOthers }), member);
  for (const keyword of unionKeywords) {
    const union = itemsOf(child(place, keyword));
    if (union.length > 0) all = multiply(all, expandUnion(expansion, place, union), child(place, keyword));
  }
  const children = where.isRefined ? [] : childrenOf(side, place);
  if (children.length > 0) all = [...all, ...expandChildren(expansion, place, children)];
  all = withScope(place, all);
  return at(place.value, 'nullable') === true ? dedupe([...all, nullOf(side, place)]) : all;
}

function expandUnion(expansion: Expansion, holder: Located, union: readonly Located[]): Alternative[] {
  const all = union.flatMap((met) => {
    const place = arrive(expansion.side, met);
    // A union that is a member of itself adds no member.
    if (isObject(place.value) && expansion.open.has(place.value)) {
      expansion.isCut = true;
      return [];
    }
    return expand(expansion, met, { isRefined: false }).map((one) => ({
      ...one,
      members: [{ holder, place }, ...one.members],
    }));
  });
  return dedupe(all);
}

/** OpenAPI 3.0 inheritance: a schema with a discriminator and no union also stands for the components that refine it. */
function expandChildren(expansion: Expansion, holder: Located, children: readonly Located[]): Alternative[] {
  const parent = holder.value as object; // It has a discriminator.
  expansion.open.delete(parent); // Each child includes it.
  const all = children.flatMap((place) =>
    expand(expansion, place, { isRefined: true }).map((one) => ({
      ...one,
      members: [{ holder, place }, ...one.members],
    })),
  );
  expansion.open.add(parent);
  return all;
}

/** Lists the components that refine a schema with a discriminator, and those its mapping names. */
export function childrenOf(side: Side, parent: Located): Located[] {
  const discriminator = child(parent, 'discriminator');
  if (!isObject(discriminator.value) || unionKeywords.some((keyword) => at(parent.value, keyword) !== undefined))
    return [];
  const found = new Map<unknown, Located>();
  const visit = (place: Located) => {
    for (const one of refiningComponents(side).get(place.value as object) ?? []) {
      if (found.has(one.value) || one.value === parent.value) continue;
      found.set(one.value, one);
      visit(one);
    }
  };
  visit(parent);
  for (const [, { value }] of entriesOf(child(discriminator, 'mapping'))) {
    const target = typeof value === 'string' ? mappingTarget(side, discriminator, value) : null;
    if (target && target.value !== parent.value && isObject(target.value)) found.set(target.value, target);
  }
  return [...found.values()];
}

/** Resolves a value of a discriminator's mapping: the name of a component, or a reference. */
export function mappingTarget(side: Side, place: Located, value: string): Located | null {
  const named = child(side.root, 'components', 'schemas', value);
  if (named.value !== undefined) return arrive(side, named);
  const target = resolveReference(side, place, value);
  if (typeof target === 'string') {
    side.notes.add(`${toPointer(place)}: the reference ${JSON.stringify(value)} ${target}.`);
    return null;
  }
  return arrive(side, target);
}

/** The components whose `allOf` refers to a component, by that component. */
function refiningComponents(side: Side): ReadonlyMap<object, readonly Located[]> {
  const { children } = side.memory;
  if (children.isRead) return children.byParent;
  children.isRead = true;
  for (const [, component] of entriesOf(child(side.root, 'components', 'schemas')))
    for (const member of itemsOf(child(component, 'allOf'))) {
      const target = referenceOf(member) === undefined ? null : follow(side, member);
      if (!target || !isObject(target.value)) continue;
      children.byParent.set(target.value, [...(children.byParent.get(target.value) ?? []), component]);
    }
  return children.byParent;
}

/** The schemas that `$ref` and `$dynamicRef` add. */
function referencesOf(side: Side, place: Located): Located[] {
  const targets: Located[] = [];
  if (referenceOf(place) !== undefined) {
    const target = follow(side, place);
    if (target) targets.push(target);
  }
  const dynamic = at(place.value, '$dynamicRef') ?? at(place.value, '$recursiveRef');
  if (typeof dynamic !== 'string') return targets;
  const name = dynamic.replace(/^.*#/, '');
  const anchors = dynamicAnchors(side, name);
  const outermost = anchors.length > 1 ? resolveDynamic(side, place, name) : undefined;
  const candidates = outermost ? [outermost] : anchors;
  if (candidates.length > 1)
    side.notes.add(
      `${toPointer(place)}: the reference ${JSON.stringify(dynamic)} stands for another schema wherever it is used; it is compared as the first one only.`,
    );
  const target = candidates.length === 1 && candidates[0] ? candidates[0] : resolveReference(side, place, dynamic);
  if (typeof target === 'string')
    side.notes.add(`${toPointer(place)}: the reference ${JSON.stringify(dynamic)} ${target}.`);
  else targets.push(target);
  return targets;
}

function multiply(
  ones: readonly Alternative[],
  others: readonly Alternative[],
  factor: Located,
): readonly Alternative[] {
  if (ones.length > 1 && others.length > 1 && ones.length * others.length > MAX_ALTERNATIVES)
    return ones.map((one) => ({ ...one, key: `${one.key} ${toPointer(factor)}`, rest: [...one.rest, factor] }));
  return dedupe(ones.flatMap((one) => others.map((other) => combine(one, other))));
}

function combine(one: Alternative, other: Alternative): Alternative {
  if (one === anything) return other;
  if (other === anything) return one;
  const atoms = [...one.atoms, ...other.atoms.filter(({ value }) => !one.atoms.some((atom) => atom.value === value))];
  const ids = new Set([...one.key.split(' '), ...other.key.split(' ')]);
  ids.delete('');
  return {
    key: [...ids].sort().join(' '),
    atoms,
    members: [...one.members, ...other.members],
    scopes: new Map([...one.scopes, ...other.scopes]),
    unseen: new Set([...one.unseen, ...other.unseen]),
    rest: [...one.rest, ...other.rest],
  };
}

function withScope(place: Located, all: readonly Alternative[]): readonly Alternative[] {
  if (at(place.value, 'unevaluatedProperties') === undefined && at(place.value, 'unevaluatedItems') === undefined)
    return all;
  return all.map((one) => {
    const seen = one.atoms.filter((atom) => !one.unseen.has(atom));
    return { ...one, scopes: new Map([...one.scopes, [place, seen]]) };
  });
}

function atomOf(side: Side, place: Located, rest: readonly Located[] = []): Alternative {
  return { ...anything, key: idOf(side, place), atoms: [place], rest };
}

function nullOf(side: Side, place: Located): Alternative {
  const atom: Located = { root: place.root, parent: place, name: 'nullable', value: nullSchema };
  return { ...anything, key: idOf(side, atom), atoms: [atom] };
}

function dedupe(all: readonly Alternative[]): Alternative[] {
  const byKey = new Map<string, Alternative>();
  for (const one of all) if (!byKey.has(one.key)) byKey.set(one.key, one);
  return [...byKey.values()];
}
