import type { Budget } from './budget.ts';
import { buildRequest } from './build-request.ts';
import type { Reading } from './client/client.ts';
import type { Stage } from './perform-call.ts';
import { send } from './sender.ts';

/** Deletes sessions that this runner has made; they are gone from the ledger where that worked. */
export async function deleteSessions(ids: readonly string[], stage: Omit<Stage, 'onExchange'>): Promise<void> {
  const { plans, apiKey, idleMs, maxBytes } = stage;
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
    const reading: Reading = {
      signal: AbortSignal.timeout(idleMs),
      idleMs,
      totalMs: idleMs,
      maxBytes,
      isEnough: () => false,
      lingerMs: () => null,
      paceMs: 0,
    };
    const budget: Budget = { ...stage.budget, takeRequest: () => true };
    const sent = await send(
      { operation: 'deleteSession', request, sessionId, indexIds: null, reading, retriesBreakdown: true },
      { ...stage, budget },
    );
    // Only here: to a flow that asks without a key, or for another project, a session that is there may be unknown.
    const status = sent.kind === 'sent' ? sent.received.response?.status : undefined;
    if (status === 404 || status === 410) stage.ledger.deleted(sessionId);
  }
}
