import { messageOf } from '../../runtime/errors.ts';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from './answer-limits.ts';
import { firstBadByte } from './utf8.ts';

/** The JSON of a body, or why it is not JSON. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string; readonly at: string };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses bytes by the letter of RFC 8259: UTF-8 without a byte order mark, within the limits of `parseJson`. */
export function parseJsonBytes(bytes: Uint8Array): JsonReading {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return { ok: false, reason: 'it starts with a byte order mark', at: 'byte 0' };
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return { ok: false, reason: 'it is not UTF-8', at: `byte ${firstBadByte(bytes)}` };
  }
  return parseJson(text);
}

/**
 * Parses a text as JSON. Refuses what is nested too deep or holds too many values before anything is built: a few
 * megabytes of brackets exhaust the stack or the memory of the code that walks over them.
 */
export function parseJson(text: string): JsonReading {
  const excess = findExcess(text);
  if (excess) return { ok: false, ...excess };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const message = messageOf(error);
    const position = /position (\d+)/.exec(message)?.[1];
    return {
      ok: false,
      reason: text === '' ? 'it is empty' : `it is not JSON (${withoutExcerpt(message)})`,
      at: position === undefined ? `character ${text.length}` : `character ${position}`,
    };
  }
}

/**
 * Where a text goes beyond the limits. It counts brackets and commas outside strings, which also ends for what is not
 * JSON.
 */
function findExcess(text: string): { readonly reason: string; readonly at: string } | null {
  if (text.length <= MAX_JSON_DEPTH) return null;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
    }
    if (depth > MAX_JSON_DEPTH)
      return { reason: `it is nested more than ${MAX_JSON_DEPTH} deep`, at: `character ${at}` };
    if (values > MAX_JSON_VALUES)
      return { reason: `it holds more than ${MAX_JSON_VALUES} values`, at: `character ${at}` };
  }
  return null;
}

/** The place of the quote that ends a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** V8 quotes the text around the place. That could be half of a secret, which the redactor would not recognize. */
function withoutExcerpt(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, '');
}
