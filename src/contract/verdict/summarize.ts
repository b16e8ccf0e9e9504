import type { Check } from './check.ts';
import type { Verdict } from './judge.ts';
import type { CaseReport, CheckReport, Report, RunVerdict } from './report.ts';
import { fits } from './select-checks.ts';

/** The worst first: what a check is, if one of its cases is. */
const ORDER: readonly Verdict[] = ['bug', 'failed', 'flaky', 'inconclusive', 'blocked', 'passed', 'skipped'];

/** What check reports are made from. */
export interface Told {
  readonly cases: ReadonlyMap<string, readonly CaseReport[]>;
  /** Explains why a check was judged in no flow; null where no explanation is needed. */
  readonly idle: (check: Check) => string | null;
  /** Globs of checks that are not reported. */
  readonly skip: readonly string[];
  readonly repeat: (id: string) => string;
  /** Why a check has no case. Default: no flow of the run asks for it. */
  readonly unasked?: string;
  /** How the report cites a source. */
  readonly cite: (source: string) => string;
}

/** One report a check, from its cases in every flow. */
export function toCheckReports(
  checks: readonly Check[],
  { cases, idle, skip, repeat, cite, unasked = 'no flow of this profile and edition asks for it' }: Told,
): CheckReport[] {
  const reports = checks.map((check) => {
    const { id, requirement, level, evidence, source, rationale } = check;
    // It may be judged all the same, because others depend on it.
    const isSkipped = skip.some((glob) => fits(glob, id));
    const own = isSkipped ? [] : (cases.get(id) ?? []);
    const inVain = own.length === 0 && !isSkipped ? idle(check) : null;
    const known = ORDER.find((one) => own.some((result) => result.verdict === one)) ?? 'skipped';
    const verdict = inVain === null ? known : 'inconclusive';
    const nothing = isSkipped ? '--skip' : (inVain ?? unasked);
    return {
      ...{ id, requirement, level, evidence, source: cite(source), rationale, verdict, cases: own },
      why: own.length === 0 ? nothing : (own.find((result) => result.verdict === verdict)?.why ?? null),
      blocked_by: null,
      repeat: repeat(id),
    };
  });
  return reports
    .map((report, index) => toConsequence(report, checks[index]?.explainedBy ?? [], reports))
    .map((report) => (report.verdict === 'blocked' ? { ...report, blocked_by: causeIn(report.why) } : report));
}

/** One cause is one failure: what another failed check explains is blocked by it. */
function toConsequence(
  report: CheckReport,
  explainedBy: readonly string[],
  reports: readonly CheckReport[],
): CheckReport {
  const isFailure = ({ verdict }: CheckReport) => verdict === 'failed' || verdict === 'flaky';
  const cause = isFailure(report) && reports.find((one) => explainedBy.includes(one.id) && isFailure(one));
  return cause ? { ...report, verdict: 'blocked', why: `by ${cause.id}` } : report;
}

/** A check that is blocked says `by`, and by which check. */
function causeIn(why: string | null): string | null {
  return /^by (\S+)/.exec(why ?? '')?.[1] ?? null;
}

/** Counts checks by verdict. */
export function countVerdicts(checks: readonly CheckReport[]): Report['counts'] {
  const counts = { passed: 0, failed: 0, skipped: 0, blocked: 0, inconclusive: 0, flaky: 0, bug: 0, waived: 0 };
  for (const { verdict } of checks) counts[verdict] += 1;
  return counts;
}

/** Returns a sentence for each glob of `--only` that led to no judged check: the user asked for it and must know. */
export function sayInVain(only: readonly string[], reports: readonly CheckReport[]): string[] {
  return only.flatMap((glob) => {
    const asked = reports.filter(({ id }) => fits(glob, id));
    if (asked.some(({ verdict }) => verdict !== 'skipped')) return [];
    const reasons = [...new Set(asked.map(({ why }) => why))].join('; ');
    return [`Nothing of "${glob}" was judged, so the run proves nothing about it: ${reasons}.`];
  });
}

/** What decides the verdict and exit code of a run. */
export interface Facts {
  readonly counts: Report['counts'];
  readonly isInterrupted: boolean;
  readonly waiverProblems: number;
  readonly left: number;
  /** Globs of --only of which nothing was judged. */
  readonly inVain: number;
  /** Whether the coverage is below `--fail-under-coverage`. */
  readonly isUnderCoverage: boolean;
}

const EXIT_CODES: Readonly<Record<RunVerdict, number>> = {
  conforms: 0,
  violates: 1,
  inconclusive: 3,
  left_behind: 4,
  bug: 5,
  interrupted: 130,
};

/** Returns the verdict of the run. A run in which no check passed judged nothing, and so does not pass. */
export function decide({ counts, isInterrupted, waiverProblems, left, inVain, isUnderCoverage }: Facts): {
  readonly verdict: RunVerdict;
  readonly exitCode: number;
} {
  const verdict = ((): RunVerdict => {
    if (isInterrupted) return 'interrupted';
    if (counts.bug > 0) return 'bug';
    if (counts.failed + counts.flaky + waiverProblems > 0) return 'violates';
    if (counts.inconclusive + counts.blocked + inVain > 0 || counts.passed + counts.waived === 0) return 'inconclusive';
    if (isUnderCoverage) return 'inconclusive';
    return left > 0 ? 'left_behind' : 'conforms';
  })();
  return { verdict, exitCode: EXIT_CODES[verdict] };
}
