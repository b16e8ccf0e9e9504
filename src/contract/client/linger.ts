/** An end that takes longer than this to follow the stop does not come soon. */
const SOON_MS = 3000;
/** A server that is slow by nature may take this many times its longest silence. */
const PER_SILENCE = 3;

/** How long the end of a stream may take once its stop has come. */
export function lingerMs(longestSilenceMs: number): number {
  return Math.max(SOON_MS, PER_SILENCE * longestSilenceMs);
}
