import type { ReadLimits } from '../client/client.ts';
import { buildRequest } from '../flow/build-request.ts';
import type { Budget } from '../run/budget.ts';
import { outsideFlows, type Stage } from '../run/perform-call.ts';
import { listPresent } from '../run/preflight.ts';
import { send } from '../run/sender.ts';

/** Deletes sessions that this runner has made; they are gone from the ledger where that worked. */
export async function deleteSessions(ids: readonly string[], stage: Stage): Promise<void> {
  const { plans, apiKey, idleMs, maxBytes } = stage;
  const budget: Budget = { ...stage.budget, takeRequest: () => true };
  const unknown: string[] = [];
  for (const sessionId of ids) {
    const plan = plans.deleteSession;
    const request = buildRequest(
      {
        method: plan.method,
        path: plan.path,
        sessionId,
        encode: 'as_needed',
        query: {},
        headers: {},
        key: 'good',
        body: undefined,
      },
      apiKey,
    );
    // Not the run's signal: this is what an interrupted run still has to do.
    const reading: ReadLimits = {
      signal: AbortSignal.timeout(idleMs),
      idleMs,
      totalMs: idleMs,
      maxBytes,
      isEnough: () => false,
      lingerMs: () => null,
      paceMs: 0,
    };
    const sent = await send(
      { operation: 'deleteSession', request, sessionId, indexIds: null, reading, retriesBreakdown: true },
      { ...stage, budget },
    );
    // Only here: to a flow that asks without a key, or for another project, a session that is there may be unknown.
    const status = sent.kind === 'sent' ? sent.received.response?.status : undefined;
    if (status === 404 || status === 410) unknown.push(sessionId);
  }
  if (unknown.length === 0) return;
  // It may know them by another name: one that decodes ids twice finds none that has a percent sign, and keeps them
  // all.
  const listed = await listIds({ ...stage, budget });
  for (const id of unknown) if (listed?.has(id) === false) stage.ledger.deleted(id);
}

/** The ids of all sessions there are; null where the list does not tell. */
async function listIds(stage: Stage): Promise<ReadonlySet<string> | null> {
  let isTold = true;
  const present = await listPresent(
    outsideFlows({ ...stage, signal: AbortSignal.timeout(stage.idleMs), onExchange: () => {} }),
    ({ response }) => {
      isTold &&= response?.status === 200;
    },
  );
  return isTold ? new Set(present.map(({ id }) => id)) : null;
}
