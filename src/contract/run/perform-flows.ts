import type { Flow, Step } from '../flow/flow.ts';
import { deleteSessions } from '../ledger/clean-up.ts';
import type { FlowRecord } from '../verdict/judge.ts';
import { listCreated } from '../verdict/reproduce.ts';
import { releaseRecord, runAndJudge } from './flow-results.ts';
import { inParallel } from './in-parallel.ts';
import type { Run } from './open-run.ts';
import { RunStop } from './perform-call.ts';
import type { Prepared } from './prepare.ts';

/** Rounds that the variations of one operation take. */
const INPUTS = 2;
/** Operations' worth of random bodies, which are sent one after the other. */
const FUZZ = 20;

/** Performs and judges the flows: several at once, then one by one those that need the server for themselves. */
export async function performFlows(run: Run, { stage, flows, newValues }: Prepared): Promise<void> {
  const { settings, checks, ledger, budget, progress } = run;
  const perform = async (flow: Flow) => {
    const outcome = await runAndJudge({
      ...{ flow, checks, stage, plainMs: run.plainMs },
      newValues: () => newValues(flow),
    }).catch((error: unknown) => {
      run.stop(error); // The others end soon, and what they have created is deleted.
      throw error;
    });
    await progress.add(outcome);
    if (settings.keep && outcome.results.some(({ verdict }) => verdict === 'failed' || verdict === 'flaky'))
      await keepSessions(outcome.record, run);
    releaseRecord(outcome.record, budget);
    if (settings.bail && [...progress.cases.values()].flat().some(({ verdict }) => verdict === 'failed'))
      run.stop(new RunStop('a check failed, and --bail ends the run there'));
  };
  // The longest first: one that begins last would be waited for by all.
  const sociable = flows.filter(({ alone }) => !alone).toSorted((a, b) => weightOf(b.steps) - weightOf(a.steps));
  await inParallel(sociable, { count: settings.concurrency, perform });
  // Only now: a server that deletes too much would break the flows that still run.
  // And before each that runs alone, so that what it deletes too much is its own and missed.
  for (const flow of flows.filter(({ alone }) => alone)) {
    if (!stage.signal.aborted) await deleteSessions(ledger.open(), stage);
    await perform(flow);
  }
}

/** Takes what a failed flow created and has not deleted out of the ledger, so that neither this run nor the next deletes it. */
async function keepSessions({ flow, exchanges }: FlowRecord, { settings, ledger, kept }: Run): Promise<void> {
  const open = new Set(ledger.open());
  for (const session of listCreated(exchanges, settings.target)) {
    if (!open.has(session.session_id)) continue;
    kept.push({ flow: flow.flow, ...session });
    await ledger.deleted(session.session_id);
  }
}

/** About how long some steps take, in requests one after the other. */
function weightOf(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + stepWeight(step), 0);
}

function stepWeight(step: Step): number {
  if ('inputs' in step) return INPUTS * step.of.length;
  if ('fuzz' in step) return INPUTS * FUZZ;
  if ('together' in step) return Math.max(...step.together.map(weightOf));
  if ('each' in step) return weightOf(step.do);
  return 1;
}
