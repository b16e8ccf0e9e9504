import { suggest } from '../runtime/suggest.ts';

/** Control characters, line separators and those that turn the direction of text: a terminal may obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Writes unsafe characters as `\u001b`; inside JSON the result means the same as before. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A text from outside as a sentence may show it. */
export function quote(text: string): string {
  return escapeUnsafe(JSON.stringify(text));
}

interface Choice {
  /** As in "Commands are: …". */
  readonly what: string;
  readonly names: readonly string[];
  /** Stands before each name, such as the dashes of a flag. */
  readonly prefix?: string;
}

/** "Did you mean …?" where one of several is near, then the list of all. */
export function adviseOneOf(word: string, { what, names, prefix = '' }: Choice): string {
  const near = names.length > 1 ? suggest(word, names) : null;
  const list = `${what} are: ${names.map((name) => prefix + name).join(', ')}.`;
  return near === null ? list : `Did you mean ${prefix}${near}? ${list}`;
}
