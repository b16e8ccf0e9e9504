import type { ReportedFinding } from '../contract/verdict/report.ts';

/** A finding as a few plain lines, for text formats. */
export function findingText({ exchange, at, expected, actual, reproduce, timeline }: ReportedFinding): string {
  const stream = timeline.map(
    ({ frame, byte, at_ms, text, is_place }) =>
      `${is_place ? '>' : ' '} frame ${frame}, byte ${byte}, +${at_ms} ms  ${text}`,
  );
  return [
    `exchange ${exchange}, ${at}`,
    `expected ${expected}`,
    `actual   ${actual}`,
    ...stream,
    'reproduce',
    ...reproduce.map((line) => `  ${line}`),
  ].join('\n');
}
