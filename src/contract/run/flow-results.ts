import type { Edition } from '../../api/editions.ts';
import type { Flow } from '../flow/flow.ts';
import type { Values } from '../flow/values.ts';
import type { Exchange } from '../record/exchange.ts';
import type { IdLog } from '../record/id-log.ts';
import { weightOf } from '../record/weight.ts';
import type { Check } from '../verdict/check.ts';
import { appliesTo, type FlowRecord, judge, type Result } from '../verdict/judge.ts';
import { fits, withPrerequisites } from '../verdict/select-checks.ts';
import type { Budget } from './budget.ts';
import { isOwn, suits } from './own-checks.ts';
import { endsNowhere, type FlowState, type Stage } from './perform-call.ts';
import { runFlow } from './run-flow.ts';

/** A flow as it was performed once, and how long a plain request took by then. */
export interface Pass {
  readonly record: FlowRecord;
  readonly plainMs: number;
}

/** The record of a flow with the result of each of its checks. */
export interface FlowOutcome {
  readonly record: FlowRecord;
  readonly results: readonly Result[];
  /** Each time that it was performed: once, or once more after a failure. */
  readonly passes: readonly Pass[];
}

/** What flows are judged by. */
export interface Judging {
  /** All that the run has chosen, in the order in which they are judged. */
  readonly checks: readonly Check[];
  readonly edition: Edition;
  readonly ids: Pick<IdLog, 'isRepeated'>;
}

/** What is needed to run and judge one flow. */
export interface FlowRun extends Pick<Judging, 'checks'> {
  readonly flow: Flow;
  readonly stage: Stage;
  readonly newValues: () => Values;
  readonly plainMs: (exchanges: readonly Exchange[]) => number;
}

/**
 * Returns which of the given checks judge a flow: those that the flow declares, and each check of the caller's own whose
 * required roles the flow has.
 *
 * @example
 * const judged = builtInFlows.map((flow) => [flow.flow, checksOf(flow, checks).map(({ id }) => id)]);
 */
export function checksOf(flow: Flow, checks: readonly Check[]): readonly Check[] {
  return checks.filter((check) => isDeclared(check, flow) || (isOwn(check) && suits(check, flow)));
}

function isDeclared({ id }: Check, flow: Flow): boolean {
  return flow.checks.some((glob) => fits(glob, id));
}

/** Performs and judges a flow; where something fails, once more: what passes then is flaky, which is not a pass. */
export async function runAndJudge(run: FlowRun): Promise<FlowOutcome> {
  const judging: Judging = { checks: run.checks, edition: run.stage.edition, ids: run.stage.ids };
  const first = judgePass(await perform(run), judging);
  const hasFailed = first.results.some(({ verdict }) => verdict === 'failed');
  // A stall is reported at once: to see it again would cost the whole wait again.
  if (!hasFailed || run.stage.signal.aborted || first.record.exchanges.some(endsNowhere)) return first;
  const second = judgePass(await perform(run), judging);
  releaseRecord(second.record, run.stage.budget);
  return reconcile(first, second, judging);
}

/** Judges a flow that was performed before, as `runAndJudge` has judged it. */
export function judgeAgain([first, second]: readonly [Pass, Pass?], judging: Judging): FlowOutcome {
  const outcome = judgePass(first, judging);
  return second ? reconcile(outcome, judgePass(second, judging), judging) : outcome;
}

/** The results of both times together. */
function reconcile(first: FlowOutcome, second: FlowOutcome, { checks }: Judging): FlowOutcome {
  const results = first.results.map((result) => {
    if (result.verdict !== 'failed') return result;
    const again = second.results.find(({ check }) => check === result.check)?.verdict;
    if (again !== 'passed' && again !== 'skipped') return result;
    if (isTimed(result, checks))
      return { ...result, verdict: again, why: 'seen once, and not when the flow was run again', findings: [] };
    return { ...result, verdict: 'flaky' as const, why: `it failed, and ${again} when the flow was run again` };
  });
  // What only the second run shows is a failure that comes and goes, too.
  const late = second.results.filter(
    (late) =>
      late.verdict === 'failed' &&
      !isTimed(late, checks) &&
      results.some((one) => one.check === late.check && one.verdict === 'passed'),
  );
  return {
    record: first.record,
    passes: [...first.passes, ...second.passes],
    results: results.map((result) => {
      const failed = late.find(({ check }) => check === result.check);
      return failed
        ? { ...failed, verdict: 'flaky' as const, why: 'it passed, and failed when the flow was run again' }
        : result;
    }),
  };
}

/** Whether the check of a result judges by the clock. */
export function isTimed({ check }: Result, checks: readonly Check[]): boolean {
  return checks.find(({ id }) => id === check)?.isTimed === true;
}

/** Releases the memory of a flow's answers once they are judged. */
export function releaseRecord({ exchanges }: FlowRecord, budget: Budget): void {
  for (const exchange of exchanges) budget.release(weightOf(exchange));
}

async function perform({ flow, stage, newValues, plainMs, checks }: FlowRun): Promise<Pass> {
  const judgePart: FlowState['judgePart'] = (exchanges, stop) => {
    const pass = { record: { flow, exchanges, stop }, plainMs: plainMs(exchanges) };
    return judgePass(pass, { checks, edition: stage.edition, ids: stage.ids })
      .results.filter((result) => result.verdict === 'failed' && !isTimed(result, checks))
      .map(({ check }) => check);
  };
  const record = await runFlow(flow, { values: newValues(), stage, judgePart });
  return { record, plainMs: plainMs(record.exchanges) };
}

function judgePass(pass: Pass, { checks, edition, ids }: Judging): FlowOutcome {
  const { record, plainMs } = pass;
  const { flow } = record;
  // In this flow there may be nothing for a check of the caller; another one may have it.
  const declared = checksOf(flow, checks).filter(
    (check) => isDeclared(check, flow) || record.exchanges.some((exchange) => appliesTo(check, exchange)),
  );
  const context = { edition, plainMs, isRepeatedId: ids.isRepeated };
  const judged = judge(record, { checks: withPrerequisites(declared, checks), context });
  // What a declared check depends on is judged as well, and reported where it fails.
  const isTold = ({ check, verdict }: Result) =>
    verdict === 'failed' || verdict === 'bug' || declared.some(({ id }) => id === check);
  return { record, results: judged.filter(isTold), passes: [pass] };
}
