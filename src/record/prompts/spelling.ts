import { decodeLossless } from './lossless-utf8.ts';

/** The escapes that a text may have: those of JSON and of most languages, or those of URLs in addition. */
export type Escapes = 'json' | 'all';

const ESCAPES = {
  json: /\\u[0-9a-f]{4}|\\[^u]/gi,
  all: /\\u[0-9a-f]{4}|\\[nrtbfv0"'\\/]|(?:%[0-9a-f]{2})+/gi,
} as const satisfies Readonly<Record<Escapes, RegExp>>;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** A text without its escapes, and how each of its UTF-16 units was written. */
export interface Spelling {
  readonly plain: string;
  /** Writes another text of the same length as this one was written. */
  write(text: string): string;
}

/** Reads a text that may have escapes, however each character is written. */
export function readSpelling(text: string, escapes: Escapes): Spelling {
  const units: string[] = [];
  const written: string[] = [];
  const add = (plain: string, spelled: string) => {
    units.push(plain);
    written.push(spelled);
  };
  const parts: { readonly at: number; readonly spelled: string }[] = [];
  for (const { index, 0: spelled } of text.matchAll(ESCAPES[escapes])) parts.push({ at: index, spelled });
  if (parts.length === 0) return { plain: text, write: (other) => other };
  let from = 0;
  for (const { at, spelled } of parts) {
    for (const unit of text.slice(from, at).split('')) add(unit, unit);
    from = at + spelled.length;
    if (spelled.startsWith('%')) addPercent(spelled, add);
    else if (/^\\u/i.test(spelled)) add(String.fromCharCode(Number.parseInt(spelled.slice(2), 16)), spelled);
    else add(CONTROLS[spelled.charAt(1)] ?? spelled.charAt(1), spelled);
  }
  for (const unit of text.slice(from).split('')) add(unit, unit);
  const plain = units.join('');
  return {
    plain,
    write: (other) => written.map((spelled, index) => respell(spelled, { other, plain, index })).join(''),
  };
}

/** A character of several bytes; the second half of a surrogate pair is written with the first. */
function addPercent(run: string, add: (plain: string, spelled: string) => void): void {
  let at = 0;
  for (const character of decodeLossless(Buffer.from(run.replaceAll('%', ''), 'hex'))) {
    const sizeBytes = /[\udc80-\udcff]/u.test(character) ? 1 : Buffer.byteLength(character);
    const [first = '', ...others] = character.split('');
    add(first, run.slice(at, at + 3 * sizeBytes));
    for (const other of others) add(other, '');
    at += 3 * sizeBytes;
  }
}

interface Changed {
  readonly other: string;
  readonly plain: string;
  readonly index: number;
}

function respell(spelled: string, { other, plain, index }: Changed): string {
  const isPercent = spelled.startsWith('%');
  const character = isPercent ? String.fromCodePoint(other.codePointAt(index) ?? 0) : other.charAt(index);
  if (spelled === '' || plain.startsWith(character, index)) return spelled;
  if (isPercent) return Buffer.from(character).toString('hex').toUpperCase().replaceAll(/../g, '%$&');
  if (/^\\u/i.test(spelled)) return spelled.slice(0, 2) + character.charCodeAt(0).toString(16).padStart(4, '0');
  return spelled.startsWith('\\') ? spelled : character;
}
