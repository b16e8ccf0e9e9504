/** So few borders within frames, of many at their ends, are those of reads and not of chunks. */
const STRAYS = { from: 500, share: 0.02 };

/**
 * The borders of the chunks. A burst is read in large pieces whose ends fall into chunks: a few such borders would make
 * every write of the replay a piece of its own, which takes two milliseconds each.
 */
export function withoutStrays(ends: readonly number[], frameEnds: ReadonlySet<number>): readonly number[] {
  const aligned = ends.filter((end) => frameEnds.has(end));
  const isStray = ends.length >= STRAYS.from && ends.length - aligned.length <= ends.length * STRAYS.share;
  return isStray ? aligned : ends;
}
