import { setMaxListeners } from 'node:events';
import type { ReadLimits } from '../client/client.ts';
import { buildRequest, wishFor } from '../flow/build-request.ts';
import type { Budget } from '../run/budget.ts';
import { inParallel } from '../run/in-parallel.ts';
import { outsideFlows, type Stage } from '../run/perform-call.ts';
import { listPresent } from '../run/preflight.ts';
import { send } from '../run/sender.ts';

/** Number of parallel deletions. */
const CONCURRENCY = 64;
/**
 * A clean-up takes at most twice as long as a silence may, within these limits; what is left then stays in the ledger.
 */
const PER_IDLE = 2;
const SHORTEST_MS = 10_000;
const LONGEST_MS = 60_000;

/** Deletes sessions that this run created, and removes each deleted one from the ledger. */
export async function deleteSessions(ids: readonly string[], stage: Stage): Promise<void> {
  if (ids.length === 0) return;
  // Not the run's signal: an interrupted run must still clean up.
  const leaver = new AbortController();
  // Each deletion listens.
  setMaxListeners(0, leaver.signal);
  const boundMs = Math.min(Math.max(stage.idleMs * PER_IDLE, SHORTEST_MS), LONGEST_MS);
  const stopWaiting = stage.timer.after(boundMs, () => leaver.abort(new Error('The clean-up took too long.')));
  const budget: Budget = { ...stage.budget, takeRequest: () => true, hold: () => true, release: () => {} };
  try {
    await deleteWithin(ids, { ...stage, budget, signal: leaver.signal, onExchange: async () => {} });
  } finally {
    stopWaiting();
  }
}

async function deleteWithin(ids: readonly string[], stage: Stage): Promise<void> {
  const unknown: string[] = [];
  const perform = async (id: string) => {
    if (stage.signal.aborted) return;
    // Only here: to a flow without a key, or in another project, an existing session may be unknown.
    const status = await deleteOne(id, stage);
    if (status === 404 || status === 410) unknown.push(id);
  };
  await inParallel(ids, { count: CONCURRENCY, perform });
  if (unknown.length === 0 || stage.signal.aborted) return;
  // The server may know them by another name: one that decodes ids twice never finds an id with a percent sign.
  const listed = await listIds(stage);
  for (const id of unknown) if (listed?.has(id) === false) await stage.ledger.deleted(id);
}

async function deleteOne(sessionId: string, stage: Stage): Promise<number | undefined> {
  const { plans, caller, idleMs, answerLimits, signal } = stage;
  const request = buildRequest(wishFor(plans, { operation: 'deleteSession', sessionId }), caller);
  const reading: ReadLimits = {
    ...{ signal, idleMs, totalMs: idleMs, answerLimits },
    ...{ leaveAfter: null, isStream: false, paceMs: 0 },
  };
  const sent = await send({ operation: 'deleteSession', request, sessionId, indexIds: null, reading }, stage);
  return sent.kind === 'sent' ? sent.received.response?.status : undefined;
}

/** The ids of all sessions; null if the list cannot be read. */
async function listIds(stage: Stage): Promise<ReadonlySet<string> | null> {
  let isTold = true;
  const present = await listPresent(outsideFlows(stage), ({ response }) => {
    isTold &&= response?.status === 200;
  });
  return isTold ? new Set(present.map(({ id }) => id)) : null;
}
