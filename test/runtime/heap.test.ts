import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BagItem } from '../../src/runtime/bag.ts';
import { StreamClock } from '../../src/runtime/clock.ts';
import { Heap } from '../../src/runtime/heap.ts';
import { FakeClock } from '../support/fake-clock.ts';

interface Item extends BagItem {
  readonly value: number;
}

test('gives items back in order, whatever was removed in between', () => {
  const steps = fc.array(fc.record({ value: fc.nat(20), removes: fc.option(fc.nat()) }), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (all) => {
      const heap = new Heap<Item>((a, b) => a.value < b.value);
      const kept: Item[] = [];
      for (const { value, removes } of all) {
        const item = { value, place: -1 };
        heap.add(item);
        kept.push(item);
        if (removes === null) continue;
        const [gone] = kept.splice(removes % kept.length, 1);
        if (gone) expect([heap.delete(gone), heap.delete(gone)]).toEqual([true, false]);
      }
      const values: number[] = [];
      for (let { first } = heap; first; { first } = heap) {
        values.push(first.value);
        heap.delete(first);
      }
      expect(values).toEqual(kept.map(({ value }) => value).sort((a, b) => a - b));
    }),
  );
});

test('asks about few items, however many there are', () => {
  let asked = 0;
  const heap = new Heap<Item>((a, b) => {
    asked += 1;
    return a.value < b.value;
  });
  const items = Array.from({ length: 10_000 }, (_, index) => ({ value: (index * 7919) % 10_007, place: -1 }));
  for (const item of items) heap.add(item);
  for (const item of items) heap.delete(item);
  // Twice the depth of the heap (14) for each of both, at most.
  expect(asked / items.length).toBeLessThan(56);
  expect(heap.size).toBe(0);
});

describe('a manual clock', () => {
  test('wakes in the order of deadlines, then in that of asking, also who waits again or gives up meanwhile', () => {
    const waits = fc.array(
      fc.record({ delayMs: fc.integer({ min: 1, max: 12 }), again: fc.nat(3), givesUp: fc.nat(9) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(waits, (all) => {
        const clock = new StreamClock(new FakeClock(), { pacing: 'manual' });
        const woken: string[] = [];
        const wait = (name: string, delayMs: number, again: number): (() => void) | undefined =>
          clock.schedule(clock.now() + delayMs, () => {
            woken.push(`${name} at ${clock.now()}`);
            if (again > 0) wait(`${name}+`, delayMs, again - 1);
          });
        const giveUps = all.map(({ delayMs, again }, index) => wait(String(index), delayMs, again));
        for (const [index, { givesUp }] of all.entries()) if (givesUp === 0) giveUps[index]?.();
        clock.advance(100);

        // The same, by searching all who wait for the next each time.
        const expected: string[] = [];
        const waiting = all.map(({ delayMs, again }, order) => ({
          name: String(order),
          order,
          atMs: delayMs,
          delayMs,
          again,
        }));
        let left = waiting.filter((_, index) => all[index]?.givesUp !== 0);
        let order = all.length;
        for (;;) {
          const [next] = left.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
          if (!next || next.atMs > 100) break;
          left = left.filter((one) => one !== next);
          expected.push(`${next.name} at ${next.atMs}`);
          order += 1;
          if (next.again > 0)
            left.push({ ...next, name: `${next.name}+`, order, atMs: next.atMs + next.delayMs, again: next.again - 1 });
        }
        expect(woken).toEqual(expected);
        expect(clock.waiting).toBe(0);
      }),
    );
  });
});
