import { expect, test } from 'vitest';
import { diffDocuments } from '../../../src/openapi/index.ts';
import { thinned } from '../../support/runs.ts';
import { thingOf } from './support/judge.ts';
import { large } from './support/large.ts';

const SIZE = 30;

test.each(thinned(Object.entries(large), 3))(
  '%s: a document of twice the size takes about twice the steps',
  (_, write) => {
    const once = countSteps(write, SIZE);
    const twice = countSteps(write, 2 * SIZE);
    expect(twice.steps / once.steps).toBeLessThan(2.5);
  },
);

test('a document that is nested too deeply is refused', () => {
  const deep = Array.from({ length: 100_000 }).reduce<object>((items) => ({ type: 'array', items }), {});
  expect(() => diffDocuments(thingOf({}), thingOf(deep))).toThrow(
    'Failed to compare: the second document is nested too deeply; at most 256 levels are read.',
  );
});

test('a chain of allOf beyond the bound is named as not compared', () => {
  const write = large['a chain of allOf'];
  const { notes } = diffDocuments(write?.(300, 0), write?.(300, 0));
  const reason = 'it takes more than 20000 steps or 200 levels of allOf, anyOf and oneOf to read this schema.';
  expect(notes).toEqual([`#/components/schemas/S201: ${reason}`, `#/components/schemas/S200/allOf/1: ${reason}`]);
});

/** How often a comparison reads a key of the documents, and whether it found a change. */
function countSteps(write: (size: number, edition: 0 | 1) => object, size: number) {
  let steps = 0;
  const known = new WeakMap<object, object>();
  const count = <Value>(value: Value): Value => {
    if (typeof value !== 'object' || value === null) return value;
    const proxy =
      known.get(value) ??
      new Proxy(value, {
        get: (target, name, receiver) => {
          steps++;
          return count(Reflect.get(target, name, receiver) as unknown);
        },
      });
    known.set(value, proxy);
    return proxy as Value; // It stands for the value.
  };
  const { changes } = diffDocuments(count(write(size, 0)), count(write(size, 1)));
  expect(changes.length).toBeGreaterThan(0);
  return { steps };
}
