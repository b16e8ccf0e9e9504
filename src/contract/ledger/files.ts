import { access, appendFile, constants, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { ChatMockError, codeOf, messageOf } from '../../runtime/errors.ts';
import { createPatience, type Timer } from '../../runtime/timer.ts';

/** What the ledgers need of a file system. */
export interface LedgerFiles {
  /** Makes the directory where it is missing, and rejects where nothing can be written in it. */
  prepare(directory: string): Promise<void>;
  /** Resolves with the names in a directory; with none where the directory is missing. */
  list(directory: string): Promise<readonly string[]>;
  /** Resolves with null if the path is missing, is not a file, or is too long to be a ledger. */
  read(file: string): Promise<string | null>;
  /** Resolves with false where there is one of this name already. */
  create(file: string, text: string): Promise<boolean>;
  append(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
}

/** A pipe would be read for ever, and a longer file was not written by a run. */
const MAX_LEDGER_BYTES = 64 * 1024 * 1024;
/** A disk that takes longer for a line is a folder on a server that has gone. */
const PATIENCE_MS = 5000;

/** The file system of this machine. */
export const diskFiles: LedgerFiles = {
  prepare: async (directory) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  },
  list: async (directory) => (await ifThere(readdir(directory))) ?? [],
  read: async (file) => {
    const found = await ifThere(stat(file));
    if (!found?.isFile() || found.size > MAX_LEDGER_BYTES) return null;
    return ifThere(readFile(file, 'utf8'));
  },
  create: async (file, text) => {
    try {
      await writeFile(file, text, { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  },
  append: (file, text) => appendFile(file, text, { flag: constants.O_WRONLY | constants.O_APPEND }),
  remove: (file) => rm(file, { force: true }),
};

/**
 * The same files, with two promises more: every rejection is a ChatMockError `ledger` that says what to do, and a file
 * system that does not answer is waited for once, and not again for each line.
 */
export function createPatientFiles({
  files,
  timer,
}: {
  readonly files: LedgerFiles;
  readonly timer: Timer;
}): LedgerFiles {
  let isSilent = false;
  const attempt = async <Value>(file: string, act: () => Promise<Value>): Promise<Value> => {
    if (isSilent) throw explain(file, new Error(NO_ANSWER));
    let stopWaiting = () => {};
    const silence = new Promise<never>((_, reject) => {
      const callback = () => {
        isSilent = true;
        reject(new Error(NO_ANSWER));
      };
      stopWaiting = createPatience(timer, { delayMs: PATIENCE_MS, callback }).cancel;
    });
    try {
      return await Promise.race([act(), silence]);
    } catch (error) {
      throw explain(file, error);
    } finally {
      stopWaiting();
    }
  };
  return {
    prepare: (directory) => attempt(directory, () => files.prepare(directory)),
    list: (directory) => attempt(directory, () => files.list(directory)),
    read: (file) => attempt(file, () => files.read(file)),
    create: (file, text) => attempt(file, () => files.create(file, text)),
    append: (file, text) => attempt(file, () => files.append(file, text)),
    remove: (file) => attempt(file, () => files.remove(file)),
  };
}

const NO_ANSWER = `the file system did not answer within ${PATIENCE_MS / 1000} s`;

function explain(file: string, error: unknown): ChatMockError {
  const reason = messageOf(error);
  return new ChatMockError(
    'ledger',
    `Failed to keep the ledger of created sessions, ${file}: ${reason}. Without it a killed run would leave sessions behind: make room or give access there, or choose another folder with XDG_STATE_HOME (in a program: ledgerDirectory).`,
    { cause: error },
  );
}

/** Null where there is no such file or directory. */
async function ifThere<Value>(work: Promise<Value>): Promise<Value | null> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
