import { readFileSync } from 'node:fs';
import { decodeText } from '../runtime/decode-text.ts';
import { ChatMockError, FileProblemsError } from '../runtime/errors.ts';

/** What an error calls a file, and what a person can do then. */
interface Named {
  readonly thing: string;
  readonly advice: string;
}

/** Reads a file of UTF-8 text. */
export function readText(file: string, named: Named): string {
  return decodeFile(readBytes(file, named), { file, thing: named.thing });
}

/** Reads a file as it is. */
export function readBytes(file: string, { thing, advice }: Named): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ChatMockError('input', `Failed to read ${thing}: ${reason}. ${advice}`, { cause: error });
  }
}

/** Decodes what was read; throws an error that names the encoding where it is not UTF-8. */
export function decodeFile(
  bytes: Uint8Array,
  { file, thing }: { readonly file: string; readonly thing: string },
): string {
  const decoded = decodeText(bytes);
  if ('text' in decoded) return decoded.text;
  throw new FileProblemsError(thing, [{ file, ...decoded.problem }]);
}
