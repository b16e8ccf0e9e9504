import { IN_PROCESS, type Settings, type VerifyOptions } from '../run/options.ts';
import { outsideFlows, type Stage } from '../run/perform-call.ts';
import { listPresent, type Present } from '../run/preflight.ts';
import { deleteSessions } from './clean-up.ts';
import { createPatientFiles, diskFiles, type LedgerFiles } from './files.ts';
import { BEAT_MS, createDiskLedger, createMemoryLedger, type DiskLedgerOptions, type Ledger } from './ledger.ts';
import { isRunning, type Owner, whoAmI } from './owner.ts';
import { readLedgers, type WrittenLedger } from './read-ledgers.ts';

/** A ledger that has not grown for this long belongs to a dead run. */
const SILENCE_MS = 6 * BEAT_MS;

/** Where ledgers are kept; without a directory they are kept in memory only. */
export interface LedgerPlace {
  /** Null keeps no ledger on disk. */
  readonly directory: string | null;
  readonly target: string;
  readonly owner: Owner;
  readonly files: LedgerFiles;
}

/** Where a run keeps its ledger: on disk for a server that outlives us, in memory for one in this process. */
export function toLedgerPlace(
  { ledgerDirectory = null, ledgerFiles = diskFiles, url }: VerifyOptions,
  { target, timer }: Pick<Settings, 'target' | 'timer'>,
): LedgerPlace {
  const files = createPatientFiles({ files: ledgerFiles, timer });
  return { directory: url === undefined ? null : ledgerDirectory, target, owner: whoAmI(), files };
}

/** Opens the ledger of this run. */
export function openLedger(
  { directory, ...rest }: LedgerPlace,
  { timer, isSecret }: Pick<DiskLedgerOptions, 'timer' | 'isSecret'>,
): Ledger {
  return directory === null ? createMemoryLedger() : createDiskLedger({ directory, ...rest, timer, isSecret });
}

/**
 * Takes over and deletes what earlier runs that were killed have left on this server; tells what it did. What could not
 * be deleted is in this run's ledger. `present` are the sessions that were there when it began.
 */
export async function sweepLeftovers(
  { directory, target, owner, files }: LedgerPlace,
  { stage, present }: { readonly stage: Stage; readonly present: readonly Present[] },
): Promise<string[]> {
  if (directory === null) return [];
  const { dead, living } = await sortLedgers(() => readLedgers({ directory, target, files }), { owner, stage });
  const unsure = unsureOf(dead, { present, known: [...dead, ...living].flatMap(({ ever }) => ever) });
  // A create whose answer never came: on this machine what is new can only be ours, elsewhere it may be anyone's, and
  // so
  // it may where another run is waiting for such an answer this moment.
  const isOurs = isLoopback(target) && living.every(({ unanswered }) => unanswered.length === 0);
  const ids = [...new Set([...dead.flatMap(({ open }) => open), ...(isOurs ? unsure : [])])];
  await stage.ledger.adopt(ids);
  for (const { file } of dead) await files.remove(file);
  await deleteSessions(ids, stage);
  const left = stage.ledger.open().length;
  return [
    living.length > 0 && 'Another run is at work on this server; its sessions are left alone.',
    ids.length > 0 && `An earlier run was killed; ${ids.length - left} sessions it had left were deleted.`,
    left > 0 && `${left} sessions of an earlier run could not be deleted yet; it is tried again at the end.`,
    !isOurs &&
      unsure.length > 0 &&
      `An earlier run was killed while it created a session. One of these may be it, and is left for you to judge: ${unsure.join(', ')}.`,
  ].filter((note) => note !== false);
}

/** How long the list may be looked through at the end of a run. */
const LOOK_MS = 10_000;

/**
 * Finds the sessions that this run has made without learning their ids, and puts them into its ledger: what is new and
 * untouched, where nobody else can have made it.
 */
