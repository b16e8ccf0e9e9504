import { expect, test } from 'vitest';
import { fits } from '../../src/contract/verdict/select-checks.ts';

test.each([
  ['stream.ends-once', 'stream.ends-once', true],
  ['stream.ends', 'stream.ends-once', false],
  ['stream.*', 'stream.ends-once', true],
  ['*', 'stream.ends-once', true],
  ['*.ends-*', 'stream.ends-once', true],
  ['*once', 'stream.ends-once', true],
  ['s*s*e', 'stream.ends-once', true],
  ['stream*stream', 'stream', false],
  ['*ends*ends*', 'stream.ends-once', false],
  ['s.*', 'stream.ends-once', false],
  ['stream[.]*', 'stream.ends-once', false],
  ['', 'stream.ends-once', false],
])('the glob %j and %s', (glob, id, expected) => {
  expect(fits(glob, id)).toBe(expected);
});

test('a glob of many stars takes no longer than its letters', () => {
  expect(fits(`${'*e'.repeat(200)}x`, 'e'.repeat(250))).toBe(false);
});
