/** A text with its escapes undone, and where each of its characters stood. */
export interface Unescaped {
  readonly text: string;
  /** The place of a character of `text` in the original; also for the place after the last one. */
  originalPlace(index: number): number;
}

const ESCAPE =
  /%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[\\/"']|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** A text may be escaped in a text that is escaped: a URL in JSON in HTML. */
const MAX_LAYERS = 3;

/**
 * Undoes percent-encoding, the escapes of JSON and the entities of HTML, so that a text is recognized however it was
 * written. A byte above 127 that is percent-encoded becomes the character of that number.
 */
export function unescapeText(text: string): Unescaped {
  let plain: Unescaped = { text, originalPlace: (index) => index };
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const outer = plain;
    const inner = unescapeOnce(outer.text);
    if (inner === null) break;
    plain = { text: inner.text, originalPlace: (index) => outer.originalPlace(inner.originalPlace(index)) };
  }
  return plain;
}

/** Null where there is nothing to undo. What is kept costs nothing by character: a body may have megabytes. */
function unescapeOnce(text: string): Unescaped | null {
  if (!/[%\\&]/.test(text)) return null;
  const parts: string[] = [];
  // Where a part begins in the plain text, and where in the original.
  const starts: number[] = [];
  const origins: number[] = [];
  let length = 0;
  let from = 0;
  const add = (part: string, origin: number) => {
    parts.push(part);
    starts.push(length);
    origins.push(origin);
    length += part.length;
  };
  for (const { 0: written, index } of text.matchAll(ESCAPE)) {
    add(text.slice(from, index), from);
    add(characterOf(written), index);
    from = index + written.length;
  }
  if (from === 0) return null;
  add(text.slice(from), from);
  const originalPlace = (index: number) => {
    const part = lastAtMost(starts, index);
    const origin = origins[part] ?? 0;
    // The parts take turns: what was kept, then what was escaped. An escape stands at one place, however long it became.
    return part % 2 === 0 ? origin + index - (starts[part] ?? 0) : origin;
  };
  return { text: parts.join(''), originalPlace };
}

/** The index of the last of these ascending numbers that is not above a value; 0 if there is none. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}

function characterOf(written: string): string {
  if (written.startsWith('%')) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
  if (/^\\[ux]/i.test(written)) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  if (written.startsWith('\\')) return written.slice(1);
  const name = written.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return ENTITIES[name] ?? written;
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : written;
}
