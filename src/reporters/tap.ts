import type { CheckReport } from '../contract/verdict/report.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import { coverageText } from './coverage-text.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';

/** TAP 14: one line per check, with a YAML block for details. */
export const tap = fromReport(function* ({ checks, coverage }) {
  yield `TAP version 14\n1..${checks.length}\n`;
  for (const [index, check] of checks.entries()) yield `${toLine(check, index + 1)}\n${details(check)}`;
  for (const line of coverageText(coverage)) yield `# ${escapeUnsafe(line)}\n`;
});

function toLine({ id, verdict, why }: CheckReport, number: number): string {
  const reason = escapeUnsafe(why ?? '').replaceAll('#', '\\#');
  switch (verdict) {
    case 'passed':
      return `ok ${number} - ${id}`;
    case 'skipped':
    case 'blocked':
      return `ok ${number} - ${id} # SKIP ${verdict} ${reason}`;
    case 'waived':
      return `not ok ${number} - ${id} # TODO waived`;
    case 'failed':
    case 'flaky':
    case 'inconclusive':
    case 'bug':
      return `not ok ${number} - ${id}`;
  }
}

function details({ verdict, requirement, why, cases, repeat }: CheckReport): string {
  const findings = cases.flatMap((one) => one.findings);
  if (verdict === 'passed' && findings.length === 0) return '';
  if (verdict === 'skipped' || verdict === 'blocked') return '';
  const rows = { verdict, requirement, why, repeat, findings: findings.slice(0, 3).map(findingText) };
  // JSON is YAML.
  const text = Object.entries(rows).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `  ---\n${text.join('')}  ...\n`;
}
