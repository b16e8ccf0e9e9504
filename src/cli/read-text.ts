import { readFileSync } from 'node:fs';
import { ChatMockError } from '../runtime/errors.ts';

/** Reads a file; `thing` is what an error calls it, `advice` what a person can do then. */
export function readText(file: string, { thing, advice }: { readonly thing: string; readonly advice: string }): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ChatMockError('input', `Failed to read ${thing}: ${reason}. ${advice}`, { cause: error });
  }
}
