import { isEqual } from './equality.ts';
import { type Keyword, keywords } from './keywords.ts';
import { child, entriesOf, type Located } from './located.ts';
import type { Side } from './side.ts';
import { report, type Walk } from './walk.ts';

/** Reports changes of components that no operation uses. */
export function compareUnused(walk: Walk): void {
  for (const [kind, { tells }] of Object.entries<Keyword>(keywords.components)) {
    if (!tells.includes('unused-changed')) continue;
    const all = { before: componentsOf(walk.before, kind), after: componentsOf(walk.after, kind) };
    for (const name of new Set([...all.before.keys(), ...all.after.keys()])) {
      const [before, after] = [all.before.get(name), all.after.get(name)];
      const isMet = isUsed(walk.before, before) || isUsed(walk.after, after);
      const place = after ?? before;
      if (!place || isMet || isEqual(before?.value, after?.value)) continue;
      report(walk, 'unused-changed', { place, what: before && after ? 'changed' : after ? 'added' : 'removed' });
    }
  }
}

function componentsOf(side: Side, kind: string): ReadonlyMap<string, Located> {
  return new Map(entriesOf(child(side.root, 'components', kind)));
}

function isUsed({ met }: Side, place: Located | undefined): boolean {
  return typeof place?.value === 'object' && place.value !== null && met.has(place.value);
}
