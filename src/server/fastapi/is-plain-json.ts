import { endOfString, jsonMarks } from '../../runtime/json-text.ts';
import { MAX_JSON_VALUES } from './parse-python-json.ts';

const { quote, comma, listStart, listEnd, objectStart, objectEnd } = jsonMarks;
/** Well below Python's limit, which the decoder like Python counts. */
const maxDepth = 500;

/**
 * Whether JSON.parse, should it accept this text, gives what Python gives. It cannot be trusted with numbers
 * (Python tells 1 from 1.0 and reads any number of digits), with keys that look like array indexes (it sorts
 * them first), with deep nesting (Python has a limit) and with many values (the decoder has a limit).
 */
export function isPlainJson(text: string): boolean {
  let depth = 0;
  let values = 1; // At least as many as the decoder counts.
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      const end = endOfString(text, index);
      if (isDigit(text.charCodeAt(index + 1)) && isKey(text, end)) return false;
      index = end;
    } else if (code === objectStart || code === listStart) {
      depth += 1;
      values += 1;
      if (depth > maxDepth || values > MAX_JSON_VALUES) return false;
    } else if (code === objectEnd || code === listEnd) {
      depth -= 1;
    } else if (code === comma) {
      values += 1;
      if (values > MAX_JSON_VALUES) return false;
    } else if (isDigit(code)) {
      return false;
    }
  }
  return true;
}

function isKey(text: string, end: number): boolean {
  let index = end + 1;
  while (text.charCodeAt(index) <= 0x20) index += 1;
  return text[index] === ':';
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
