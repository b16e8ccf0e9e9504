import { toExact } from '../../runtime/exact-number.ts';
import { endOfString } from '../../runtime/json-text.ts';
import type { Json } from '../json.ts';

const literal = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const startsNumber = /[-\d]/;
/** Begins a text that stands for a number while JSON is parsed. */
const MARK = '\u0000';

/**
 * Parses JSON in a tenth of the time that a YAML parser takes. Whole numbers that are too large for a number become
 * bigints. Returns undefined if the text is not JSON, or if an object has a key twice, which `JSON.parse` would hide.
 */
export function parseJson(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{') || text.includes('\\u0000')) return undefined;
  const { marked, keys } = scan(text);
  let value: Json;
  try {
    value = JSON.parse(marked) as Json; // JSON, by its name.
  } catch {
    return undefined;
  }
  const held = { value };
  return restore(held) === keys ? held.value : undefined;
}

/** Counts the keys, and marks the numbers that `JSON.parse` would round. */
function scan(text: string): { readonly marked: string; readonly keys: number } {
  const pieces: string[] = [];
  let copied = 0;
  let keys = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '"') index = endOfString(text, index);
    else if (character === ':') keys++;
    else if (startsNumber.test(character)) {
      literal.lastIndex = index;
      const [number = character] = literal.exec(text) ?? [];
      if (typeof toExact(number) === 'bigint') {
        pieces.push(text.slice(copied, index), JSON.stringify(`${MARK}${number}`));
        copied = index + number.length;
      }
      index += number.length - 1;
    }
  }
  return { marked: copied === 0 ? text : pieces.join('') + text.slice(copied), keys };
}

/** Replaces marked texts by their numbers. Returns the number of keys. */
function restore(held: { value: Json }): number {
  const open: object[] = [held];
  let keys = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const isList = Array.isArray(next);
    for (const [name, value] of Object.entries(next)) {
      if (!isList && next !== held) keys++;
      if (typeof value === 'object' && value !== null) open.push(value as object);
      else if (typeof value === 'string' && value.startsWith(MARK))
        Object.defineProperty(next, name, { value: toExact(value.slice(1)) });
    }
  }
  return keys;
}
