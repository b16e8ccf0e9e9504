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

test.each([
  'only the first four index_ids are judged',
  'there is no stop',
  'a delta is lost',
  'a page begins with the last of the one before',
  'as it is',
  'gzip',
  'an unknown session breaks retrieve',
  'each operation breaks down at its first request',
  'delete does nothing once there was a turn',
  'a title empties the history',
  'reading moves the date',
])('%s', async (name) => {
  for await (const row of selfTest((one) => one === name)) expect({ ...row, isRight: true }).toEqual(row);
});
