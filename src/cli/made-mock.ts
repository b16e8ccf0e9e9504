import { join } from 'node:path';
import type { Hidden } from '../record/index.ts';
import { quoteForShell } from '../runtime/escape.ts';

/** The file of a recording within its directory. */
export const RECORDING_FILE = 'recording.ndjson';

/** What was made, and the command that serves it. */
export function formatMock({ scenarios, sessions }: Counts, directory: string): string {
  const at = (name: string) => quoteWord(join(directory, name));
  const flags = [
    ...(scenarios > 0 ? [`--scenarios ${at('scenarios')}`] : []),
    ...(sessions > 0 ? [`--fixtures ${at('sessions')}`] : []),
    `--choices ${at('choices.yaml')}`,
  ];
  return `Made ${scenarios} scenarios and ${sessions} sessions of it; replay them with\n  chat-mock ${flags.join(' ')}`;
}

interface Counts {
  readonly scenarios: number;
  readonly sessions: number;
}

function quoteWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : quoteForShell(text);
}

/** How much was hidden, for a person. */
export function formatHidden({ secrets, texts }: Hidden, replacesTexts: boolean): string {
  return `${secrets} secrets hidden${replacesTexts ? `, ${texts} texts replaced` : ''}`;
}

/** How many texts were replaced, for programs, where they were to be. */
export function replacedOf({ texts }: Hidden, replacesTexts: boolean): { readonly replaced?: number } {
  return replacesTexts ? { replaced: texts } : {};
}
