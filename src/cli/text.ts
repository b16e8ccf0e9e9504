import { escapeUnsafe } from '../runtime/escape.ts';
import { suggest } from '../runtime/suggest.ts';

/** Formats text from outside for use in a sentence. */
export function quote(text: string): string {
  return escapeUnsafe(JSON.stringify(text));
}

interface Choice {
  /** As in "Commands are: …". */
  readonly what: string;
  readonly names: readonly string[];
  /** Names that may be meant too, and are not in the list. */
  readonly others?: readonly string[];
  /** A prefix for each name, such as the dashes of a flag. */
  readonly prefix?: string;
}

/** A "Did you mean …?" if a known name is close, then the list of all names. */
export function adviseOneOf(word: string, { what, names, others = [], prefix = '' }: Choice): string {
  const near = names.length > 1 ? suggest(word, [...names, ...others]) : null;
  const list = `${what} are: ${names.map((name) => prefix + name).join(', ')}.`;
  return near === null ? list : `Did you mean ${prefix}${near}? ${list}`;
}
