import { distance } from 'fastest-levenshtein';

const waits = ['wait_ms', 'takes_ms', 'delay_ms'];
/** Words that others use, and our words for the same. Each place of a file knows at most one of a list. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  sleep: waits,
  pause: waits,
  wait: waits,
  delay: waits,
  duration: ['takes_ms'],
  params: ['arguments'],
  parameters: ['arguments'],
  input: ['arguments'],
  output: ['result'],
  say: ['text'],
};

/** The shortest word that is taken for an abbreviation. */
const ABBREVIATION = 3;

/** The known word that was most likely meant, or null: one that is cut short, another word for it, or a slip. */
export function suggest(word: string, known: readonly string[]): string | null {
  const given = word.toLowerCase();
  const synonym = Object.hasOwn(synonyms, given) && synonyms[given]?.find((one) => known.includes(one));
  if (synonym) return synonym;
  return (
    only(known.filter((candidate) => isBeginning(given, candidate))) ??
    nearest(given, known) ??
    only(known.filter((candidate) => isBeginning(candidate, given) || isAbbreviation(given, candidate)))
  );
}

function isBeginning(part: string, whole: string): boolean {
  return part.length >= ABBREVIATION && whole.toLowerCase().startsWith(part.toLowerCase());
}

/** As `args` of `arguments`: the first two letters, and the others in their order. */
function isAbbreviation(short: string, candidate: string): boolean {
  if (short.length < ABBREVIATION || !candidate.toLowerCase().startsWith(short.slice(0, 2))) return false;
  let at = 0;
  for (const letter of candidate.toLowerCase()) if (letter === short[at]) at += 1;
  return at === short.length;
}

/** One of several would be a guess. */
function only(found: readonly string[]): string | null {
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The edit distance is at most two and at most half of the word. */
function nearest(word: string, known: readonly string[]): string | null {
  let best: { readonly word: string; readonly slips: number } | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > 2) continue; // A long text costs nothing.
    const slips = distance(word, candidate.toLowerCase());
    if (slips <= 2 && slips <= candidate.length / 2 && (!best || slips < best.slips)) best = { word: candidate, slips };
  }
  return best?.word ?? null;
}

/** `; did you mean "text"?`, or an empty text if no known word is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}
