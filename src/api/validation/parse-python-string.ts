import { type Cursor, InvalidPythonJson } from './python-json-cursor.ts';

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const fourHexDigits = /^[\da-f]{4}$/i;

/** A string literal as CPython's C scanner reads it; the cursor stands on its opening quote. */
export function parsePythonString(cursor: Cursor): string {
  const { text, index: begin } = cursor;
  const parts: string[] = [];
  cursor.index += 1;
  for (;;) {
    const end = endOfPlain(text, cursor.index);
    if (end === text.length) throw new InvalidPythonJson('Unterminated string starting at', begin);
    parts.push(text.slice(cursor.index, end));
    cursor.index = end + 1;
    if (text[end] === '"') return parts.join('');
    if (text[end] !== '\\') throw new InvalidPythonJson('Invalid control character at', end);
    if (cursor.index === text.length) throw new InvalidPythonJson('Unterminated string starting at', begin);
    parts.push(parseEscape(cursor));
  }
}

/** Where the next quote, backslash or control character is. */
function endOfPlain(text: string, start: number): number {
  let index = start;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === 0x22 || code === 0x5c || code < 0x20) return index;
    index += 1;
  }
  return index;
}

/** The cursor stands after the backslash. */
function parseEscape(cursor: Cursor): string {
  const letter = cursor.text[cursor.index] ?? '';
  cursor.index += 1;
  if (letter === 'u') return parseUnicodeEscape(cursor);
  const character = escapes[letter];
  if (character === undefined) throw new InvalidPythonJson('Invalid \\escape', cursor.index - 2);
  return character;
}

/** The cursor stands after the `u`. */
function parseUnicodeEscape(cursor: Cursor): string {
  const { text, index } = cursor;
  const digits = text.slice(index, index + 4);
  // The C scanner wants something to follow the digits.
  if (!fourHexDigits.test(digits) || index + 4 >= text.length)
    throw new InvalidPythonJson('Invalid \\uXXXX escape', index - 1);
  cursor.index += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}
