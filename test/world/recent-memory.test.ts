import { expect, test } from 'vitest';
import { RecentMemory } from '../../src/world/recent-memory.ts';

test('the oldest are forgotten first, and each of them once', () => {
  const forgotten: number[] = [];
  const memory = new RecentMemory(10);
  const owners = Array.from({ length: 5000 }, (_, index) => ({ forget: () => void forgotten.push(index) }));
  for (const owner of owners) memory.keep(owner, 1);
  expect(forgotten).toEqual(Array.from({ length: 4990 }, (_, index) => index));
});

test('what an owner comes to keep counts where it began', () => {
  const forgotten: string[] = [];
  const memory = new RecentMemory(10);
  const owner = (name: string) => ({ forget: () => void forgotten.push(name) });
  const [first, second, third] = [owner('first'), owner('second'), owner('third')];
  memory.keep(first, 3);
  memory.keep(second, 3);
  memory.keep(first, 3);
  expect(forgotten).toEqual([]);
  memory.keep(third, 3);
  expect(forgotten).toEqual(['first']);
  memory.keep(third, 20);
  expect(forgotten).toEqual(['first', 'second', 'third']);
});
