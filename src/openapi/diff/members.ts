import { at, isObject, type Json } from '../json.ts';
import { mappingTarget } from './alternatives.ts';
import { fingerprintAtoms } from './fingerprint.ts';
import { type Branch, formOf } from './form.ts';
import { child, entriesOf, type Located, namesOf, type Pair } from './located.ts';
import { readObject } from './object-shape.ts';
import type { Side } from './side.ts';

/** One member of a union. */
export interface Member {
  readonly branch: Branch;
  /** Its tag, its component, its title or its type. */
  readonly label: string;
  /** The values of the property that identifies members. */
  readonly tags: ReadonlySet<string>;
  /** The tags that come from the discriminator's mapping. */
  readonly mapped: ReadonlySet<string>;
}

interface Facts extends Member {
  readonly component: string | null;
  readonly title: string | null;
  readonly print: number;
}

/** The members of two unions in pairs, and those without a partner. */
export interface Matching {
  readonly pairs: readonly Pair<Member>[];
  readonly removed: readonly Member[];
  readonly added: readonly Member[];
}

const MAX_TAGS = 64;

/** Matches the members of two unions: by tag, component, title, content, or else by order. */
export function matchMembers(sides: Pair<Side>, branches: Pair<readonly Branch[]>): Matching {
  const property = tagProperty(sides, branches);
  const removed = branches.before.map((branch) => readMember(sides.before, branch, property));
  const added = branches.after.map((branch) => readMember(sides.after, branch, property));
  const pairs: Pair<Facts>[] = [];
  /** Pairs up members that share a fact; null is shared by none. */
  const pairUp = (...facts: readonly ((member: Facts) => readonly (string | number | null)[])[]) => {
    for (const read of facts) {
      const waiting = new Map<string | number, Facts[]>();
      for (const after of added)
        for (const fact of read(after)) if (fact !== null) waiting.set(fact, [...(waiting.get(fact) ?? []), after]);
      for (const before of [...removed]) {
        const candidates = read(before).flatMap((fact) => (fact === null ? [] : (waiting.get(fact) ?? [])));
        const after = candidates.find((one) => added.includes(one) && mayBeOne(before, one));
        if (!after) continue;
        pairs.push({ before, after });
        added.splice(added.indexOf(after), 1);
        removed.splice(removed.indexOf(before), 1);
      }
    }
  };
  const shared = new Set([...sharedTags(removed), ...sharedTags(added)]);
  pairUp(
    ({ tags }) => [...tags].filter((tag) => !shared.has(tag)),
    ({ component }) => [component],
    ({ title }) => [title],
    ({ print }) => [print],
    ({ tags }) => [...tags],
  );
  // Members that share nothing are matched by their order.
  if (removed.length === added.length) pairUp(() => ['']);
  return { pairs, removed, added };
}

/** The tags that discriminators give to members, each with the values that the member itself allows. */
export function tagEntries(side: Side, branches: readonly Branch[], property: string): Json {
  const entries = branches
    .filter(({ type }) => type === 'object')
    .flatMap((branch) => {
      const own = [...tagsOf(side, branch, property)].sort().join();
      return [...mappedTags(side, branch)].map((tag) => `${tag}: ${own}`);
    });
  return [...new Set(entries)].sort();
}

/** The tags of several members, such as those that a parent lists for all of its children. They identify none. */
function sharedTags(members: readonly Member[]): ReadonlySet<string> {
  const all = members.flatMap(({ tags }) => [...tags]);
  const seen = new Set<string>();
  return new Set(all.filter((tag) => seen.size === seen.add(tag).size));
}

function mayBeOne(before: Facts, after: Facts): boolean {
  return before.tags.size === 0 || after.tags.size === 0 || [...before.tags].some((tag) => after.tags.has(tag));
}

/** The property that identifies members: that of a discriminator, or one with a constant in every member. */
function tagProperty(sides: Pair<Side>, branches: Pair<readonly Branch[]>): string | null {
  const all = [
    ...branches.before.map((branch) => ({ side: sides.before, branch })),
    ...branches.after.map((branch) => ({ side: sides.after, branch })),
  ];
  for (const { branch } of all)
    for (const { holder } of branch.members) {
      const named = at(holder.value, 'discriminator', 'propertyName');
      if (typeof named === 'string') return named;
    }
  const [first, ...others] = all;
  if (first?.branch.type !== 'object') return null;
  const candidates = [...readObject(first.side, first.branch).properties.keys()].filter(
    (name) => tagsOf(first.side, first.branch, name).size === 1,
  );
  return candidates.find((name) => others.every(({ side, branch }) => tagsOf(side, branch, name).size === 1)) ?? null;
}

function readMember(side: Side, branch: Branch, property: string | null): Facts {
  const place = branch.members.at(-1)?.place ?? branch.place;
  const title = at(place.value, 'title');
  const own = property === null ? new Set<string>() : tagsOf(side, branch, property);
  const mapped = property !== null && own.size === 0 ? mappedTags(side, branch) : new Set<string>();
  const facts = {
    tags: new Set([...own, ...mapped]),
    mapped,
    component: componentOf(place),
    title: typeof title === 'string' ? title : null,
    print: fingerprintAtoms(side, branch.atoms),
  };
  const [tag] = facts.tags;
  return { branch, ...facts, label: tag ?? facts.component ?? facts.title ?? branch.type };
}

/** The strings a property of a member allows, if they are listed. */
function tagsOf(side: Side, branch: Branch, property: string): ReadonlySet<string> {
  const schema = branch.type === 'object' ? readObject(side, branch).properties.get(property) : undefined;
  if (!schema || schema.parts.length === 0) return new Set();
  const { branches, values } = formOf(side, schema);
  const texts = [...values.values()].flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  return new Set(branches.length === 0 && texts.length <= MAX_TAGS ? texts : []);
}

/** The tags that a discriminator's mapping gives a member; by default the name of its component. */
function mappedTags(side: Side, { members, place: own }: Branch): ReadonlySet<string> {
  const component = componentOf(members.at(-1)?.place ?? own);
  for (const { holder, place } of members) {
    const discriminator = child(holder, 'discriminator');
    if (!isObject(discriminator.value)) continue;
    const mapped = readMapping(side, discriminator).get(place.value) ?? [];
    if (mapped.length > 0) return new Set(mapped);
    if (component !== null) return new Set([component]);
  }
  return new Set();
}

/** The tags of a discriminator's mapping by the schema they stand for, read once: each member of a union asks. */
function readMapping(side: Side, discriminator: Located): ReadonlyMap<Json | undefined, readonly string[]> {
  const known = side.memory.mappings.get(discriminator.value);
  if (known) return known;
  const tags = new Map<Json | undefined, string[]>();
  for (const [tag, { value }] of entriesOf(child(discriminator, 'mapping'))) {
    const target = typeof value === 'string' ? mappingTarget(side, discriminator, value) : null;
    if (target) tags.set(target.value, [...(tags.get(target.value) ?? []), tag]);
  }
  side.memory.mappings.set(discriminator.value, tags);
  return tags;
}

/** The name of the component at a place. */
function componentOf(place: Located): string | null {
  const [root, kind, name = null, ...deeper] = namesOf(place);
  return root === 'components' && kind === 'schemas' && deeper.length === 0 ? name : null;
}
