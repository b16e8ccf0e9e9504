/**
 * Cuts a text into pieces of the size in which a language model streams: joined they are the text, none is
 * empty, none begins inside a grapheme cluster.
 */
export function splitTokens(text: string): string[] {
  const tokens: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = tokenEnd(text, start);
    tokens.push(text.slice(start, end));
    start = end;
  }
  return tokens;
}

/** Counts the pieces that `splitTokens` would return. */
export function countTokens(text: string): number {
  let count = 0;
  for (let start = 0; start < text.length; start = tokenEnd(text, start)) count++;
  return count;
}

const INTRICATE = 0;
const LETTER = 1;
const DIGIT = 2;
const MARK = 3;
const BLANK = 4;
const NEWLINE = 5;
const IDEOGRAPH = 6;
/** After the end. */
const NOTHING = 7;

/** Longest piece by kind of character; words use `wordPiece`. */
const longestRuns = [1, 1, 3, 4, 8, 4, 2];

/**
 * Code units between any two of which a grapheme ends (CR LF excepted), so that no segmenter is needed there.
 * All others, marks, joiners, jamo, surrogates and so on, are intricate. Later ranges win.
 */
const kinds = tableOf([
  [0x00, 0x7f, MARK],
  [0x30, 0x39, DIGIT],
  [0x41, 0x5a, LETTER],
  [0x61, 0x7a, LETTER],
  [0x09, 0x09, BLANK],
  [0x20, 0x20, BLANK],
  [0x0a, 0x0a, NEWLINE],
  [0x0d, 0x0d, NEWLINE],
  [0x80, 0xbf, MARK],
  [0xc0, 0x2ff, LETTER],
  [0x370, 0x482, LETTER], // Greek, Cyrillic
  [0x48a, 0x556, LETTER], // Cyrillic, Armenian
  [0x5d0, 0x5ea, LETTER], // Hebrew
  [0x620, 0x64a, LETTER], // Arabic
  [0x1e00, 0x1fff, LETTER], // Latin and Greek with accents
  [0x2010, 0x2027, MARK], // dashes, quotes
  [0x20a0, 0x20bf, MARK], // currencies
  [0x3000, 0x3020, MARK],
  [0x3041, 0x3096, IDEOGRAPH], // Hiragana
  [0x30a1, 0x30fa, IDEOGRAPH], // Katakana
  [0x30fc, 0x30ff, IDEOGRAPH],
  [0x3400, 0x4dbf, IDEOGRAPH],
  [0x4e00, 0x9fff, IDEOGRAPH],
  [0xac00, 0xd7a3, IDEOGRAPH], // Hangul syllables
  [0xff01, 0xff60, MARK],
]);

function tableOf(ranges: readonly (readonly [from: number, to: number, kind: number])[]): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const [from, to, kind] of ranges) table.fill(kind, from, to + 1);
  return table;
}

/** It asks for no unit after the end: a call that has once returned NaN takes three times as long ever after. */
function kindAt(text: string, index: number): number {
  return index < text.length ? (kinds[text.charCodeAt(index)] ?? INTRICATE) : NOTHING;
}

/** The end of the piece that `splitTokens` would begin here. Every piece ends at a grapheme boundary, so no state is needed. */
export function tokenEnd(text: string, start: number): number {
  const lead = leads(text, start) ? 1 : 0;
  const from = start + lead;
  const kind = kindAt(text, from);
  if (kind === INTRICATE || kind === NOTHING) return intricateEnd(text, start);
  const end = kind === LETTER ? from + wordPiece(text, from) : runEnd(text, from, kind);
  if (kind === NEWLINE || kindAt(text, end) !== INTRICATE) return end;
  // The next unit may belong to the last one, so the segmenter decides.
  return end - 1 > from ? end - 1 : intricateEnd(text, start);
}

/** A space belongs to the word, number or sign after it; an apostrophe belongs to the letters after it. */
function leads(text: string, start: number): boolean {
  const unit = text.charCodeAt(start);
  const next = unit === 0x20 || unit === 0x27 ? kindAt(text, start + 1) : NOTHING;
  return next === LETTER || (unit === 0x20 && (next === DIGIT || next === MARK || next === IDEOGRAPH));
}

/** Words of up to 7 letters stay whole; longer ones are split into even pieces of 4 to 6. */
function wordPiece(text: string, from: number): number {
  let length = 1;
  while (length < 24 && kindAt(text, from + length) === LETTER) length++;
  return length <= 7 ? length : Math.ceil(length / Math.ceil(length / 6));
}

function runEnd(text: string, from: number, kind: number): number {
  let end = from + 1;
  const last = from + (longestRuns[kind] ?? 1);
  // Some pairs of ideographs form a word; their code points decide which.
  if (kind === IDEOGRAPH && (text.charCodeAt(from) + text.charCodeAt(end)) % 3 === 0) return end;
  while (end < last && kindAt(text, end) === kind) end++;
  if (kind === BLANK && end - from > 1 && leads(text, end - 1)) return end - 1;
  return kind === NEWLINE && text.charCodeAt(end - 1) === 0x0d && text.charCodeAt(end) === 0x0a ? end + 1 : end;
}

const INTRICATE_TOKEN = / ?\p{L}[\p{L}\p{M}]{0,3}| ?./suy;
let segmenter: Intl.Segmenter | undefined;

/** Letters with their leading space, or one other unit, up to the next grapheme boundary. */
function intricateEnd(text: string, start: number): number {
  INTRICATE_TOKEN.lastIndex = start;
  const wanted = INTRICATE_TOKEN.exec(text)?.[0].length ?? 1;
  for (let size = 32; ; size *= 2) {
    const part = text.slice(start, start + size);
    const grapheme = segmentGraphemes(part).containing(wanted);
    if (!grapheme) return start + part.length;
    const end = grapheme.index === wanted ? wanted : grapheme.index + grapheme.segment.length;
    // The edge of the part may cut a grapheme or a surrogate pair.
    if (end < part.length - 1 || start + size >= text.length) return start + end;
  }
}

/** One shared segmenter, created on first use: creating it takes milliseconds and most texts never need it. */
export function segmentGraphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}
