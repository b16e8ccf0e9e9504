import { isObject } from '../json.ts';
import { enterResource } from './dynamic-scope.ts';
import { child, type Located, type Root, rootOf, toPointer } from './located.ts';
import { objectsIn, ownId, resolveAddress, resourceOf, splitFragment } from './resources.ts';
import type { Side } from './side.ts';

/** The `$ref` at a place. */
export function referenceOf({ value }: Located): string | undefined {
  const reference = isObject(value) ? value['$ref'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

/** Follows references to their target. Returns null, and adds a note, if one cannot be resolved. */
export function follow(side: Side, place: Located): Located | null {
  const seen = new Set<unknown>();
  let here = place;
  for (let reference = referenceOf(here); reference !== undefined; reference = referenceOf(here)) {
    seen.add(here.value);
    const target = resolveReference(side, here, reference);
    if (typeof target === 'string' || seen.has(target.value)) {
      const why = typeof target === 'string' ? target : 'leads to itself';
      side.notes.add(`${toPointer(place)}: the reference ${JSON.stringify(reference)} ${why}.`);
      return null;
    }
    here = target;
  }
  return here;
}

/** Whether a place is a reference that cannot be resolved. */
export function isLost(side: Side, place: Located): boolean {
  return referenceOf(place) !== undefined && follow(side, place) === null;
}

/** Resolves one reference. Returns the reason if that fails. */
export function resolveReference(side: Side, place: Located, reference: string): Located | string {
  const target = findTarget(side, place, reference);
  return typeof target === 'string' ? target : enterResource(side, place, target);
}

/** Where a reference leads to in the document as it is written; `resolveReference` minds the way there. */
export function findTarget(side: Side, place: Located, reference: string): Located | string {
  const [address = '', fragment = ''] = splitFragment(reference);
  const resource = resourceOf(place);
  const target = address === '' ? resource.top : findFile(side, resource.base, address);
  if (typeof target === 'string') return target;
  if (fragment === '') return target;
  if (!fragment.startsWith('/')) return findAnchor(side, target, decode(fragment)) ?? 'leads nowhere';
  const names = fragment
    .slice(1)
    .split('/')
    .map((name) => decode(name).replaceAll('~1', '/').replaceAll('~0', '~'));
  // A pointer starts at the nearest `$id`, but many documents mean the whole file.
  const found = [target, rootOf(target.root)]
    .map((top) => child(top, ...names))
    .find(({ value }) => value !== undefined);
  return found ?? 'leads nowhere';
}

/** The addresses of files that a document refers to and that have not been read, without repeats. */
export function missingFiles(side: Side): string[] {
  const found = new Set<string>();
  for (const root of side.roots.values())
    for (const place of objectsIn(rootOf(root)))
      for (const reference of referencesAt(side, place)) {
        const [address] = splitFragment(reference);
        if (address === '' || typeof findFile(side, resourceOf(place).base, address) !== 'string') continue;
        const url = resolveAddress(resourceOf(place).base, address);
        if (!side.unread.has(url)) found.add(url);
      }
  return [...found];
}

/** The references of an object, and those of a discriminator's mapping that are not names of components. */
export function referencesAt(side: Side, { name, value }: Located): string[] {
  if (!isObject(value)) return [];
  if (name !== 'mapping')
    return [value['$ref'], value['$dynamicRef']].filter((reference) => typeof reference === 'string');
  const isName = (reference: string) => child(side.root, 'components', 'schemas', reference).value !== undefined;
  return Object.values(value).filter(
    (reference) => typeof reference === 'string' && /[./]/.test(reference) && !isName(reference),
  ) as string[]; // Filtered by type.
}

function findFile(side: Side, base: string, address: string): Located | string {
  const url = resolveAddress(base, address);
  const root = side.roots.get(url);
  if (root) return rootOf(root);
  for (const each of side.roots.values()) {
    const [found] = anchorsOf(side, each).get(`id ${url}`) ?? [];
    if (found) return found;
  }
  return side.unread.get(url) ?? 'leads out of the document: bundle it into one file first';
}

function findAnchor(side: Side, { root }: Located, name: string): Located | undefined {
  const anchors = anchorsOf(side, root);
  return [...(anchors.get(`static ${name}`) ?? []), ...(anchors.get(`dynamic ${name}`) ?? [])][0];
}

/** The schemas of a file by `$anchor`, `$dynamicAnchor` and the address of their `$id`. */
function anchorsOf(side: Side, root: Root): ReadonlyMap<string, readonly Located[]> {
  const known = side.memory.anchors.get(root);
  if (known) return known;
  const anchors = new Map<string, Located[]>();
  const add = (key: string, place: Located) => anchors.set(key, [...(anchors.get(key) ?? []), place]);
  for (const place of objectsIn(rootOf(root))) {
    const { $anchor, $dynamicAnchor, $self } = isObject(place.value) ? place.value : {};
    if (typeof $anchor === 'string') add(`static ${$anchor}`, place);
    if (typeof $dynamicAnchor === 'string') add(`dynamic ${$dynamicAnchor}`, place);
    if (ownId(place.value) !== undefined || typeof $self === 'string') add(`id ${resourceOf(place).base}`, place);
  }
  side.memory.anchors.set(root, anchors);
  return anchors;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not percent-encoded, so it is used as it is.
  }
}
