import { expect, test } from 'vitest';
import { isAnySecret, isSameSecret } from '../../src/runtime/secrets-equal.ts';

test.each([
  ['secret', 'secret', true],
  ['secret', 'secreT', false],
  ['Secret', 'secret', false],
  ['secre', 'secret', false],
  ['secrets', 'secret', false],
  // A longer text that goes on as the secret begins.
  ['secretsecret', 'secret', false],
  ['', 'secret', false],
  ['secret', '', false],
  ['', '', true],
  ['schlüssel', 'schlüssel', true],
  ['schlüssel', 'schlussel', false],
])('%j and %j: %s', (given, secret, isSame) => {
  expect(isSameSecret(given, secret)).toBe(isSame);
});

test('one of several is enough, wherever it stands', () => {
  const secrets = ['one', 'two', 'three'];
  expect([...secrets, 'four', ''].map((given) => isAnySecret(given, secrets))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('every secret is compared, also after one that is the same', () => {
  const asked: string[] = [];
  const secrets = {
    *[Symbol.iterator]() {
      for (const secret of ['one', 'two', 'three']) {
        asked.push(secret);
        yield secret;
      }
    },
  };
  isAnySecret('one', secrets);
  expect(asked).toEqual(['one', 'two', 'three']);
});
