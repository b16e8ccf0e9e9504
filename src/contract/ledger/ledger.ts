import { join } from 'node:path';
import type { Timer } from '../../runtime/timer.ts';
import { wallMicros } from '../../runtime/timestamp.ts';
import type { LedgerFiles } from './files.ts';
import type { Owner } from './owner.ts';

/** Interval at which a live run writes to its ledger; see sweep.ts. */
export const BEAT_MS = 500;

/** The record of everything this run created and has not deleted yet. */
export interface Ledger {
  /** Rejects where the ledger cannot be kept, before anything is created that would have to be noted. */
  prepare(): Promise<void>;
  /** Settles when it is written, before a create is sent. */
  intend(indexIds: readonly string[] | null): Promise<number>;
  /** Records the answer of a create: an id, or null if it was refused. */
  settle(intent: number, id: string | null): Promise<void>;
  /** Takes over sessions that an earlier run left; this run must delete them. */
  adopt(ids: readonly string[]): Promise<void>;
  deleted(id: string): Promise<void>;
  /** Created and not deleted, oldest first. */
  open(): readonly string[];
  /** Number of creates that may have made a session with an unknown id. */
  unsure(): number;
  /** Those creates, each with the index_ids it was sent with. */
  unanswered(): ReadonlyMap<number, readonly string[] | null>;
  /** The sessions that existed before the run. */
  before(): readonly string[];
  /** Records which sessions existed before the run. */
  noteBefore(ids: readonly string[]): void;
  /** Deletes the file if nothing is open; otherwise the next run reads it. */
  close(): Promise<void>;
}

/** The file of a ledger and who owns it. */
export interface DiskLedgerOptions {
  readonly directory: string;
  /** The server that has these sessions. */
  readonly target: string;
  readonly owner: Owner;
  readonly timer: Timer;
  readonly files: LedgerFiles;
  /** Whether a text must not be written: a server may put the key into an id. */
  readonly isSecret: (text: string) => boolean;
}

/**
 * A ledger that survives a crash: each line is on disk before the request leaves. There is a file from the first
 * session on, so that a run that creates none needs no place for it; rejects with `ledger` where it cannot be written.
 */
export function createDiskLedger(options: DiskLedgerOptions): Ledger {
  const { directory, target, owner, timer, files, isSecret } = options;
  let before: readonly string[] = [];
  let file: string | null = null;
  let rest = () => {};
  let last: Promise<unknown> = Promise.resolve();
  /** One line after the other: they must stand in the order in which things happened. */
  const inTurn = <Value>(write: () => Promise<Value>): Promise<Value> => {
    const written = last.then(write, write);
    last = written;
    return written;
  };
  const append = (line: object) =>
    inTurn(async () => {
      if (file === null) {
        file = await createFile({ target, owner, before: before.filter((id) => !isSecret(id)) }, options);
        rest = timer.after(BEAT_MS, beat);
      }
      await files.append(file, `${JSON.stringify(line)}\n`);
    });
  const beat = () => {
    void appendIfPossible({ beat: true });
    rest = timer.after(BEAT_MS, beat);
  };
  // What is only good to know: without it the next start asks for a session that is gone, or looks at a book for
  // longer. A full disk is reported by the next write that matters.
  const appendIfPossible = (line: object) => append(line).catch(() => {});
  return createLedger({
    prepare: () => files.prepare(directory),
    append,
    appendIfPossible,
    isSecret,
    noteBefore: (ids) => {
      before = ids;
    },
    close: (isDone) => {
      rest();
      if (file === null) return Promise.resolve();
      const written = file;
      return isDone ? inTurn(() => files.remove(written)) : appendIfPossible({ closed: true });
    },
  });
}

/** A ledger in memory, for a server in this process. */
export function createMemoryLedger(): Ledger {
  const nowhere = async () => {};
  const book = { prepare: nowhere, append: nowhere, appendIfPossible: nowhere, close: nowhere };
  return createLedger({ ...book, isSecret: () => false, noteBefore: () => {} });
}

interface Book extends Pick<Ledger, 'prepare' | 'noteBefore'>, Pick<DiskLedgerOptions, 'isSecret'> {
  append(line: object): Promise<void>;
  appendIfPossible(line: object): Promise<void>;
  close(isDone: boolean): Promise<void>;
}

function createLedger({ prepare, append, appendIfPossible, isSecret, noteBefore, close }: Book): Ledger {
  const ids = new Set<string>();
  const intents = new Map<number, readonly string[] | null>();
  let before: readonly string[] = [];
  /** Creates whose id is not written yet: a later reader of the file takes them for unanswered. */
  const unwritten = new Map<string, number>();
  let count = 0;
  return {
    prepare,
    intend: async (indexIds) => {
      count += 1;
      const intent = count;
      await append({ intent, index_ids: indexIds?.some(isSecret) ? null : indexIds });
      intents.set(intent, indexIds);
      return intent;
    },
    settle: async (intent, id) => {
      intents.delete(intent);
      if (id !== null) ids.add(id);
      if (id !== null && isSecret(id)) unwritten.set(id, intent);
      else await append({ settled: intent, id });
    },
    adopt: async (adopted) => {
      for (const id of adopted) ids.add(id);
      if (adopted.length > 0) await append({ adopted: adopted.filter((id) => !isSecret(id)) });
    },
    deleted: async (id) => {
      const intent = unwritten.get(id);
      if (!ids.delete(id)) return;
      await appendIfPossible(intent === undefined ? { deleted: id } : { settled: intent, id: null });
    },
    open: () => [...ids],
    unsure: () => intents.size,
    unanswered: () => new Map(intents),
    before: () => before,
    noteBefore: (known) => {
      before = known;
      noteBefore(known);
    },
    close: () => close(ids.size === 0 && intents.size === 0),
  };
}

/** The prefix of a server's ledger files; another server may share it. */
export function ledgerPrefix(target: string): string {
  return `${target.replaceAll(/[^a-zA-Z0-9]+/g, '-')}.`;
}

/** Creates a file of its own, even if other runs start at the same time. */
async function createFile(header: object, { directory, target, files }: DiskLedgerOptions): Promise<string> {
  await files.prepare(directory);
  for (;;) {
    const file = join(directory, `${ledgerPrefix(target)}${wallMicros()}.${process.pid}.ndjson`);
    if (await files.create(file, `${JSON.stringify(header)}\n`)) return file;
  }
}
