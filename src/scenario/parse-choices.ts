import type { Choices } from '../api/choices.ts';
import { ChoicesDocument } from '../api/choices-schema.ts';
import { readDocument } from '../runtime/document.ts';
import type { Problem } from '../runtime/errors.ts';

/** Reads a choices file (YAML or JSON). */
export function parseChoices(source: {
  readonly file: string;
  readonly text: string;
}): { readonly value: Partial<Choices> } | { readonly problems: readonly Problem[] } {
  const reading = readDocument({ ...source, schema: ChoicesDocument });
  if ('problems' in reading) return reading;
  const { observed: _, ...choices } = reading.value;
  return { value: choices };
}
