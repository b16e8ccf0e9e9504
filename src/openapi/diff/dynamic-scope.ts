import { isObject, type Json } from '../json.ts';
import { child, type Located, rootOf } from './located.ts';
import { objectsIn, resourceOf } from './resources.ts';
import { idOf, type Side } from './side.ts';

/**
 * What a `$dynamicRef` leads to, by its name: the anchor of the outermost schema resource that was entered on the way.
 * https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.3.2
 */
type Scope = ReadonlyMap<string, Located>;

/** Resources that are read in more ways than this stay as they are; a note says so. */
const MAX_COPIES = 1000;

/** Every schema with this `$dynamicAnchor`. */
export function dynamicAnchors(side: Side, name: string): readonly Located[] {
  return allAnchors(side).get(name) ?? [];
}

/**
 * The target of a reference as it is on the way from a place. A resource with a `$dynamicRef` means something else
 * wherever it is entered from, so it is copied for each meaning: everything else here knows a schema by its identity.
 */
export function enterResource(side: Side, from: Located, to: Located): Located {
  const left = resourceOf(from).top;
  const entered = resourceOf(to).top;
  if (left.value === entered.value || entered.parent === null || !isObject(entered.value)) return to;
  const scope = scopeOf(side, left);
  if (scope.size === 0 || isSame(scope, outerScope(side, entered))) return to;
  const { copies, scopes } = side.memory.dynamic;
  const key = [idOf(side, entered), ...[...scope].map(([name, place]) => `${name} ${idOf(side, place)}`).sort()].join();
  const known = copies.get(key);
  if (!known && copies.size >= MAX_COPIES) {
    side.notes.add('The references by $dynamicRef have too many meanings; some are compared as one.');
    return to;
  }
  const copy: Located = known ?? { ...entered, value: structuredClone(entered.value) };
  if (!known) {
    copies.set(key, copy);
    scopes.set(copy.value, scope);
  }
  return child(copy, ...namesBetween(entered, to));
}

/** The schema that a `$dynamicRef` to one of several anchors of a name leads to; undefined where that cannot be said. */
export function resolveDynamic(side: Side, place: Located, name: string): Located | undefined {
  return scopeOf(side, resourceOf(place).top).get(name);
}

/** The anchors in force inside a resource: an outer one wins. */
function scopeOf(side: Side, top: Located): Scope {
  return new Map([...ownAnchors(side, top), ...outerScope(side, top)]);
}

/** The anchors in force where a resource is entered: those of the way there, else those of what it is written in. */
function outerScope(side: Side, { value, parent }: Located): Scope {
  return side.memory.dynamic.scopes.get(value) ?? (parent ? scopeOf(side, resourceOf(parent).top) : new Map());
}

/** The anchors of a resource that other resources have, too. */
function ownAnchors(side: Side, top: Located): Scope {
  const { own } = side.memory.dynamic;
  const known = own.get(top.value);
  if (known) return known;
  const anchors = new Map<string, Located>();
  const names = [...allAnchors(side)].filter(([, places]) => places.length > 1).map(([name]) => name);
  if (names.length > 0)
    for (const place of objectsIn(top)) {
      const name = anchorOf(place.value);
      if (name !== undefined && names.includes(name) && resourceOf(place).top.value === top.value)
        anchors.set(name, place);
    }
  own.set(top.value, anchors);
  return anchors;
}

function allAnchors({ roots, memory }: Side): ReadonlyMap<string, readonly Located[]> {
  const { anchors } = memory.dynamic;
  if (memory.dynamic.isRead) return anchors;
  memory.dynamic.isRead = true;
  for (const root of roots.values())
    for (const place of objectsIn(rootOf(root))) {
      const name = anchorOf(place.value);
      if (name !== undefined) anchors.set(name, [...(anchors.get(name) ?? []), place]);
    }
  return anchors;
}

function anchorOf(value: Json | undefined): string | undefined {
  const name = isObject(value) ? value['$dynamicAnchor'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function isSame(one: Scope, other: Scope): boolean {
  return one.size === other.size && [...one].every(([name, { value }]) => other.get(name)?.value === value);
}

function namesBetween(top: Located, place: Located): string[] {
  const names: string[] = [];
  for (let here: Located | null = place; here && here.value !== top.value; here = here.parent) names.unshift(here.name);
  return names;
}
