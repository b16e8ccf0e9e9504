import { isObject } from '../json.ts';
import { childrenOf } from './alternatives.ts';
import { child, entriesOf, itemsOf, type Located } from './located.ts';
import { findTarget, referencesAt } from './references.ts';
import type { Side } from './side.ts';

/** Returns the components that operations use: those that references lead to, or into. */
export function usedComponents(side: Side): ReadonlySet<object> {
  const used = new Set<object>();
  const visited = new Set<object>();
  /** The visited values that also stand for their children. */
  const parents = new Set<object>();
  const waiting = entriesOf(side.root).flatMap(([name, place]) => (name === 'components' ? [] : [{ place }]));
  for (let next: Visit | undefined = waiting.pop(); next; next = waiting.pop()) {
    const { place, isRefined = false } = next;
    const { value } = place;
    if (typeof value !== 'object' || value === null) continue;
    const targets: Visit[] = [];
    if (!isRefined && !parents.has(value)) {
      parents.add(value);
      for (const one of childrenOf(side, place)) targets.push({ place: one, isRefined: true });
    }
    if (!visited.has(value)) {
      visited.add(value);
      const isPart = place.parent?.name === 'allOf';
      for (const one of targetsOf(side, place)) targets.push({ place: one, isRefined: isPart });
      for (const [, inner] of entriesOf(place)) waiting.push({ place: inner });
      for (const inner of itemsOf(place)) waiting.push({ place: inner });
    }
    for (const target of targets) {
      const component = componentOf(target.place)?.value;
      if (isObject(component)) used.add(component);
      waiting.push(target);
    }
  }
  return used;
}

interface Visit {
  readonly place: Located;
  /** Whether it is a part of an `allOf`, where a parent does not stand for its children. */
  readonly isRefined?: boolean;
}

function targetsOf(side: Side, place: Located): Located[] {
  const referred = referencesAt(side, place).flatMap((reference) => {
    const target = findTarget(side, place, reference);
    return typeof target === 'string' ? [] : [target];
  });
  return [...referred, ...schemesOf(side, place)];
}

/** The security schemes that a list of requirements names. */
function schemesOf(side: Side, place: Located): Located[] {
  if (place.name !== 'security') return [];
  const names = itemsOf(place).flatMap((way) => entriesOf(way).map(([name]) => name));
  return names.map((name) => child(side.root, 'components', 'securitySchemes', name));
}

/** The component that contains a place. */
function componentOf(place: Located): Located | undefined {
  const chain: Located[] = [];
  for (let here: Located | null = place; here; here = here.parent) chain.unshift(here);
  return chain[3];
}
