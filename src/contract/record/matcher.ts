/** Finds any of many texts in a text, in one pass. */
export interface Matcher {
  /** Looks for this text, too. A text that is too short is ignored. */
  add(wanted: string): void;
  /** Where they stand, in order and without overlaps; the longest first where several begin at one place. */
  find(text: string): { readonly start: number; readonly end: number }[];
}

/** Of a longer text only the beginning is looked for; what follows it up to a quote or a blank belongs to it. */
const LONGEST = 512;
/** Every length costs a look-up at each place that looks promising. */
const MAX_LENGTHS = 64;
const MAX_TEXTS = 20_000;
const BUCKETS = 1 << 16;
const BASE = 0x01000193;

/**
 * Creates a matcher. Each place of a text is judged by a rolling hash of its next `shortest` characters (Karp and Rabin):
 * a walk over a thousand pages learns a thousand tokens, and must not search each text a thousand times.
 */
export function createMatcher({ shortest }: { readonly shortest: number }): Matcher {
  const wantedByLength = new Map<number, Set<string>>();
  const isPromising = new Uint8Array(BUCKETS);
  let lengths: number[] = [];
  let count = 0;
  let leading = 1;
  for (let power = 1; power < shortest; power += 1) leading = Math.imul(leading, BASE);
  const lookUp = (text: string, start: number) =>
    lengths.find((length) => wantedByLength.get(length)?.has(text.slice(start, start + length)));
  return {
    add: (given) => {
      // A copy: V8 keeps the whole text in memory for a part of it, and it may have megabytes.
      const wanted = Buffer.from(given.slice(0, LONGEST), 'utf16le').toString('utf16le');
      if (wanted.length < shortest || count >= MAX_TEXTS) return;
      const known = wantedByLength.get(wanted.length);
      if (!known && lengths.length >= MAX_LENGTHS) return;
      count += known?.has(wanted) ? 0 : 1;
      wantedByLength.set(wanted.length, (known ?? new Set()).add(wanted));
      lengths = [...wantedByLength.keys()].sort((a, b) => b - a);
      let hash = 0;
      for (let at = 0; at < shortest; at += 1) hash = (Math.imul(hash, BASE) + wanted.charCodeAt(at)) | 0;
      isPromising[bucketOf(hash)] = 1;
    },
    find: (text) => {
      const found: { start: number; end: number }[] = [];
      let hash = 0;
      let from = 0;
      for (let at = 0; at < text.length; at += 1) {
        if (at >= shortest) hash = (hash - Math.imul(text.charCodeAt(at - shortest), leading)) | 0;
        hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) | 0;
        const start = at - shortest + 1;
        if (start < from || isPromising[bucketOf(hash)] === 0) continue;
        const length = lookUp(text, start);
        if (length === undefined) continue;
        from = length < LONGEST ? start + length : endOfRun(text, start + length);
        found.push({ start, end: from });
      }
      return found;
    },
  };
}

function endOfRun(text: string, start: number): number {
  const run = /[^\s"'&<>]*/y;
  run.lastIndex = start;
  return start + (run.exec(text)?.[0].length ?? 0);
}

/** The high bits are the well-mixed ones. */
function bucketOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}
