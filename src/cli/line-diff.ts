import { structuredPatch } from 'diff';

/** What turns one text into the other, as `diff -u` shows it: changed lines with three lines around them. */
export function diffLines(before: string, after: string): string[] {
  return structuredPatch('', '', before, after, undefined, undefined, { context: 3 }).hunks.flatMap(
    ({ oldStart, lines }) => [`@@ line ${oldStart} @@`, ...lines],
  );
}
