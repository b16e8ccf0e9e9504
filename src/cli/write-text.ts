import { writeFileSync } from 'node:fs';
import { ChatMockError } from '../runtime/errors.ts';
import { quote } from './text.ts';

/** Writes a file; an error names `flag`, where the user can choose another. */
export function writeText(file: string, text: string, flag: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ChatMockError(
      'output',
      `Failed to write ${quote(file)}: ${reason}. Name a file in an existing, writable directory with ${flag}.`,
      { cause: error },
    );
  }
}
