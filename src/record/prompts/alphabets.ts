/** Characters that may stand for each other: of one kind, and of the same length in UTF-8 and UTF-16. */
export interface Alphabet {
  /** What tells it from all others. */
  readonly id: string;
  readonly characters: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  /** Whether its characters have upper-case forms, which are no characters of their own. */
  readonly isCased: boolean;
}

interface Kind {
  readonly name: string;
  readonly fits: (character: string) => boolean;
}

const BLOCK = 256;
/** Scripts and signs in which a block of 256 would say too much about a character. */
const WIDE = [
  ...[
    [0x3400, 0x4dbf],
    [0x4e00, 0x9fff],
    [0xac00, 0xd7a3],
  ], // Han and Hangul
  ...[
    [0x1f300, 0x1faff],
    [0x20000, 0x2a6df],
    [0x2a700, 0x323af],
  ], // emoji and rare Han
] as const;
/** In this order: the first that fits decides. Variation selectors belong to the sign before them. */
const kinds: readonly Kind[] = [
  { name: 'fixed', fits: (one) => /[\ufe00-\ufe0f]/.test(one) },
  { name: 'cased', fits: isCased },
  { name: 'digit', fits: (one) => /\p{Nd}/u.test(one) },
  { name: 'hiragana', fits: (one) => /[\u3041-\u3096]/.test(one) },
  { name: 'letter', fits: (one) => /[\p{L}\p{N}]/u.test(one) },
  { name: 'mark', fits: (one) => /\p{M}/u.test(one) },
  { name: 'flag', fits: (one) => /\p{Regional_Indicator}/u.test(one) },
  { name: 'emoji', fits: (one) => /\p{Extended_Pictographic}/u.test(one) },
];
const known = new Map<string, Alphabet>();
/** The alphabets of the characters that were seen last. */
const seen = new Map<string, Alphabet | null>();
const MOST_SEEN = 10_000;

/** The alphabet of a character; null for one that stays as it is, such as punctuation. */
export function alphabetOf(character: string): Alphabet | null {
  const before = seen.get(character);
  if (before !== undefined) return before;
  const alphabet = findAlphabet(character);
  if (seen.size >= MOST_SEEN) seen.clear();
  seen.set(character, alphabet);
  return alphabet;
}

function findAlphabet(character: string): Alphabet | null {
  const kind = kinds.find(({ fits }) => fits(character));
  if (!kind || kind.name === 'fixed') return null;
  const point = character.codePointAt(0) ?? 0;
  const [from, to] = WIDE.find(([low = 0, high = 0]) => point >= low && point <= high) ?? blockOf(point);
  const id = `${kind.name} ${from} ${Buffer.byteLength(character)}`;
  const before = known.get(id);
  if (before) return before;
  const characters = charactersOf(kind, { from, to, sizeBytes: Buffer.byteLength(character) });
  const places = new Map(characters.map((one, index) => [one, index]));
  const alphabet = { id, characters, places, isCased: kind.name === 'cased' };
  known.set(id, alphabet);
  return alphabet;
}

function blockOf(point: number): readonly [number, number] {
  const from = point - (point % BLOCK);
  return [from, from + BLOCK - 1];
}

function charactersOf(
  kind: Kind,
  { from, to, sizeBytes }: { readonly from: number; readonly to: number; readonly sizeBytes: number },
): string[] {
  const found: string[] = [];
  for (let point = from; point <= to; point += 1) {
    const one = String.fromCodePoint(point);
    if (Buffer.byteLength(one) !== sizeBytes || kinds.find(({ fits }) => fits(one)) !== kind) continue;
    if (kind.name !== 'cased' || one === one.toLowerCase()) found.push(one);
  }
  return found;
}

/** Whether both forms of a letter are one character of the same size in the same block. */
function isCased(one: string): boolean {
  const [lower, upper] = [one.toLowerCase(), one.toUpperCase()];
  if (lower === upper || lower.length !== one.length || upper.length !== one.length) return false;
  if (upper.toLowerCase() !== lower || lower.toUpperCase() !== upper || (one !== lower && one !== upper)) return false;
  const [first = 0, second = 0] = [lower.codePointAt(0), upper.codePointAt(0)];
  return blockOf(first)[0] === blockOf(second)[0] && Buffer.byteLength(lower) === Buffer.byteLength(upper);
}
