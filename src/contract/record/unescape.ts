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
  let plain = text;
  let places: Uint32Array | null = null;
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const next = unescapeOnce(plain);
    if (next === null) break;
    const outer: Uint32Array | null = places;
    places = outer === null ? next.places : next.places.map((place) => outer[place] ?? 0);
    plain = next.text;
  }
  return { text: plain, originalPlace: (index) => (places === null ? index : (places[index] ?? text.length)) };
}

/** Null where there is nothing to undo. */
function unescapeOnce(text: string): { readonly text: string; readonly places: Uint32Array } | null {
  const parts: string[] = [];
  const places = new Uint32Array(text.length + 1);
  let length = 0;
  let from = 0;
  const keep = (until: number) => {
    parts.push(text.slice(from, until));
    for (let place = from; place < until; place += 1) places[length++] = place;
  };
  for (const { 0: written, index } of text.matchAll(ESCAPE)) {
    keep(index);
    const character = characterOf(written);
    parts.push(character);
    for (let unit = 0; unit < character.length; unit += 1) places[length++] = index;
    from = index + written.length;
  }
  if (from === 0) return null;
  keep(text.length);
  places[length] = text.length;
  return { text: parts.join(''), places: places.subarray(0, length + 1) };
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
