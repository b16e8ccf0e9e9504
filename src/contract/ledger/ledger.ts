import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatMockError } from '../../runtime/errors.ts';
import type { Timer } from '../../runtime/timer.ts';
import { wallMicros } from '../../runtime/timestamp.ts';
import type { Owner } from './owner.ts';

/** Interval at which a live run writes to its ledger; see sweep.ts. */
export const BEAT_MS = 500;

/** The record of everything this run created and has not deleted yet. */
export interface Ledger {
  /** Written before a create is sent. */
  intend(indexIds: readonly string[] | null): number;
  /** Records the answer of a create: an id, or null if it was refused. */
  settle(intent: number, id: string | null): void;
  /** Takes over a session that an earlier run left; this run must delete it. */
  adopt(ids: readonly string[]): void;
  deleted(id: string): void;
  /** Created and not deleted, oldest first. */
  open(): readonly string[];
  /** Number of creates that may have made a session with an unknown id. */
  unsure(): number;
  /** Records which sessions existed before the run. */
  noteBefore(ids: readonly string[]): void;
  /** Deletes the file if nothing is open; otherwise the next run reads it. */
  close(): void;
}

/** The file of a ledger and who owns it. */
export interface DiskLedgerOptions {
  readonly directory: string;
  /** The server that has these sessions. */
  readonly target: string;
  readonly owner: Owner;
  readonly timer: Timer;
}

/**
 * A ledger that survives a crash: each line is on disk before the request leaves. There is a file from the first
 * session on, so that a run that creates none needs no place for it; throws `ledger` where it cannot be written.
 */
export function createDiskLedger({ directory, target, owner, timer }: DiskLedgerOptions): Ledger {
  let before: readonly string[] = [];
  let file: string | null = null;
  let rest = () => {};
  const append = (line: object) => {
    if (file === null) {
      file = create({ directory, target }, { target, owner, before });
      rest = timer.after(BEAT_MS, beat);
    }
    write(file, line, 'a');
  };
  // What is only good to know: without it the next start asks for a session that is gone, or looks at a book for
  // longer.
  const appendIfPossible = (line: object) => {
    try {
      append(line);
    } catch {
      // A full disk is reported by the next write that matters.
    }
  };
  const beat = () => {
    appendIfPossible({ beat: true });
    rest = timer.after(BEAT_MS, beat);
  };
  return createLedger({
    append,
    appendIfPossible,
    noteBefore: (ids) => {
      before = ids;
    },
    close: (isDone) => {
      rest();
      if (file === null) return;
      if (isDone) removeLedger(file);
      else appendIfPossible({ closed: true });
    },
  });
}

/** A ledger in memory, for a server in this process. */
export function createMemoryLedger(): Ledger {
  const nowhere = () => {};
  return createLedger({ append: nowhere, appendIfPossible: nowhere, noteBefore: nowhere, close: nowhere });
}

interface Book extends Pick<Ledger, 'noteBefore'> {
  append(line: object): void;
  appendIfPossible(line: object): void;
  close(isDone: boolean): void;
}

function createLedger({ append, appendIfPossible, noteBefore, close }: Book): Ledger {
  const ids = new Set<string>();
  const intents = new Set<number>();
  let count = 0;
  return {
    intend: (indexIds) => {
      count += 1;
      append({ intent: count, index_ids: indexIds });
      intents.add(count);
      return count;
    },
    settle: (intent, id) => {
      intents.delete(intent);
      if (id !== null) ids.add(id);
      append({ settled: intent, id });
    },
    adopt: (adopted) => {
      for (const id of adopted) ids.add(id);
      if (adopted.length > 0) append({ adopted });
    },
    deleted: (id) => {
      if (ids.delete(id)) appendIfPossible({ deleted: id });
    },
    open: () => [...ids],
    unsure: () => intents.size,
    noteBefore,
    close: () => close(ids.size === 0 && intents.size === 0),
  };
}

/** The prefix of a server's ledger files; another server may share it. */
export function ledgerPrefix(target: string): string {
  return `${target.replaceAll(/[^a-zA-Z0-9]+/g, '-')}.`;
}

/** Creates a file of its own, even if other runs start at the same time. */
function create({ directory, target }: Pick<DiskLedgerOptions, 'directory' | 'target'>, header: object): string {
  orExplain(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  for (;;) {
    const file = join(directory, `${ledgerPrefix(target)}${wallMicros()}.${process.pid}.ndjson`);
    if (write(file, header, 'wx')) return file;
  }
}

/** Returns false if the file exists already. */
function write(file: string, line: object, flag: 'a' | 'wx'): boolean {
  return orExplain(file, () => {
    try {
      writeFileSync(file, `${JSON.stringify(line)}\n`, { flag, mode: 0o600 });
      return true;
    } catch (error) {
      if (flag === 'wx' && (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

/** Removes the ledger of a run that has ended. */
export function removeLedger(file: string): void {
  orExplain(file, () => rmSync(file, { force: true }));
}

/** Runs a file operation on the ledgers; a failure becomes an error that the user can fix. */
export function orExplain<Value>(file: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ChatMockError(
      'ledger',
      `Failed to keep the ledger of created sessions, ${file}: ${reason}. Without it a killed run would leave sessions behind: make room or give access there, or choose another folder with XDG_STATE_HOME (in a program: ledgerDirectory).`,
      { cause: error },
    );
  }
}
