import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A create that was sent, and whose answer never came: whether there is a session, nobody knows. */
interface Intent {
  readonly number: number;
  readonly indexIds: readonly string[] | null;
}

/** What an earlier run left in its ledger. */
export interface Leftovers {
  readonly ids: readonly string[];
  readonly intents: readonly Intent[];
  /** The sessions that were there before that run made any. */
  readonly before: readonly string[];
}

/** The book of everything this run has created and not yet deleted. */
export interface Ledger {
  /** Written before a create is sent. */
  intend(indexIds: readonly string[] | null): number;
  /** Its answer came: with an id, or with none because it was refused. */
  settle(intent: number, id: string | null): void;
  deleted(id: string): void;
  /** Created and not deleted, oldest first. */
  open(): readonly string[];
  /** Notes which sessions were there before. */
  noteBefore(ids: readonly string[]): void;
  /** Forgets the file once nothing is open; else it waits for the next start. */
  close(): void;
}

export interface DiskLedgerOptions {
  readonly directory: string;
  /** The server these sessions are on; its ledgers are found by this name. */
  readonly target: string;
  readonly pid: number;
}

/** A ledger that survives a crash: each line is on disk before the request leaves. */
export function createDiskLedger({ directory, target, pid }: DiskLedgerOptions): Ledger {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${fileName(target)}.${pid}.ndjson`);
  const append = (line: object) => writeFileSync(file, `${JSON.stringify(line)}\n`, { flag: 'a' });
  append({ target });
  return createLedger(append, () => rmSync(file, { force: true }));
}

/** A ledger for a server in this process, which is gone when we are. */
export function createMemoryLedger(): Ledger {
  return createLedger(
    () => {},
    () => {},
  );
}

function createLedger(append: (line: object) => void, forget: () => void): Ledger {
  const ids = new Set<string>();
  const intents = new Set<number>();
  let count = 0;
  return {
    intend: (indexIds) => {
      count += 1;
      intents.add(count);
      append({ intent: count, index_ids: indexIds });
      return count;
    },
    settle: (intent, id) => {
      intents.delete(intent);
      if (id !== null) ids.add(id);
      append({ settled: intent, id });
    },
    deleted: (id) => {
      if (ids.delete(id)) append({ deleted: id });
    },
    open: () => [...ids],
    noteBefore: (before) => append({ before }),
    close: () => {
      if (ids.size === 0 && intents.size === 0) forget();
    },
  };
}

/** The ledgers that earlier runs against this server left, each with how to forget it. Those of `isAlive` runs are not touched. */
export function readLeftovers(
  { directory, target }: Pick<DiskLedgerOptions, 'directory' | 'target'>,
  isAlive: (pid: number) => boolean,
): (Leftovers & { forget(): void })[] {
  const prefix = `${fileName(target)}.`;
  return listFiles(directory)
    .filter((name) => name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length).split('.')[0])))
    .map((name) => join(directory, name))
    .map((file) => ({ ...parse(readFileSync(file, 'utf8')), forget: () => rmSync(file, { force: true }) }));
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // No directory: no run before this one.
  }
}

function parse(text: string): Leftovers {
  const ids = new Set<string>();
  const intents = new Map<number, Intent>();
  const before = new Set<string>();
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry === null) continue;
    if ('intent' in entry)
      intents.set(Number(entry['intent']), { number: Number(entry['intent']), indexIds: toTexts(entry['index_ids']) });
    if ('settled' in entry) {
      intents.delete(Number(entry['settled']));
      if (typeof entry['id'] === 'string') ids.add(entry['id']);
    }
    if ('deleted' in entry) ids.delete(String(entry['deleted']));
    for (const id of toTexts(entry['before']) ?? []) before.add(id);
  }
  return { ids: [...ids], intents: [...intents.values()], before: [...before] };
}

/** Null for a line that a crash cut short. */
function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? (value as Readonly<Record<string, unknown>> | null) : null; // A JSON object, or null.
  } catch {
    return null;
  }
}

function toTexts(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.map(String) : null;
}

function fileName(target: string): string {
  return target.replaceAll(/[^a-zA-Z0-9]+/g, '-');
}
