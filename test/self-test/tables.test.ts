import { expect, test } from 'vitest';
import { checks } from '../../src/contract/index.ts';
import { brokenMocks, legalVariants, selfTest, unprovenChecks } from '../../src/self-test/run.ts';

test('every check is proven by a broken mock', () => {
  expect(unprovenChecks).toEqual([]);
});

test('every broken mock breaks a check that exists, and each fault is told once', () => {
  const ids = checks.map(({ id }) => id);
  expect(brokenMocks.map(({ breaks }) => breaks).filter((id) => !ids.includes(id))).toEqual([]);
  const names = [...brokenMocks.map(({ fault }) => fault), ...legalVariants.map(({ variant }) => variant)];
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
});

test('there are as many as were promised', () => {
  expect(brokenMocks.length).toBeGreaterThanOrEqual(80);
  expect(legalVariants.length).toBeGreaterThanOrEqual(25);
});

// `npm run self-test` tries all; these are one of a stream, and one that is legal.
test.each(['there is no stop', 'other key order'])('%s', async (name) => {
  for await (const row of selfTest((one) => one === name)) expect({ ...row, isRight: true }).toEqual(row);
});
