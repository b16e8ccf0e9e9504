import { createChannel } from '../../runtime/channel.ts';
import type { Client } from '../client/client.ts';
import { createFetchClient } from '../client/fetch-client.ts';
import { createSocketClient } from '../client/socket-client.ts';
import { deleteSessions } from '../ledger/clean-up.ts';
import { findUnanswered } from '../ledger/sweep.ts';
import type { RunEvent } from '../verdict/report.ts';
import { conclude, toRepeat } from './conclude.ts';
import { hintAtEdition } from './hint-at-edition.ts';
import { type Opening, openRun, type Run } from './open-run.ts';
import type { Settings, VerifyOptions } from './options.ts';
import { sayIdle } from './own-checks.ts';
import { RunStop } from './perform-call.ts';
import { performFlows } from './perform-flows.ts';
import { planRun } from './plan-run.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { RecordedFacts } from './recorder.ts';

/**
 * Checks a server against the contract and yields an event for each thing that happens; the last one has the report.
 * Throws ChatMockError if the run cannot begin: `usage`, `production`, `unreachable`, `key_refused`. Deletes every
 * session it has created, also when the signal aborts or the caller stops iterating.
 *
 * @example
 * for await (const event of verify({ url: 'http://127.0.0.1:4010', only: ['stream.*'] })) {
 *   if (event.type === 'finished') console.log(event.report.verdict);
 * }
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<RunEvent, void, undefined> {
  const plan = await planRun(options);
  const channel = createChannel<RunEvent>();
  const leaver = new AbortController();
  const onAbort = () => leaver.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  const client = createClient(options, plan.settings);
  const emit = (event: RunEvent) => channel.push(event);
  const running = performRun({ plan, options, client, emit, signal: leaver.signal }).then(
    () => channel.end(),
    (error: unknown) => channel.end(error),
  );
  try {
    yield* channel;
  } finally {
    leaver.abort(new Error('Nobody listens any more.'));
    await running;
    options.signal?.removeEventListener('abort', onAbort);
    await client.close();
  }
}

function createClient({ fetch, tls, http1 = false }: VerifyOptions, { target, timer, proxy }: Settings): Client {
  if (fetch) return createFetchClient({ fetch, baseUrl: target, timer });
  return createSocketClient({ baseUrl: target, timer, proxy, http1, ...(tls && { tls }) });
}

/** Cleans up before the report, which names the sessions that are left, and also if the run fails. */
async function performRun(opening: Opening): Promise<void> {
  const run = openRun(opening);
  let prepared: Prepared;
  try {
    prepared = await prepare(run);
    await performFlows(run, prepared);
    await hintAtEdition(run, prepared);
  } finally {
    run.endTimeLimit();
    await findUnanswered(run.place, run.stage);
    await deleteSessions(run.ledger.open(), run.stage);
    await run.ledger.close();
  }
  await concludeRun(run, { prepared, isInterrupted: opening.signal.aborted });
}

async function concludeRun(
  run: Run,
  { prepared, isInterrupted }: { readonly prepared: Prepared; readonly isInterrupted: boolean },
): Promise<void> {
  const { settings, ledger, budget, progress } = run;
  const { edition, evidence } = prepared;
  const stopReason = run.stoppedBy();
  if (stopReason instanceof RunStop) await progress.note(`The run was stopped: ${stopReason.message}.`);
  const unsure = ledger.unsure();
  if (unsure > 0)
    await progress.note(
      `${unsure} creates were not answered with the id of a session, and may have made some that cannot be deleted by their ids.${run.place.directory === null ? '' : ' The next run looks for them.'}`,
    );
  const facts: RecordedFacts = {
    ...{ requests: budget.spent.requests, turns: budget.spent.turns },
    duration_ms: Math.round(settings.timer.now() - run.startMs),
    ...{ left: ledger.open(), kept: run.kept, isInterrupted },
  };
  await run.recorder.end(facts);
  await conclude({
    ...{ settings, checks: run.checks, progress, edition, evidence, startedAt: run.startedAt, facts },
    idle: (check) => sayIdle(check, edition),
    repeat: (id) => toRepeat(id, { ...settings, edition }),
  });
}
