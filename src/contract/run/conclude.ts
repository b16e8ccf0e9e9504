import { defaultEdition, type Edition } from '../../api/editions.ts';
import { toAbsoluteSource } from '../checks/wire-contract.ts';
import { REPORT_VERSION, type Report } from '../verdict/report.ts';
import { countVerdicts, decide, sayInVain, toCheckReports } from '../verdict/summarize.ts';
import { applyWaivers } from '../verdict/waivers.ts';
import type { Run } from './open-run.ts';
import type { Settings } from './options.ts';
import { sayIdle } from './own-checks.ts';
import { RunStop } from './perform-call.ts';
import type { Prepared } from './prepare.ts';

/** Judges the run as a whole and emits the report. Call it after the clean-up: it says what could not be deleted. */
export async function conclude(
  run: Run,
  { edition, evidence, isInterrupted }: Pick<Prepared, 'edition' | 'evidence'> & { readonly isInterrupted: boolean },
): Promise<void> {
  const { settings, ledger, budget, progress } = run;
  const { target, timer, profile, seed } = settings;
  const stopReason = run.stoppedBy();
  if (stopReason instanceof RunStop) await progress.note(`The run was stopped: ${stopReason.message}.`);
  const unsure = ledger.unsure();
  if (unsure > 0)
    await progress.note(
      `${unsure} creates were not answered with the id of a session, and may have made some that cannot be deleted by their ids.${run.place.directory === null ? '' : ' The next run looks for them.'}`,
    );
  const judged = toCheckReports(run.checks, {
    ...{ cases: progress.cases, skip: settings.skip, repeat: (id) => toRepeat(id, settings, edition) },
    idle: (check) => sayIdle(check, edition),
    cite: toAbsoluteSource,
  });
  const waived = applyWaivers(judged, {
    waivers: settings.waivers,
    today: run.startedAt.slice(0, 10),
  });
  const counts = countVerdicts(waived.checks);
  const inVain = sayInVain(settings.only, waived.checks);
  for (const text of inVain) await progress.note(text);
  const coverage = progress.coverage(edition, waived.checks);
  const isUnderCoverage = coverage.percent < settings.failUnderCoverage;
  if (isUnderCoverage)
    await progress.note(
      `The run reached ${coverage.percent} % of the model, and at least ${settings.failUnderCoverage} % is asked for.`,
    );
  const left = ledger.open();
  const { verdict, exitCode } = decide({
    ...{ counts, isInterrupted, waiverProblems: waived.problems.length },
    ...{ left: left.length, inVain: inVain.length, isUnderCoverage },
  });
  const report: Report = {
    schema_version: REPORT_VERSION,
    ...{ target, edition, edition_evidence: evidence, profile, seed },
    ...{ verdict, exit_code: exitCode, started_at: run.startedAt, duration_ms: Math.round(timer.now() - run.startMs) },
    ...{ requests: budget.spent.requests, turns: budget.spent.turns, counts, checks: waived.checks },
    ...{ observations: progress.observations(), coverage, kept: run.kept },
    streams: progress.streams,
    ...{ left, waivers: waived.problems, notes: [...progress.notes] },
  };
  await progress.emit({ type: 'finished', report });
}

/** Returns the command that repeats a check, with every option that is not the default. */
function toRepeat(id: string, { target, seed, profile, fuzz }: Settings, edition: Edition): string {
  const flags = [
    ...(edition === defaultEdition ? [] : [`--edition ${edition}`]),
    ...(profile === 'safe' ? [] : [`--profile ${profile}`]),
    ...(fuzz === 0 ? [] : [`--fuzz ${fuzz}`]),
  ];
  return ['chat-mock verify', target, '--only', id, '--seed', seed, ...flags].join(' ');
}
