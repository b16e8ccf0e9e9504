import { createReadStream, readFileSync } from 'node:fs';
import { decodeText } from '../runtime/decode-text.ts';
import { ChatMockError, FileProblemsError, messageOf } from '../runtime/errors.ts';
import { quote } from './text.ts';

/** How an error names the file, and what the user can do. */
interface Named {
  readonly thing: string;
  readonly advice: string;
}

/** Reads a file of UTF-8 text. */
export function readText(file: string, named: Named): string {
  return decodeFile(readBytes(file, named), { file, thing: named.thing });
}

/** Reads the bytes of a file. */
export function readBytes(file: string, { thing, advice }: Named): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = messageOf(error);
    throw new ChatMockError('input', `Failed to read ${thing}: ${reason}. ${advice}`, { cause: error });
  }
}

/** Decodes UTF-8; throws an error that names the encoding if it is another one. */
export function decodeFile(
  bytes: Uint8Array,
  { file, thing }: { readonly file: string; readonly thing: string },
): string {
  const decoded = decodeText(bytes);
  if ('text' in decoded) return decoded.text;
  throw new FileProblemsError(thing, [{ file, ...decoded.problem }]);
}

/** Reads a file piece by piece. Throws `input` where it cannot be read. */
export async function* readPieces(file: string, flag: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 256 * 1024 });
  } catch (error) {
    const reason = messageOf(error);
    throw new ChatMockError('input', `Failed to read ${quote(file)}: ${reason}. Check the path of ${flag}.`, {
      cause: error,
    });
  }
}
