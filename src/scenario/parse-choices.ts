import type { Choices } from '../api/choices.ts';
import { ChoicesFile } from '../api/choices-schema.ts';
import { readDocument } from '../runtime/document.ts';
import type { Problem } from '../runtime/errors.ts';

/** Reads a choices file (YAML or JSON). */
export function parseChoices(source: {
  readonly file: string;
  readonly text: string;
}): { readonly value: Partial<Choices> } | { readonly problems: readonly Problem[] } {
  return readDocument({ ...source, schema: ChoicesFile });
}
