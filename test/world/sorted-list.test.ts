import { expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import { SortedList } from '../../src/world/sorted-list.ts';

interface Item {
  readonly key: number;
  readonly name: number;
}

const byKey = { keyOf: ({ key }: Item) => key, compare: (a: number, b: number) => a - b };

/** What the list is defined as: one array, sorted by key, an item after those of an equal key. */
function addTo(items: Item[], item: Item): void {
  const index = items.findIndex(({ key }) => key > item.key);
  items.splice(index === -1 ? items.length : index, 0, item);
}

test.each([
  ['growing keys', (name: number) => name],
  ['falling keys', (name: number) => -name],
  ['few keys', (name: number) => name % 3],
  ['keys of any order', (name: number) => (name * 7919) % 5003],
])('holds what one sorted array would hold: %s', (_, keyOf) => {
  const random = createRandom('sorted-list');
  const start = Array.from({ length: 1300 }, (_, name) => ({ key: keyOf(name), name }));
  const wanted = start.toSorted((a, b) => a.key - b.key);
  const list = new SortedList(wanted, byKey);
  for (let name = 1300; name < 5000; name++) {
    const item = { key: keyOf(name), name };
    addTo(wanted, item);
    list.add(item);
    if (random.chance(0.4)) list.delete(wanted.splice(random.integer(0, wanted.length - 1), 1)[0] ?? item);
    if (name % 500 > 0) continue;
    const at = random.pick(wanted).key;
    expect([...list.forwards()]).toEqual(wanted);
    expect([...list.backwards()]).toEqual(wanted.toReversed());
    expect([...list.forwards(at)]).toEqual(wanted.filter(({ key }) => key > at));
    expect([...list.backwards(at)]).toEqual(wanted.filter(({ key }) => key < at).reverse());
  }
  for (const item of wanted) list.delete(item);
  expect([...list.forwards(), ...list.backwards()]).toEqual([]);
});

test('ignores the deletion of an item that is not in the list', () => {
  const list = new SortedList([{ key: 1, name: 1 }], byKey);
  for (const key of [0, 1, 2]) list.delete({ key, name: 1 });
  expect([...list.forwards()]).toEqual([{ key: 1, name: 1 }]);
});
