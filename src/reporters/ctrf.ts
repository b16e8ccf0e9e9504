import type { CheckReport } from '../contract/verdict/report.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';
import { writeJson } from './write-json.ts';

const STATUSES = {
  passed: 'passed',
  failed: 'failed',
  flaky: 'failed',
  bug: 'failed',
  inconclusive: 'other',
  blocked: 'skipped',
  skipped: 'skipped',
  waived: 'skipped',
} as const satisfies Record<CheckReport['verdict'], string>;

/** Common Test Report Format: one test per check. */
export const ctrf = fromReport(function* (report, { toolVersion }) {
  const tests = report.checks.map((check) => {
    const findings = check.cases.flatMap((one) => one.findings);
    return {
      name: check.id,
      status: STATUSES[check.verdict],
      duration: Math.max(0, ...check.cases.map(({ duration_ms }) => duration_ms)),
      rawStatus: check.verdict,
      suite: [check.id.split('.')[0] ?? check.id],
      ...(check.why !== null && { message: check.why }),
      ...(findings.length > 0 && {
        message: check.requirement,
        trace: findings.slice(0, 5).map(findingText).join('\n\n'),
      }),
      ...(check.verdict === 'flaky' && { flaky: true }),
    };
  });
  const startMs = Date.parse(report.started_at);
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  const summary = {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    pending: 0,
    skipped: count('skipped'),
    other: count('other'),
    start: startMs,
    stop: startMs + report.duration_ms,
  };
  const document = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    results: {
      tool: { name: 'chat-mock', version: toolVersion },
      summary,
      tests,
      extra: { coverage: report.coverage },
    },
  };
  yield* writeJson(document);
  yield '\n';
});
