import { distance } from 'fastest-levenshtein';

/**
 * The known word that was most likely meant, or null. The edit distance is at most two and at most half of the word.
 */
export function suggest(word: string, known: readonly string[]): string | null {
  let best: { readonly word: string; readonly slips: number } | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > 2) continue; // A long text costs nothing.
    const slips = distance(word.toLowerCase(), candidate.toLowerCase());
    if (slips <= 2 && slips <= candidate.length / 2 && (!best || slips < best.slips)) best = { word: candidate, slips };
  }
  return best?.word ?? null;
}

/** `; did you mean "text"?`, or an empty text if no known word is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}
