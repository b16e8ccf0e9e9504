import { expect, test } from 'vitest';
import { selfTest } from '../../../src/self-test/run.ts';

test('every fault is found by its check and no other, and no legal variant is accused', {
  timeout: 600_000,
}, async () => {
  const wrong: unknown[] = [];
  for await (const row of selfTest()) if (!row.isRight) wrong.push(row);
  expect(wrong).toEqual([]);
});
