import { join } from 'node:path';
import type { LedgerFiles } from './files.ts';
import { ledgerPrefix } from './ledger.ts';
import type { Owner } from './owner.ts';

/** The content of another run's ledger. */
export interface WrittenLedger {
  readonly file: string;
  /** The size; it grows while the run is alive. */
  readonly sizeChars: number;
  /** Null if the run crashed before it was written. */
  readonly owner: Owner | null;
  /** The run ended and knew that sessions were left. */
  readonly isClosed: boolean;
  /** Created and not deleted. */
  readonly open: readonly string[];
  /** Created or taken over, whether deleted or not. */
  readonly ever: readonly string[];
  /**
   * The index_ids of each create that was sent and whose answer never came, or named no id: nobody knows whether there
   * is a session.
   */
  readonly unanswered: readonly (readonly string[] | null)[];
  /** The sessions that existed before that run created any. */
  readonly before: readonly string[];
}

/** The ledgers of all runs against this server, dead and alive. */
export async function readLedgers({ directory, target, files }: LedgerFolder): Promise<WrittenLedger[]> {
  const names = (await files.list(directory)).filter(
    (name) => name.startsWith(ledgerPrefix(target)) && name.endsWith('.ndjson'),
  );
  const found: WrittenLedger[] = [];
  for (const file of names.map((name) => join(directory, name))) {
    const text = await files.read(file);
    if (text === null) continue; // Its run has ended meanwhile.
    const { target: writtenTarget = target, ...ledger } = parse(text);
    if (writtenTarget === target) found.push({ file, sizeChars: text.length, ...ledger });
  }
  return found;
}

/** The folder of the ledgers of a server. */
export interface LedgerFolder {
  readonly directory: string;
  readonly target: string;
  readonly files: LedgerFiles;
}

function parse(text: string): Omit<WrittenLedger, 'file' | 'sizeChars'> & { readonly target: unknown } {
  const entries = text.split('\n').flatMap(parseLine);
  const { target, owner, before } = entries.find((entry) => 'target' in entry) ?? {};
  const open = new Set<string>();
  const ever = new Set<string>();
  const intents = new Map<unknown, readonly string[] | null>();
  for (const entry of entries) {
    if ('intent' in entry) intents.set(entry['intent'], toTexts(entry['index_ids']));
    if ('settled' in entry) intents.delete(entry['settled']);
    for (const id of [...(toTexts([entry['id']]) ?? []), ...(toTexts(entry['adopted']) ?? [])]) {
      open.add(id);
      ever.add(id);
    }
    open.delete(String(entry['deleted']));
  }
  return {
    target,
    owner: toOwner(owner),
    isClosed: entries.some((entry) => entry['closed'] === true),
    open: [...open],
    ever: [...ever],
    unanswered: [...intents.values()],
    before: toTexts(before) ?? [],
  };
}

/** Returns nothing for a line that a crash truncated. */
function parseLine(line: string): Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? [value as Readonly<Record<string, unknown>>] : []; // A JSON object.
  } catch {
    return [];
  }
}

function toOwner(value: unknown): Owner | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pid, start, place } = value as Partial<Record<keyof Owner, unknown>>; // Its members are looked at.
  // A pid of 0 or less would mean a group of processes.
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return null;
  const toText = (one: unknown) => (typeof one === 'string' ? one : null);
  return { pid, start: toText(start), place: toText(place) };
}

/** Null if it is not a list; items that are not text are left out. */
function toTexts(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}
