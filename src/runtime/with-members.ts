/** An object with the members of another and some of its own in their place. Getters stay getters. */
export function withMembers<Base extends object, Own extends object>(
  base: Base,
  own: Own,
): Omit<Base, keyof Own> & Own {
  const members = { ...Object.getOwnPropertyDescriptors(base), ...Object.getOwnPropertyDescriptors(own) };
  return Object.defineProperties({}, members) as Omit<Base, keyof Own> & Own; // Just these members.
}
