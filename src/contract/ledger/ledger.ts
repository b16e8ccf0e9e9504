import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatMockError } from '../../runtime/errors.ts';
import type { Timer } from '../../runtime/timer.ts';
import { wallMicros } from '../../runtime/timestamp.ts';
import type { Owner } from './owner.ts';

/** A ledger grows this often while its run is alive; see sweep.ts. */
export const BEAT_MS = 500;

/** The book of everything this run has created and not yet deleted. */
export interface Ledger {
  /** Written before a create is sent. */
  intend(indexIds: readonly string[] | null): number;
  /** Its answer came: with an id, or with null because it was refused. */
  settle(intent: number, id: string | null): void;
  /** Takes over what an earlier run has left: from now on this run has to delete it. */
  adopt(ids: readonly string[]): void;
  deleted(id: string): void;
  /** Created and not deleted, oldest first. */
  open(): readonly string[];
  /** How many creates may have made a session of which nobody knows the id. */
  unsure(): number;
  /** Notes which sessions were there before. */
  noteBefore(ids: readonly string[]): void;
  /** Forgets the file once nothing is open; else it waits for the next start. */
  close(): void;
}

/** The file of a ledger and who owns it. */
export interface DiskLedgerOptions {
  readonly directory: string;
  /** The server these sessions are on. */
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
      // A full disk is told by the next line that must not be missing.
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

/** A ledger for a server in this process, which is gone when we are. */
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

/** How the names of a server's ledgers begin; another server's may begin alike. */
export function ledgerPrefix(target: string): string {
  return `${target.replaceAll(/[^a-zA-Z0-9]+/g, '-')}.`;
}

/** A file of one's own, whoever else starts at the same time. */
function create({ directory, target }: Pick<DiskLedgerOptions, 'directory' | 'target'>, header: object): string {
  orExplain(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  for (;;) {
    const file = join(directory, `${ledgerPrefix(target)}${wallMicros()}.${process.pid}.ndjson`);
    if (write(file, header, 'wx')) return file;
  }
}

/** False where the file must be new and is not. */
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

/** Does something with the ledgers' files; what is in the way is the person's to mend. */
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
