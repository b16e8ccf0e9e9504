import { withUsers } from './changes.ts';
import { isEqual } from './equality.ts';
import { type Keyword, keywords } from './keywords.ts';
import type { Direction } from './kinds.ts';
import { child, entriesOf, type Located, type Pair } from './located.ts';
import { meetPlaces } from './meet-schemas.ts';
import { areSameParts } from './same-parts.ts';
import type { Side } from './side.ts';
import { usedComponents } from './used-components.ts';
import { createLedger, report, startUse, type Walk } from './walk.ts';

const directions = ['request', 'response'] as const satisfies readonly Direction[];

/** Reports changes of components that no operation uses. */
export function compareUnused(walk: Walk): void {
  const changed = Object.entries<Keyword>(keywords.components)
    .filter(([, { reportedAs }]) => reportedAs.includes('unused-changed'))
    .flatMap(([kind]) => changedComponents(walk, kind));
  if (changed.length === 0) return;
  const same = sameSchemas(walk, changed);
  const used = { before: usedComponents(walk.before), after: usedComponents(walk.after) };
  const isUsed = (side: 'before' | 'after', value: unknown) =>
    typeof value === 'object' && value !== null && used[side].has(value);
  for (const { before, after } of changed) {
    if (
      same.has(after) ||
      isUsed('before', before.value) ||
      isUsed('after', after.value) ||
      areSameParts(walk, { before, after })
    )
      continue;
    const [was, is] = [before.value !== undefined, after.value !== undefined];
    report(walk, 'unused-changed', {
      place: is ? after : before,
      what: was && is ? 'changed' : is ? 'added' : 'removed',
    });
  }
}

/** Returns the places of schemas that are only written in another way. */
function sameSchemas(walk: Walk, changed: readonly Pair<Located>[]): ReadonlySet<Located> {
  const pairs = changed.filter(
    ({ before, after }) => after.parent?.name === 'schemas' && before.value !== undefined && after.value !== undefined,
  );
  const ledger = createLedger({ compareSchemas: walk.ledger.compareSchemas });
  const nameOf = (place: Located, direction: Direction) => `${direction} ${place.name}`;
  for (const direction of directions)
    for (const pair of pairs) meetPlaces(startUse({ ...walk, ledger }, nameOf(pair.after, direction), direction), pair);
  const found = ledger.groups.filter(({ findings }) => findings.length > 0).flatMap((group) => [...withUsers(group)]);
  const uses = new Set(found.map(({ use }) => use));
  return new Set(
    pairs.map(({ after }) => after).filter((place) => !directions.some((one) => uses.has(nameOf(place, one)))),
  );
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
