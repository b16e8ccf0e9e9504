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
  for (const { before, after } of served) {
    const places = { before: serversPlace(head.before, before), after: serversPlace(head.after, after) };
    const isOwn = places.after.parent?.parent !== null;
    compareLists(isOwn ? start(after.name, null) : head, places, [before.path, after.path]);
  }
}

function compareLists(walk: Walk, places: Pair<Located>, [before, after]: readonly [string, string]): void {
  const address = (place: Located, path: string): Json =>
    readServers(place)
      .map((server) => `${server.address}${path.replaceAll(/\{[^}]*\}/g, '{}')} ${server.variables}`)
      .sort();
  if (isEqual(address(places.before, before), address(places.after, after))) return;
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