export async function findUnanswered({ directory, target, owner, files }: LedgerPlace, stage: Stage): Promise<void> {
  const { ledger, timer, budget } = stage;
  const unanswered = ledger.unanswered();
  if (unanswered.size === 0) return;
  if (target !== IN_PROCESS) {
    if (directory === null || !isLoopback(target)) return;
    const others = (await readLedgers({ directory, target, files })).filter(
      (one) => one.owner?.pid !== owner.pid || one.owner.start !== owner.start,
    );
    if (others.some((one) => fateOf(one, owner) !== 'dead')) return;
  }
  // Not the run's signal: an interrupted run must still clean up.
  const leaver = new AbortController();
  const stopWaiting = timer.after(LOOK_MS, () => leaver.abort(new Error('The list took too long.')));
  const unlimited = { ...budget, takeRequest: () => true, hold: () => true, release: () => {} };
  const looking = { ...stage, budget: unlimited, signal: leaver.signal, onExchange: async () => {} };
  const present = await listPresent(outsideFlows(looking), () => {}).finally(stopWaiting);
  const taken = new Set([...ledger.before(), ...ledger.open()]);
  const fresh = present.filter(({ id, isUntouched }) => isUntouched && !taken.has(id));
  for (const [intent, indexIds] of unanswered) {
    const wanted = JSON.stringify(indexIds);
    const match = fresh.find((one) => JSON.stringify(one.indexIds) === wanted) ?? fresh[0];
    if (!match) return;
    fresh.splice(fresh.indexOf(match), 1);
    await ledger.settle(intent, match.id);
  }
}

/**
 * Tells the ledgers of the dead from those of the living, whose sessions are in use. Of a process that can be looked up
 * its system knows. One elsewhere (another container or machine with the same folder, whose name is new each time, so
 * that it would be foreign for ever) shows that it lives by what it writes: no clocks of two machines are compared.
 */
async function sortLedgers(
  read: () => Promise<readonly WrittenLedger[]>,
  { owner, stage }: { readonly owner: Owner; readonly stage: Stage },
): Promise<{ readonly dead: readonly WrittenLedger[]; readonly living: readonly WrittenLedger[] }> {
  const first = new Map((await read()).map((ledger) => [ledger.file, ledger]));
  const fates = new Map([...first.values()].map((ledger) => [ledger.file, fateOf(ledger, owner)]));
  const isWatching = [...fates.values()].includes('unknown');
  if (isWatching) await stage.timer.sleep(SILENCE_MS, stage.signal);
  // One that began meanwhile is alive, and so is, for all that is known, each that was not watched to the end.
  const second = isWatching ? await read() : [...first.values()];
  const isDead = ({ file, sizeChars }: WrittenLedger) => {
    const fate = fates.get(file);
    if (fate === 'unknown') return !stage.signal.aborted && sizeChars === first.get(file)?.sizeChars;
    return fate === 'dead';
  };
  return { dead: second.filter(isDead), living: second.filter((ledger) => !isDead(ledger)) };
}

function fateOf({ isClosed, owner }: WrittenLedger, self: Owner): 'dead' | 'alive' | 'unknown' {
  if (isClosed) return 'dead';
  const isAlive = owner && isRunning(owner, self);
  if (isAlive === null) return 'unknown';
  return isAlive ? 'alive' : 'dead';
}

/** Sessions that an unanswered create may have made: new since then, untouched, and bound as requested. */
function unsureOf(
  ledgers: readonly WrittenLedger[],
  { present, known }: { readonly present: readonly Present[]; readonly known: readonly string[] },
): string[] {
  const taken = new Set(known);
  const unsure = ledgers.flatMap(({ before, unanswered }) => {
    const old = new Set(before);
    const fresh = present.filter(({ id, isUntouched }) => isUntouched && !old.has(id));
    return unanswered.map((indexIds) => ({ indexIds: JSON.stringify(indexIds), fresh }));
  });
  // What is new for a later run is also new for an earlier one, so the run with the fewest candidates comes first.
  return unsure
    .toSorted((a, b) => a.fresh.length - b.fresh.length)
    .flatMap(({ indexIds, fresh }) => {
      const match = fresh.find((one) => !taken.has(one.id) && JSON.stringify(one.indexIds) === indexIds);
      if (match) taken.add(match.id);
      return match ? [match.id] : [];
    });
}

function isLoopback(target: string): boolean {
  const { hostname } = new URL(target);
  const name = hostname.replace(/\.+$/, '');
  // The last is an IPv4 address in IPv6, as URLs write ::ffff:127.0.0.1.
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(name);
}
