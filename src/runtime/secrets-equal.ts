/**
 * Whether a given text is a secret. The time it takes depends on the given text alone, so that it says nothing about how
 * much of it is right, or how long the secret is.
 */
export function isSameSecret(given: string, secret: string): boolean {
  let difference = given.length ^ secret.length;
  for (let index = 0; index < given.length; index++) {
    // Of an empty secret, and after its end, the first characters are compared again: the lengths differ already.
    difference |= given.charCodeAt(index) ^ secret.charCodeAt(index % secret.length);
  }
  return difference === 0;
}

/** Whether a given text is one of these secrets. Each of them is compared, also after one that is the same. */
export function isAnySecret(given: string, secrets: Iterable<string>): boolean {
  let isAny = false;
  for (const secret of secrets) isAny = isSameSecret(given, secret) || isAny;
  return isAny;
}
