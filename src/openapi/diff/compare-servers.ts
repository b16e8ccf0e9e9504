import { at, type Json } from '../json.ts';
import { compareKeywords } from './compare-descriptions.ts';
import type { Start } from './compare-operation.ts';
import { isEqual } from './equality.ts';
import { child, entriesOf, itemsOf, type Located, type Pair } from './located.ts';
import type { FoundOperation } from './operations.ts';
import { readServers, serversPlace } from './servers.ts';
import { report, type Walk } from './walk.ts';

/** Compares the addresses of operations. How an address is split into server and path makes no difference. */
export function compareServers(start: Start, pairs: readonly Pair<FoundOperation>[]): void {
  const head = start('', null);
  const roots = { before: child(head.before.root, 'servers'), after: child(head.after.root, 'servers') };
  compareTexts(head, roots);
  const served = pairs.filter(({ after }) => after.event === null); // The client chooses the address of a callback.
  if (served.length === 0) compareLists(head, roots, ['', '']);
  /** The pairs of lists that were compared for operations whose path is the same on both sides. */
  const compared = new Map<Json | undefined, Set<Json | undefined>>();
  for (const { before, after } of served) {
    const places = { before: serversPlace(head.before, before), after: serversPlace(head.after, after) };
    const isOwn = places.after.parent?.parent !== null;
    const paths = [withoutNames(before.path), withoutNames(after.path)] as const;
    const isMoved = paths[0] !== paths[1];
    const others = compared.get(places.before.value) ?? new Set();
    if (!isOwn && !isMoved && others.has(places.after.value)) continue;
    if (!isMoved) compared.set(places.before.value, others.add(places.after.value));
    compareLists(isOwn ? start(after.name, null) : head, places, paths);
  }
}

function withoutNames(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}

function compareLists(walk: Walk, places: Pair<Located>, [before, after]: readonly [string, string]): void {
  const address = (side: 'before' | 'after', path: string): Json =>
    readServers(walk[side], places[side])
      .map((server) => `${server.address}${path} ${server.variables}`)
      .sort();
  if (isEqual(address('before', before), address('after', after))) return;
  const urls = (place: Located): Json => itemsOf(place).map(({ value }) => at(value, 'url') ?? null);
  report(walk, 'servers-changed', { place: places.after, before: urls(places.before), after: urls(places.after) });
}

function compareTexts(walk: Walk, roots: Pair<Located>): void {
  const left = itemsOf(roots.after);
  for (const before of itemsOf(roots.before)) {
    const index = left.findIndex((server) => at(server.value, 'url') === at(before.value, 'url'));
    const [after] = index < 0 ? [] : left.splice(index, 1);
    if (!after) continue;
    compareKeywords(walk, 'server', { before, after });
    for (const [name, variable] of entriesOf(child(before, 'variables')))
      compareKeywords(walk, 'serverVariable', { before: variable, after: child(after, 'variables', name) });
  }
}
