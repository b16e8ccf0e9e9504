import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  RECORDING_VERSION,
  type RecordingHeader,
  type RecordingLine,
  writeLine,
} from '../contract/record/recording.ts';
import { ChatMockError, messageOf } from '../runtime/errors.ts';

/** A recording that grows: whole lines are appended to it, and never changed. */
export interface RecordingFile {
  /** Resolves when the line is handed to the system: a kill of this process does not lose it any more. */
  append(line: RecordingLine): Promise<void>;
  /** Bytes of lines that are still to be written. */
  readonly waitingBytes: number;
  close(): Promise<void>;
}

/**
 * Creates the file of a recording, which only its owner may read, with its directory. Throws `output` where a file is
 * there already and `replaces` is not set, or where it cannot be written.
 */
export async function createRecordingFile(
  file: string,
  { header, replaces }: { readonly header: Omit<RecordingHeader, 'chat_mock_recording'>; readonly replaces: boolean },
): Promise<RecordingFile> {
  const fail = (error: unknown): never => {
    if (error instanceof ChatMockError) throw error;
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new ChatMockError(
      'output',
      isThere
        ? `Failed to record into ${file}: it exists already. Name another directory with --out, or replace it with --force.`
        : `Failed to record into ${file}: ${messageOf(error)}. Name a writable directory with --out.`,
      { cause: error },
    );
  };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(fail);
  if (replaces) await checkReplaced(file);
  const handle = await open(file, replaces ? 'w' : 'wx', 0o600).catch(fail);
  if (replaces) await handle.chmod(0o600).catch(fail);
  let waitingBytes = 0;
  let lines: Buffer[] = [];
  let last: Promise<void> = Promise.resolve();
  const flush = async () => {
    const bytes = Buffer.concat(lines);
    lines = [];
    try {
      await handle.writeFile(bytes);
    } catch (error) {
      fail(error);
    } finally {
      waitingBytes -= bytes.byteLength;
    }
  };
  /** Lines that come while others are written wait and are written together: many exchanges stay few writes. */
  const write = (text: string): Promise<void> => {
    const line = Buffer.from(text);
    waitingBytes += line.byteLength;
    if (lines.push(line) === 1) last = last.catch(() => {}).then(flush);
    return last;
  };
  await write(writeLine({ chat_mock_recording: RECORDING_VERSION, ...header }));
  return {
    append: (line) => write(writeLine(line)),
    get waitingBytes() {
      return waitingBytes;
    },
    close: async () => {
      await last.catch(() => {}); // Whoever appended has it.
      await handle.close();
    },
  };
}

/** --force replaces a recording, and nothing that only happens to have its name. */
async function checkReplaced(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null || text === '' || text.startsWith('{"chat_mock_recording"')) return;
  throw new ChatMockError(
    'output',
    `Failed to record into ${file}: it is there and is not a recording, so --force does not replace it. Name another directory with --out.`,
  );
}
