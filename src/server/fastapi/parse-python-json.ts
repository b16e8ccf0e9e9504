import { parsePythonString } from './parse-python-string.ts';
import { type Cursor, InvalidPythonJson, TooManyValuesError, UnreadablePythonJson } from './python-json-cursor.ts';
import { LongInteger, WholeFloat } from './python-numbers.ts';

/** What Python's `json.loads` makes of a text. `offset` counts code points. */
export type PythonJson =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly error: string; readonly offset: number }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'too_many_values' };

/**
 * How many values a body may hold: lists, objects and all that is in them. Python has no such limit. It keeps the time
 * that any body takes to some milliseconds.
 */
export const MAX_JSON_VALUES = 10_000;

/** Python's recursion limit is 1000 calls, some of which a server has used already. */
const maxDepth = 990;
/** Python's limit for integers in text, the minus left out. */
const maxDigits = 4300;

const numberText = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const blanks = /[ \t\n\r]*/y;
const words = Object.entries({
  null: null,
  true: true,
  false: false,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
});

/**
 * Reads a text as CPython 3.11's `json.loads`, with its messages and offsets. Objects become `Map`s, which
 * keep the order of any keys; numbers are as `WholeFloat` tells.
 */
export function parsePythonJson(text: string): PythonJson {
  const cursor: Cursor = { text, index: 0, values: 0 };
  try {
    skipBlanks(cursor);
    const value = parseValue(cursor, 1);
    skipBlanks(cursor);
    if (cursor.index < text.length) throw new InvalidPythonJson('Extra data', cursor.index);
    return { kind: 'value', value };
  } catch (error) {
    if (error instanceof UnreadablePythonJson) return { kind: 'unreadable' };
    if (error instanceof TooManyValuesError) return { kind: 'too_many_values' };
    if (!(error instanceof InvalidPythonJson)) throw error;
    return { kind: 'invalid', error: error.message, offset: countCodePoints(text, error.index) };
  }
}

function parseValue(cursor: Cursor, depth: number): unknown {
  cursor.values += 1;
  if (cursor.values > MAX_JSON_VALUES) throw new TooManyValuesError();
  switch (cursor.text[cursor.index]) {
    case '"':
      return parsePythonString(cursor);
    case '{':
      return parseObject(cursor, depth);
    case '[':
      return parseList(cursor, depth);
    default:
      return parseScalar(cursor);
  }
}

function parseObject(cursor: Cursor, depth: number): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>();
  if (opensEmpty(cursor, { depth, close: '}' })) return members;
  do {
    if (cursor.text[cursor.index] !== '"') {
      throw new InvalidPythonJson('Expecting property name enclosed in double quotes', cursor.index);
    }
    const key = parsePythonString(cursor);
    skipBlanks(cursor);
    if (cursor.text[cursor.index] !== ':') throw new InvalidPythonJson("Expecting ':' delimiter", cursor.index);
    cursor.index += 1;
    skipBlanks(cursor);
    members.set(key, parseValue(cursor, depth + 1));
  } while (continues(cursor, '}'));
  return members;
}

function parseList(cursor: Cursor, depth: number): readonly unknown[] {
  const items: unknown[] = [];
  if (opensEmpty(cursor, { depth, close: ']' })) return items;
  do items.push(parseValue(cursor, depth + 1));
  while (continues(cursor, ']'));
  return items;
}

function opensEmpty(cursor: Cursor, { depth, close }: { readonly depth: number; readonly close: string }): boolean {
  if (depth > maxDepth) throw new UnreadablePythonJson();
  cursor.index += 1;
  skipBlanks(cursor);
  if (cursor.text[cursor.index] !== close) return false;
  cursor.index += 1;
  return true;
}

/** Whether another member follows; steps over the comma, or over the end of the list or object. */
function continues(cursor: Cursor, close: string): boolean {
  skipBlanks(cursor);
  const character = cursor.text[cursor.index];
  if (character !== close && character !== ',') throw new InvalidPythonJson("Expecting ',' delimiter", cursor.index);
  cursor.index += 1;
  if (character === close) return false;
  skipBlanks(cursor);
  return true;
}

function parseScalar(cursor: Cursor): unknown {
  numberText.lastIndex = cursor.index;
  const [text, fraction, exponent] = numberText.exec(cursor.text) ?? [];
  if (text === undefined) return parseWord(cursor);
  cursor.index += text.length;
  return fraction === undefined && exponent === undefined ? toInteger(text) : toFloat(text);
}

function parseWord(cursor: Cursor): unknown {
  const found = words.find(([word]) => cursor.text.startsWith(word, cursor.index));
  if (!found) throw new InvalidPythonJson('Expecting value', cursor.index);
  const [word, value] = found;
  cursor.index += word.length;
  return value;
}

function toInteger(text: string): number | LongInteger {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  if (text.length - (text.startsWith('-') ? 1 : 0) > maxDigits) throw new UnreadablePythonJson();
  return new LongInteger(text);
}

function toFloat(text: string): number | WholeFloat {
  const value = Number(text);
  return Number.isInteger(value) ? new WholeFloat(value) : value;
}

function skipBlanks(cursor: Cursor): void {
  blanks.lastIndex = cursor.index;
  cursor.index += blanks.exec(cursor.text)?.[0].length ?? 0;
}

function countCodePoints(text: string, end: number): number {
  let count = 0;
  for (let index = 0; index < end; count += 1) index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
