import type { CheckReport, Report, ReportedFinding } from '../contract/verdict/report.ts';

/** A check that says something, with the checks that could not be judged because of it. */
export interface Cause {
  readonly check: CheckReport;
  /** The ids of those checks. */
  readonly blocks: readonly string[];
}

/** A finding with the flow in which it was made. */
export interface Place {
  readonly flow: string;
  readonly finding: ReportedFinding;
}

/** The worst first. */
const ORDER: readonly CheckReport['verdict'][] = ['bug', 'failed', 'flaky', 'inconclusive', 'waived', 'passed'];

/** What a reader has to know of: everything that did not pass, and what passed with findings; the worst first. */
export function listCauses({ checks }: Pick<Report, 'checks'>): Cause[] {
  const told = checks.filter(
    (check) =>
      check.verdict !== 'skipped' &&
      check.verdict !== 'blocked' &&
      (check.verdict !== 'passed' || placesOf(check).length > 0),
  );
  const blocks = new Map<string, string[]>();
  for (const check of checks) {
    const root = rootOf(check, checks);
    if (root !== null) blocks.set(root, [...(blocks.get(root) ?? []), check.id]);
  }
  return told
    .map((check) => ({ check, blocks: blocks.get(check.id) ?? [] }))
    .toSorted((a, b) => ORDER.indexOf(a.check.verdict) - ORDER.indexOf(b.check.verdict));
}

/** Blocked checks whose cause is not in the report, such as one that was skipped. */
export function listOrphans({ checks }: Pick<Report, 'checks'>): CheckReport[] {
  const told = new Set(listCauses({ checks }).map(({ check }) => check.id));
  return checks.filter((check) => check.verdict === 'blocked' && !told.has(rootOf(check, checks) ?? ''));
}

/** Every finding, with its place. */
export function placesOf({ cases }: CheckReport): Place[] {
  return cases.flatMap(({ flow, findings }) => findings.map((finding) => ({ flow, finding })));
}

/** The check that began it; null where a check is not blocked. */
function rootOf(check: CheckReport, checks: readonly CheckReport[], seen: readonly string[] = []): string | null {
  if (check.verdict !== 'blocked' || check.blocked_by === null) return null;
  const cause = checks.find(({ id }) => id === check.blocked_by);
  if (!cause || seen.includes(cause.id)) return check.blocked_by;
  return rootOf(cause, checks, [...seen, check.id]) ?? cause.id;
}
