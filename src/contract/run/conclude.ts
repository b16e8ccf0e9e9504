import { defaultEdition, type Edition } from '../../api/editions.ts';
import { toAbsoluteSource } from '../checks/wire-contract.ts';
import type { Check } from '../verdict/check.ts';
import { REPORT_VERSION, type Report } from '../verdict/report.ts';
import { countVerdicts, decide, sayInVain, toCheckReports } from '../verdict/summarize.ts';
import { applyWaivers } from '../verdict/waivers.ts';
import type { Settings } from './options.ts';
import type { Progress } from './progress.ts';
import type { RecordedFacts } from './recorder.ts';

/** What the report of a run is made from: of one that has just been performed, or of a recorded one. */
export interface Concluding {
  readonly settings: Pick<
    Settings,
    'target' | 'profile' | 'seed' | 'fuzz' | 'stateful' | 'only' | 'skip' | 'waivers' | 'failUnderCoverage'
  >;
  /** The checks that are reported. */
  readonly checks: readonly Check[];
  readonly progress: Progress;
  readonly edition: Edition;
  readonly evidence: readonly string[];
  readonly startedAt: string;
  readonly facts: RecordedFacts;
  /** Explains why a check was judged in no flow. */
  readonly idle: (check: Check) => string | null;
  /** Why a check was judged nowhere, where the flows of the run are not the reason. */
  readonly unasked?: string;
  /** Returns the command that repeats a check. */
  readonly repeat: (id: string) => string;
}

/** Judges the run as a whole and emits the report. Call it after the clean-up: it says what could not be deleted. */
export async function conclude(concluding: Concluding): Promise<void> {
  const { settings, progress, edition, evidence, startedAt, facts } = concluding;
  const { target, profile, seed } = settings;
  const judged = toCheckReports(concluding.checks, {
    ...{ cases: progress.cases, skip: settings.skip, repeat: concluding.repeat, idle: concluding.idle },
    ...(concluding.unasked !== undefined && { unasked: concluding.unasked }),
    cite: toAbsoluteSource,
  });
  const waived = applyWaivers(judged, {
    waivers: settings.waivers,
    today: startedAt.slice(0, 10),
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
  const { verdict, exitCode } = decide({
    ...{ counts, isInterrupted: facts.isInterrupted, waiverProblems: waived.problems.length },
    ...{ left: facts.left.length, inVain: inVain.length, isUnderCoverage },
  });
  const report: Report = {
    schema_version: REPORT_VERSION,
    ...{ target, edition, edition_evidence: evidence, profile, seed },
    ...{ verdict, exit_code: exitCode, started_at: startedAt, duration_ms: facts.duration_ms },
    ...{ requests: facts.requests, turns: facts.turns, counts, checks: waived.checks },
    ...{ observations: progress.observations(), coverage, kept: facts.kept },
    streams: progress.streams,
    ...{ left: facts.left, waivers: waived.problems, notes: [...progress.notes] },
  };
  await progress.emit({ type: 'finished', report });
}

/** Returns the command that repeats a check, with every option that is not the default. */
export function toRepeat(
  id: string,
  {
    target,
    seed,
    profile,
    fuzz,
    stateful,
    edition,
  }: Pick<Settings, 'target' | 'seed' | 'profile' | 'fuzz' | 'stateful'> & { readonly edition: Edition },
): string {
  const flags = [
    ...(edition === defaultEdition ? [] : [`--edition ${edition}`]),
    ...(profile === 'safe' ? [] : [`--profile ${profile}`]),
    ...(fuzz === 0 ? [] : [`--fuzz ${fuzz}`]),
    ...(stateful === 0 ? [] : [`--stateful ${stateful}`]),
  ];
  return ['chat-mock verify', target, '--only', id, '--seed', seed, ...flags].join(' ');
}
