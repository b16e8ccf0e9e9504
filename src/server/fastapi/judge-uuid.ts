import { type Refusal, refuse } from './refusal.ts';

const urnPrefix = 'urn:uuid:';
const hyphenated = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const simple = /^[\da-f]{32}$/i;
const hexDigit = /^[\da-f]$/i;
const groupLengths = [8, 4, 4, 4, 12];
const utf8 = new TextEncoder();

/** A UUID in any of the four spellings Pydantic takes; the result is hyphenated and in lower case. */
export function judgeUuid(value: unknown): string | Refusal {
  if (typeof value !== 'string') {
    return refuse({ type: 'uuid_type', msg: 'UUID input should be a string, bytes or UUID object', input: value });
  }
  const { text, offset } = unwrap(value);
  if (hyphenated.test(text)) return text.toLowerCase();
  if (offset === 0 && simple.test(text)) return hyphenate(text.toLowerCase());
  const error = explain(value);
  return refuse({
    type: 'uuid_parsing',
    msg: `Input should be a valid UUID, ${error}`,
    input: value,
    ctx: { error },
  });
}

/** `offset` is the length of what stands before the text, in bytes. */
function unwrap(value: string): { readonly text: string; readonly offset: number } {
  if (value.length > 1 && value.startsWith('{') && value.endsWith('}')) return { text: value.slice(1, -1), offset: 1 };
  if (value.startsWith(urnPrefix)) return { text: value.slice(urnPrefix.length), offset: urnPrefix.length };
  return { text: value, offset: 0 };
}

function hyphenate(digits: string): string {
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The message of the Rust crate `uuid`, which Pydantic passes on. */
function explain(value: string): string {
  const { text, offset } = unwrap(value);
  // With what stands around it, a text of the right length is parsed alone, and its errors are counted in it alone.
  return offset > 0 && utf8.encode(text).length === 36 ? explainPart(text) : explainPart(value);
}

function explainPart(value: string): string {
  const { text, offset } = unwrap(value);
  const stranger = findStranger(text);
  if (stranger) return `invalid character: found \`${stranger.character}\` at ${stranger.byteIndex + offset + 1}`;
  const groups = text.split('-');
  if (groups.length === 1 && offset === 0) {
    return `invalid length: expected length 32 for simple format, found ${text.length}`;
  }
  if (groups.length !== 5) return `invalid group count: expected 5, found ${groups.length}`;
  const wrong = groups.slice(0, 4).findIndex((group, index) => group.length !== groupLengths[index]);
  if (wrong !== -1) return groupError(wrong, groups[wrong]?.length);
  // The crate takes the last group for the rest of the whole value, prefix or braces included.
  return groupError(4, value.length - 24);
}

function groupError(index: number, length = 0): string {
  return `invalid group length in group ${index}: expected ${groupLengths[index]}, found ${length}`;
}

/** The first character that is neither a hexadecimal digit nor a hyphen. All before it are one byte each. */
function findStranger(text: string): { readonly character: string; readonly byteIndex: number } | null {
  let byteIndex = 0;
  for (const character of text) {
    if (character !== '-' && !hexDigit.test(character)) return { character, byteIndex };
    byteIndex += 1;
  }
  return null;
}
