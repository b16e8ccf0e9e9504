import { isEqual } from './equality.ts';
import { type Keyword, keywords } from './keywords.ts';
import { child, entriesOf, type Located, type Pair } from './located.ts';
import type { Side } from './side.ts';
import { usedComponents } from './used-components.ts';
import { report, type Walk } from './walk.ts';

/** Reports changes of components that no operation uses. */
export function compareUnused(walk: Walk): void {
  const changed = Object.entries<Keyword>(keywords.components)
    .filter(([, { tells }]) => tells.includes('unused-changed'))
    .flatMap(([kind]) => changedComponents(walk, kind));
  if (changed.length === 0) return;
  const used = { before: usedComponents(walk.before), after: usedComponents(walk.after) };
  const isUsed = (side: 'before' | 'after', value: unknown) =>
    typeof value === 'object' && value !== null && used[side].has(value);
  for (const { before, after } of changed) {
    if (isUsed('before', before.value) || isUsed('after', after.value)) continue;
    const [was, is] = [before.value !== undefined, after.value !== undefined];
    report(walk, 'unused-changed', {
      place: is ? after : before,
      what: was && is ? 'changed' : is ? 'added' : 'removed',
    });
  }
}

function changedComponents(sides: Pair<Side>, kind: string): Pair<Located>[] {
  const all = {
    before: child(sides.before.root, 'components', kind),
    after: child(sides.after.root, 'components', kind),
  };
  const names = new Set([...entriesOf(all.before), ...entriesOf(all.after)].map(([name]) => name));
  return [...names]
    .map((name) => ({ before: child(all.before, name), after: child(all.after, name) }))
    .filter(({ before, after }) => !isEqual(before.value, after.value));
}
