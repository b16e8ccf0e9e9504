import { existsSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { ChatMockError, codeOf, messageOf } from '../runtime/errors.ts';
import { quote } from './text.ts';

/** Writes a file; an error names `flag`, where the user can choose another. */
export function writeText(file: string, text: string, flag: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw outputError(file, error, flag);
  }
}

/** A text that is written piece by piece. */
export interface TextSink {
  /** Settles when the piece is written, or kept to be written with the next ones. */
  write(text: string): Promise<void>;
  /** Writes the buffered text and closes the file. Removes a new file that is still empty. */
  close(): Promise<void>;
}

/** Pieces are collected up to this size, since each write costs a system call. */
const BATCH_CHARS = 64 * 1024;

/** How a file is written. */
interface Writing {
  /** Whether only its owner may read it. Default: whoever may read new files. */
  readonly isPrivate?: boolean;
  /** Whether each piece is written at once, so that a kill loses none. Default: several at a time. */
  readonly isUnbuffered?: boolean;
}

/** Opens a file for writing, so that one that cannot be written is known before anything is done for it. */
export async function openText(
  file: string,
  flag: string,
  { isPrivate = false, isUnbuffered = false }: Writing = {},
): Promise<TextSink> {
  const explain = (error: unknown) => {
    throw outputError(file, error, flag);
  };
  const isNew = !existsSync(file);
  const handle = await open(file, 'w', isPrivate ? 0o600 : undefined).catch(explain);
  // A file that was there keeps its mode.
  if (isPrivate && !isNew) await handle.chmod(0o600).catch(explain);
  let isEmpty = true;
  let kept: string[] = [];
  let sizeChars = 0;
  const flush = async () => {
    const text = kept.join('');
    kept = [];
    sizeChars = 0;
    if (text !== '') await handle.writeFile(text).catch(explain);
  };
  return {
    write: async (text) => {
      isEmpty &&= text === '';
      kept.push(text);
      sizeChars += text.length;
      if (isUnbuffered || sizeChars >= BATCH_CHARS) await flush();
    },
    close: async () => {
      try {
        await flush();
      } finally {
        await handle.close().catch(explain);
        if (isNew && isEmpty) await rm(file, { force: true }).catch(explain);
      }
    },
  };
}

function outputError(file: string, error: unknown, flag: string): ChatMockError {
  const reason = messageOf(error);
  const code = codeOf(error);
  const advice =
    code === 'ENOSPC' || code === 'EIO' || code === 'EDQUOT'
      ? `Make room there, or name another file with ${flag}.`
      : `Name a file in an existing, writable directory with ${flag}.`;
  return new ChatMockError('output', `Failed to write ${quote(file)}: ${reason}. ${advice}`, { cause: error });
}
