import { deleteSessions } from './clean-up.ts';
import { createDiskLedger, createMemoryLedger, type Ledger, type Leftovers, readLeftovers } from './ledger.ts';
import type { VerifyOptions } from './options.ts';
import type { Stage } from './perform-call.ts';
import type { Present } from './preflight.ts';

/** A ledger on disk for a server that outlives us; in memory for one in this process. */
export function openLedger({ ledgerDirectory = null, url }: VerifyOptions, target: string): Ledger {
  if (ledgerDirectory === null || url === undefined) return createMemoryLedger();
  return createDiskLedger({ directory: ledgerDirectory, target, pid: process.pid });
}

export interface Sweep {
  readonly stage: Stage;
  readonly target: string;
  /** The sessions that are there now. */
  readonly present: readonly Present[];
}

/** Deletes what earlier runs that were killed have left on this server; tells what it did. */
export async function sweepLeftovers(
  { ledgerDirectory = null, url }: VerifyOptions,
  { stage, target, present }: Sweep,
): Promise<string[]> {
  if (ledgerDirectory === null || url === undefined) return [];
  const notes: string[] = [];
  for (const leftovers of readLeftovers({ directory: ledgerDirectory, target }, isAlive)) {
    const unsure = unsureOf(leftovers, present);
    // A create whose answer never came: on this machine what is new can only be ours, elsewhere it may be anyone's.
    const isOurs = isLoopback(target);
    const ids = [...leftovers.ids, ...(isOurs ? unsure : [])];
    await deleteSessions(ids, stage);
    leftovers.forget();
    if (ids.length > 0) notes.push(`An earlier run was killed; ${ids.length} sessions it had left were deleted.`);
    if (!isOurs && unsure.length > 0)
      notes.push(
        `An earlier run was killed while it created a session. One of these may be it, and is left for you to judge: ${unsure.join(', ')}.`,
      );
  }
  return notes;
}

/** Sessions that a create may have made whose answer never came: new since then, untouched, and bound as it asked. */
function unsureOf({ ids, intents, before }: Leftovers, present: readonly Present[]): string[] {
  const known = new Set([...ids, ...before]);
  const fresh = present.filter(({ id, isUntouched }) => isUntouched && !known.has(id));
  return intents.flatMap(({ indexIds }) => {
    const at = fresh.findIndex((one) => JSON.stringify(one.indexIds) === JSON.stringify(indexIds));
    return at === -1 ? [] : fresh.splice(at, 1).map(({ id }) => id);
  });
}

function isLoopback(target: string): boolean {
  const { hostname } = new URL(target);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // No such process.
  }
}
