import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { ChatMockError, messageOf } from '../runtime/errors.ts';
import { LogError } from '../server/inputs.ts';
import type { EntrySink } from './input-log.ts';

const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
/** Only its owner may read what clients have asked. */
const OWNER_ONLY = 0o600;

/** When a line is safe: `os` when the system has it, which a killed process survives; `always` when the disk has it. */
export type LogSync = 'os' | 'always';

/** A file of lines that only grows. */
export class LogFile implements EntrySink {
  readonly #descriptor: number;
  readonly #sync: LogSync;
  readonly #lock: Server | null;
  #sizeBytes: number;
  #isOpen = true;

  private constructor({ descriptor, sync, lock }: { descriptor: number; sync: LogSync; lock: Server | null }) {
    this.#descriptor = descriptor;
    this.#sync = sync;
    this.#lock = lock;
    this.#sizeBytes = fstatSync(descriptor).size;
  }

  /** Opens a log for writing, alone; makes it if it is not there. */
  static async open(path: string, sync: LogSync): Promise<LogFile> {
    const lock = await lockFile(path);
    try {
      return new LogFile({ descriptor: openSync(path, 'a+', OWNER_ONLY), sync, lock });
    } catch (error) {
      lock?.close();
      throw new ChatMockError('cannot_log', `Failed to open the log ${path}: ${messageOf(error)}.`, { cause: error });
    }
  }

  /** Whether it begins with this text, or with the part of it that was written before its process was killed. */
  beginsWith(text: string): boolean {
    const start = Buffer.alloc(Buffer.byteLength(text));
    const count = readSync(this.#descriptor, start, 0, start.length, 0);
    return text.startsWith(start.toString('utf8', 0, count));
  }

  /** Drops a last line that was not written to its end. Returns how many bytes that were. */
  dropTorn(): number {
    let end = 0;
    for (const line of readLines(this.#descriptor)) end = line.endOffset;
    const tornBytes = this.#sizeBytes - end;
    if (tornBytes > 0) ftruncateSync(this.#descriptor, end);
    this.#sizeBytes = end;
    return tornBytes;
  }

  /** Its lines. */
  *lines(): Generator<string> {
    for (const { text } of readLines(this.#descriptor)) yield text;
  }

  append(line: string): void {
    const bytes = Buffer.from(line);
    try {
      // The system may take less than it is given.
      for (let written = 0; written < bytes.length; )
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
      if (this.#sync === 'always') fdatasyncSync(this.#descriptor);
      this.#sizeBytes += bytes.length;
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#sizeBytes); // Half a line would spoil the next one.
      throw new LogError(messageOf(error), { cause: error });
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
    this.#lock?.close();
  }
}

/** The lines of a log that is only read; one that was not written to its end is left out. */
export function* readLog(path: string): Generator<string> {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw new ChatMockError('cannot_log', `Failed to read the log ${path}: ${messageOf(error)}.`, { cause: error });
  }
  try {
    for (const { text } of readLines(descriptor)) yield text;
  } finally {
    closeSync(descriptor);
  }
}

/** Whole lines, and where each ends in the file. */
function* readLines(descriptor: number): Generator<{ readonly text: string; readonly endOffset: number }> {
  const buffer = Buffer.alloc(READ_BYTES);
  let rest = Buffer.alloc(0);
  let offset = 0;
  let endOffset = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, 0, READ_BYTES, offset);
    if (count === 0) return;
    offset += count;
    let from = 0;
    const bytes = Buffer.concat([rest, buffer.subarray(0, count)]);
    for (let at = bytes.indexOf(NEWLINE, from); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      endOffset += at + 1 - from;
      yield { text: bytes.toString('utf8', from, at), endOffset };
      from = at + 1;
    }
    rest = bytes.subarray(from);
  }
}

/**
 * Keeps a second process from writing to the same log. An abstract socket of Linux is free again the moment its process
 * ends, however it ends; other systems have nothing as simple, and there nobody is kept.
 */
async function lockFile(path: string): Promise<Server | null> {
  if (process.platform !== 'linux') return null;
  const whole = existsSync(path) ? realpathSync(path) : join(realpathOf(dirname(resolve(path))), basename(path));
  const server = createServer((socket) => socket.destroy());
  server.unref();
  // The system takes 107 bytes of a name.
  const { createHash } = await import('node:crypto');
  const name = `\0chat-mock-log-${createHash('sha256').update(whole).digest('hex')}`;
  return new Promise((settle, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      return reject(
        new ChatMockError(
          'log_in_use',
          `Failed to open the log ${path}: another chat-mock writes to it. Stop that one, or name another file.`,
        ),
      );
    });
    server.listen(name, () => settle(server));
  });
}

function realpathOf(directory: string): string {
  return existsSync(directory) ? realpathSync(directory) : directory;
}
