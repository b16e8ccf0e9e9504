import { isObject } from '../json.ts';
import { child, entriesOf, follow, itemsOf, type Located, type Pair, type Side } from './located.ts';
import { report, type Walk } from './walk.ts';

/** One way to be let in: what must be shown, all of it, by what it is and not by what it is called. */
interface Way {
  readonly label: string;
  readonly needs: ReadonlySet<string>;
}

/** Which ways in are gone and which are new. A way is still open where a new one asks for no more. */
export function compareSecurity(walk: Walk, operations: Pair<Located>): void {
  const before = listWays(walk.before, operations.before);
  const after = listWays(walk.after, operations.after);
  const place = child(operations.after, 'security');
  const lets = (ways: readonly Way[], { needs }: Way) =>
    ways.some((way) => [...way.needs].every((need) => needs.has(need)));
  for (const way of before.filter((one) => !lets(after, one)))
    report(walk, 'security-tightened', { place, before: way.label });
  for (const way of after.filter((one) => !lets(before, one)))
    report(walk, 'security-loosened', { place, after: way.label });
}

function listWays(side: Side, operation: Located): Way[] {
  const own = child(operation, 'security');
  const root: Located = { names: [], value: side.document };
  const ways = itemsOf(own.value === undefined ? child(root, 'security') : own);
  // Nothing asked for is one way: as anybody.
  const entries = ways.length === 0 ? [{ names: [], value: {} }] : ways;
  return entries.map((way) => {
    const schemes = entriesOf(way).map(([name, scopes]) => {
      const scheme = follow(side, child(root, 'components', 'securitySchemes', name))?.value;
      const kind = isObject(scheme) ? [scheme['type'], scheme['scheme'], scheme['in'], scheme['name']] : [name];
      const what = kind.filter((part) => typeof part === 'string').join(' ');
      const asked = itemsOf(scopes).map(({ value }) => String(value));
      return { label: [name, ...asked].join(' '), needs: [what, ...asked.map((scope) => `${what}: ${scope}`)] };
    });
    const label = schemes.map((scheme) => scheme.label).join(' and ');
    return { label: label || 'anybody', needs: new Set(schemes.flatMap(({ needs }) => needs)) };
  });
}
