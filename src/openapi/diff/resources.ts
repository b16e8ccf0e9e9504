import { isObject, type Json } from '../json.ts';
import { entriesOf, itemsOf, type Located } from './located.ts';

/** Keywords that contain values and not schemas. */
const values = new Set(['example', 'examples', 'default', 'const', 'enum', 'value', 'dataValue']);

/** The schema resource that contains a place (the nearest `$id`, or the whole file), and its base address. */
export function resourceOf(place: Located): { readonly top: Located; readonly base: string } {
  const ids: string[] = [];
  let top: Located | null = null;
  let here: Located = place;
  for (; here.parent; here = here.parent) {
    const id = ownId(here.value);
    if (id === undefined) continue;
    top ??= here;
    ids.unshift(id);
  }
  const self = isObject(here.value) && typeof here.value['$self'] === 'string' ? [here.value['$self']] : [];
  return { top: top ?? here, base: [...self, ...ids].reduce(resolveAddress, place.root.url) };
}

/** Every object at and below a place that may be a schema or contain one. */
export function* objectsIn(top: Located): Iterable<Located> {
  const stack: Located[] = [top];
  for (let place = stack.pop(); place; place = stack.pop()) {
    if (isObject(place.value)) yield place;
    const isNamed = place.name === 'properties'; // A property may have any name.
    const inner = [...entriesOf(place), ...itemsOf(place).map((item) => ['', item] as const)];
    for (const [name, below] of inner)
      if (typeof below.value === 'object' && (isNamed || !(values.has(name) || name.startsWith('x-'))))
        stack.push(below);
  }
}

/** The address that a schema gives itself. */
export function ownId(value: Json | undefined): string | undefined {
  const id = isObject(value) ? value['$id'] : undefined;
  return typeof id === 'string' && !id.startsWith('#') ? id : undefined;
}

/** Resolves an address without its fragment; returns it as it is if it is invalid. */
export function resolveAddress(base: string, address: string): string {
  try {
    return splitFragment(new URL(address, base).href)[0];
  } catch {
    return address;
  }
}

/** An address and its fragment, without the `#`. */
export function splitFragment(reference: string): readonly [string, string] {
  const index = reference.indexOf('#');
  return index < 0 ? [reference, ''] : [reference.slice(0, index), reference.slice(index + 1)];
}
