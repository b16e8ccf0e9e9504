import { structuredPatch } from 'diff';

/** A unified diff: changed lines with three lines of context. */
export function diffLines(before: string, after: string): string[] {
  return structuredPatch('', '', before, after, undefined, undefined, { context: 3 }).hunks.flatMap(
    ({ oldStart, lines }) => [`@@ line ${oldStart} @@`, ...lines],
  );
}
