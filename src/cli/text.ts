import { suggest } from '../runtime/suggest.ts';

/** Control characters, line separators and bidirectional controls, which a terminal may act on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Escapes unsafe characters as `\u001b`; in JSON the meaning stays the same. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Formats text from outside for use in a sentence. */
export function quote(text: string): string {
  return escapeUnsafe(JSON.stringify(text));
}

interface Choice {
  /** As in "Commands are: …". */
  readonly what: string;
  readonly names: readonly string[];
  /** A prefix for each name, such as the dashes of a flag. */
  readonly prefix?: string;
}

/** A "Did you mean …?" if a known name is close, then the list of all names. */
export function adviseOneOf(word: string, { what, names, prefix = '' }: Choice): string {
  const near = names.length > 1 ? suggest(word, names) : null;
  const list = `${what} are: ${names.map((name) => prefix + name).join(', ')}.`;
  return near === null ? list : `Did you mean ${prefix}${near}? ${list}`;
}
