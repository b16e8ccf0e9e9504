import { jsonMarks } from '../../runtime/json-text.ts';
import { type Cursor, InvalidPythonJson } from './python-json-cursor.ts';

const { quote, backslash } = jsonMarks;
const escaped = new Set('"\\/bfnrt');

/** A string literal as CPython's C scanner reads it; the cursor stands on its opening quote. */
export function parsePythonString(cursor: Cursor): string {
  const { text, index: begin } = cursor;
  const { end, hasEscapes } = findEnd(text, begin);
  cursor.index = end + 1;
  // What the scanner accepts is a JSON string too, and JSON.parse decodes it many times faster than a loop.
  return hasEscapes ? JSON.parse(text.slice(begin, cursor.index)) : text.slice(begin + 1, end);
}

/** Where the closing quote is. Throws what the scanner throws at the first mistake. */
function findEnd(text: string, begin: number): { readonly end: number; readonly hasEscapes: boolean } {
  let hasEscapes = false;
  for (let index = begin + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) return { end: index, hasEscapes };
    if (code < 0x20) throw new InvalidPythonJson('Invalid control character at', index);
    if (code !== backslash) continue;
    hasEscapes = true;
    if (index + 1 === text.length) break;
    index = endOfEscape(text, index);
  }
  throw new InvalidPythonJson('Unterminated string starting at', begin);
}

/** The index of the last character of the escape whose backslash is at `start`. */
function endOfEscape(text: string, start: number): number {
  const letter = text.charAt(start + 1);
  if (letter !== 'u') {
    if (!escaped.has(letter)) throw new InvalidPythonJson('Invalid \\escape', start);
    return start + 1;
  }
  const end = start + 5;
  // The C scanner wants something to follow the digits.
  if (end + 1 >= text.length) throw new InvalidPythonJson('Invalid \\uXXXX escape', start + 1);
  for (let index = start + 2; index <= end; index += 1) {
    if (!isHexDigit(text.charCodeAt(index))) throw new InvalidPythonJson('Invalid \\uXXXX escape', start + 1);
  }
  return end;
}

function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}
