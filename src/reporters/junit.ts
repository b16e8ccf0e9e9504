import type { CaseReport, CheckReport, Report } from '../contract/verdict/report.ts';
import { coverageText } from './coverage-text.ts';
import { escapeMarkup } from './escape.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';

/** JUnit XML: one suite per check, one case per flow. JUnit has no warnings, so a failed SHOULD passes with output. */
export const junit = fromReport(function* ({ checks, target, started_at, duration_ms, waivers, coverage }) {
  const cases = checks.flatMap(({ cases }) => cases);
  const judged = checks.filter(({ verdict }) => verdict !== 'waived').flatMap(({ cases: own }) => own);
  const failures = judged.filter(({ verdict }) => verdict === 'failed' || verdict === 'flaky').length;
  const errors = cases.filter(({ verdict }) => verdict === 'bug' || verdict === 'inconclusive').length;
  const totals = `tests="${cases.length + waivers.length}" failures="${failures + waivers.length}" errors="${errors}" time="${duration_ms / 1000}"`;
  const timestamp = started_at.replace(/\.\d+Z$/, '');
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="chat-mock verify ${escapeMarkup(target)}" ${totals}>\n`;
  for (const check of checks) if (check.cases.length > 0) yield* renderSuite(check, timestamp);
  for (const problem of waivers)
    yield `  <testsuite name="waivers" tests="1" failures="1" errors="0" skipped="0">\n    <testcase classname="waivers" name="waiver"><failure message="${escapeMarkup(problem)}"/></testcase>\n  </testsuite>\n`;
  yield renderCoverage(coverage, timestamp);
  yield '</testsuites>\n';
});

/** JUnit has no place for it but the output of a suite. */
function renderCoverage(coverage: Report['coverage'], timestamp: string): string {
  const lines = coverageText(coverage).map(escapeMarkup).join('\n');
  return `  <testsuite name="coverage" tests="0" failures="0" errors="0" skipped="0" time="0" timestamp="${timestamp}">\n    <system-out>${lines}</system-out>\n  </testsuite>\n`;
}

function* renderSuite(check: CheckReport, timestamp: string): Generator<string> {
  const count = (...verdicts: readonly string[]) =>
    check.cases.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const isWaived = check.verdict === 'waived';
  const failures = isWaived ? 0 : count('failed', 'flaky');
  const skipped = count('skipped', 'blocked') + (isWaived ? count('failed', 'flaky') : 0);
  const attributes = `tests="${check.cases.length}" failures="${failures}" errors="${count('bug', 'inconclusive')}" skipped="${skipped}" time="${sumMs(check) / 1000}" timestamp="${timestamp}"`;
  yield `  <testsuite name="${escapeMarkup(check.id)}" ${attributes}>\n`;
  for (const one of check.cases) yield renderCase(check, one);
  yield '  </testsuite>\n';
}

function sumMs({ cases }: CheckReport): number {
  return cases.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
}

function renderCase(check: CheckReport, one: CaseReport): string {
  const inner = renderOutcome(check, one);
  const head = `    <testcase classname="${escapeMarkup(check.id)}" name="${escapeMarkup(one.flow)}" time="${one.duration_ms / 1000}"`;
  return inner === '' ? `${head}/>\n` : `${head}>${inner}</testcase>\n`;
}

function renderOutcome(check: CheckReport, { verdict, why, findings }: CaseReport): string {
  const details = escapeMarkup(findings.map(findingText).join('\n\n')).replaceAll('&#10;', '\n');
  const message = escapeMarkup(why ?? check.requirement);
  switch (verdict) {
    case 'passed':
      return details === '' ? '' : `<system-out>${details}</system-out>`;
    case 'failed':
    case 'flaky':
      if (check.verdict === 'waived') return '<skipped>waived</skipped>';
      return `<failure type="${verdict}" message="${message}">${details}</failure>`;
    case 'bug':
    case 'inconclusive':
      return `<error type="${verdict}" message="${message}"/>`;
    case 'skipped':
    case 'blocked':
      // The reason is text content: Jenkins' schema has no attribute for it.
      return `<skipped>${escapeMarkup(`${verdict}: ${why ?? ''}`)}</skipped>`;
  }
}
