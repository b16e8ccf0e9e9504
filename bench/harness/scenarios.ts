import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A delta whose frame has 120 bytes. */
function delta(index: number): string {
  const text = `delta ${index} of some sixty characters, so that a frame has 120 bytes`;
  return text.padEnd(62, ' .').slice(0, 62);
}

const deltas = (count: number) => Array.from({ length: count }, (_, index) => delta(index));
/** 120 bytes each, in steps of 100 ms where time passes at all. */
const pace = { first_ms: 0, tokens_per_second: 10, jitter: 0 };

/** Turns that send the same events: as one `text` step, and as an `event` step for each, `gapMs` apart. */
const scripts = {
  text: (count: number) => [{ text: deltas(count).join(''), deltas: deltas(count) }],
  events: (count: number, gapMs: number) => [
    ...deltas(count).flatMap((content) => [
      ...(gapMs > 0 ? [{ wait_ms: gapMs }] : []),
      { event: { type: 'text_delta', content } },
    ]),
    { event: { type: 'text', content: deltas(count).join('') } },
  ],
} as const;

export type StepKind = keyof typeof scripts;
export const GAP_MS = 100;

/**
 * Writes the scenario to a folder of its own; returns the flags that serve it alone. Its prompt is `/turn`.
 */
export function scenarioFlags(
  folder: string,
  { kind, events, gapMs }: { readonly kind: StepKind; readonly events: number; readonly gapMs: number },
): string[] {
  const own = join(folder, `${kind}-${events}-${gapMs}`);
  mkdirSync(own, { recursive: true });
  const scenario = { scenario: 'turn', pace, steps: scripts[kind](events, gapMs) };
  writeFileSync(join(own, 'turn.json'), JSON.stringify(scenario));
  return ['--scenarios', own];
}

/** The scenario that such flags serve, for a mock of the library. */
export function readScenario([, folder = '']: readonly string[]): { readonly steps: unknown } {
  return JSON.parse(readFileSync(join(folder, 'turn.json'), 'utf8')) as { readonly steps: unknown };
}
