import type { CheckReport, Report, ReportedFinding } from '../contract/verdict/report.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Number of places per check to show; the rest is counted. */
const SHOWN_FINDINGS = 3;
const LABEL_WIDTH = 11;

/**
 * Text for a terminal: details of every failure, nothing of what passed, and one summary line. In GitHub Actions,
 * annotations too.
 */
export const console: Reporter = async function* (events, options) {
  for await (const event of events) {
    if (event.type === 'started') {
      const { target, edition, profile, flows, max_run_ms: maxRunMs } = event;
      yield `${options.paint('bold', 'chat-mock verify')} ${escapeUnsafe(target)} · edition ${edition} · profile ${profile} · ${flows.length} flows · at most ${maxRunMs / 1000} s\n`;
    }
    if (event.type === 'note') yield `${options.paint('yellow', 'note')} ${escapeUnsafe(event.text)}\n`;
    if (event.type === 'finished') yield* render(event.report, options);
  }
};

function* render(report: Report, options: ReporterOptions): Generator<string> {
  const told = report.checks.filter(
    ({ verdict, cases }) => verdict !== 'passed' || cases.some(({ findings }) => findings.length > 0),
  );
  for (const check of told) yield* renderCheck(check, options);
  for (const problem of report.waivers) yield `\n${options.paint('red', 'WAIVER')}  ${problem}\n`;
  const left = report.left.length === 0 ? '' : `\n${options.paint('red', 'LEFT BEHIND')}  ${report.left.join(', ')}\n`;
  const failing = told.filter(({ verdict }) => !['passed', 'skipped', 'blocked', 'waived'].includes(verdict));
  const annotations = options.annotates ? failing.map(toAnnotation).join('') : '';
  yield `${left}\n${annotations}${summary(report, options)}\n`;
}

function renderCheck(check: CheckReport, options: ReporterOptions): string[] {
  const { id, verdict, why, requirement, level, evidence, source, rationale, repeat } = check;
  const { paint } = options;
  const findings = check.cases.flatMap(({ flow, findings }) => findings.map((finding) => ({ flow, finding })));
  switch (verdict) {
    case 'skipped':
      return [];
    case 'blocked':
      return [`${paint('dim', `blocked       ${id} ${why ?? ''}`)}\n`];
    case 'inconclusive':
      return [`${paint('yellow', 'inconclusive')}  ${id}: ${escapeUnsafe(why ?? '')}\n`];
    case 'bug':
      return [
        `${paint('red', 'RUNNER BUG')}    ${id}: ${why ?? ''}\n  Please report it: the server is not to blame.\n`,
      ];
    case 'passed':
    case 'failed':
    case 'flaky':
    case 'waived': {
      const word = verdict === 'passed' ? 'SHOULD' : verdict.toUpperCase();
      const head = `\n${paint(verdict === 'failed' ? 'red' : 'yellow', word)}  ${paint('bold', id)} (${level}, ${evidence}; ${source})\n  ${requirement}\n`;
      const shown = findings.slice(0, SHOWN_FINDINGS).map((one) => renderFinding(one, options));
      const more = findings.length > SHOWN_FINDINGS ? `  and ${findings.length - SHOWN_FINDINGS} more places\n` : '';
      const flaky = verdict === 'flaky' ? row('flaky', why ?? '') : '';
      return [head, ...shown, more, flaky, row('rationale', rationale), row('repeat', repeat)];
    }
  }
}

function renderFinding(
  { flow, finding }: { readonly flow: string; readonly finding: ReportedFinding },
  { paint }: ReporterOptions,
): string {
  const timeline = finding.timeline.map(
    ({ frame, byte, at_ms, text, is_place }) =>
      `    ${is_place ? paint('red', '▶') : ' '} frame ${frame}, byte ${byte}, +${at_ms} ms  ${paint('dim', escapeUnsafe(text))}\n`,
  );
  return [
    row('where', `${flow} › exchange ${finding.exchange} › ${finding.at}`),
    row('expected', finding.expected),
    row('actual', finding.actual),
    ...timeline,
    row('reproduce', finding.curl),
  ].join('');
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${escapeUnsafe(text)}\n`;
}

function summary(
  { verdict, counts, requests, turns, left, duration_ms, exit_code }: Report,
  { paint }: ReporterOptions,
): string {
  const numbers = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name === 'bug' ? 'runner bugs' : name}`);
  const word = paint(
    verdict === 'conforms' ? 'green' : verdict === 'inconclusive' ? 'yellow' : 'red',
    verdict.replace('_', ' '),
  );
  const cost = `${requests} requests, ${turns} turns, ${(duration_ms / 1000).toFixed(1)} s`;
  return `${word}: ${numbers.join(', ')} · ${cost} · ${left.length} sessions left · exit ${exit_code}`;
}

/** GitHub reads these annotations from the log. */
function toAnnotation({ id, verdict, requirement, cases }: CheckReport): string {
  const [finding] = cases.flatMap((one) => one.findings);
  const text = `${verdict}: ${requirement}${finding ? ` ${finding.at}: expected ${finding.expected}, actual ${finding.actual}` : ''}`;
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${verdict === 'failed' || verdict === 'bug' ? 'error' : 'warning'} title=${id}::${escaped}\n`;
}
