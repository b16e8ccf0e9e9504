import type { CheckReport, Report } from '../contract/verdict/report.ts';
import { coverageText } from './coverage-text.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';

const MARKS = {
  passed: '✅',
  failed: '❌',
  flaky: '🎲',
  bug: '🐞',
  inconclusive: '❔',
  blocked: '⛔',
  skipped: '⏭️',
  waived: '🏳️',
} as const satisfies Record<CheckReport['verdict'], string>;
const SHOWN = 3;

/** Markdown for a pull request or a job summary. */
export const markdown = fromReport(function* (report) {
  const told = report.checks.filter(
    ({ verdict, cases }) => verdict !== 'passed' || cases.some(({ findings }) => findings.length > 0),
  );
  const failing = told.filter(({ verdict }) => verdict !== 'skipped' && verdict !== 'blocked');
  yield `# Contract: ${report.verdict.replace('_', ' ')}

\`${report.target}\` · edition ${report.edition} · profile ${report.profile} · ${report.requests} requests, ${report.turns} turns, ${(report.duration_ms / 1000).toFixed(1)} s · exit ${report.exit_code}

${counts(report)}
`;
  for (const check of failing) yield renderCheck(check);
  yield rest(told);
  yield `${list('Waivers', report.waivers)}${list('Left behind', report.left)}${list(
    'Kept',
    report.kept.map(({ flow, session_id, delete: line }) => `${session_id} of ${flow}: \`${line}\``),
  )}${list('Notes', report.notes)}`;
  yield observations(report);
  yield `\n<details><summary>Coverage: ${report.coverage.percent} %</summary>\n\n${coverageText(report.coverage)
    .slice(1)
    .map((line) => `- ${escapePipes(line)}\n`)
    .join('')}\n</details>\n`;
});

function counts({ counts: numbers }: Report): string {
  const names = Object.keys(numbers) as (keyof typeof numbers)[]; // Keys of a record of just these.
  const shown = names.filter((name) => numbers[name] > 0);
  return `| ${shown.map((name) => `${MARKS[name]} ${name}`).join(' | ')} |\n|${shown.map(() => '--:|').join('')}\n| ${shown.map((name) => numbers[name]).join(' | ')} |\n`;
}

function renderCheck(check: CheckReport): string {
  const findings = check.cases.flatMap(({ flow, findings: own }) =>
    own.map((finding) => `${flow}: ${findingText(finding)}`),
  );
  const more = findings.length > SHOWN ? `\nand ${findings.length - SHOWN} more places\n` : '';
  const why = check.why === null ? '' : `\n${escapePipes(check.why)}\n`;
  return `
## ${MARKS[check.verdict]} ${check.id}

${check.requirement} (${check.level}, ${check.evidence}; ${check.source}). ${check.rationale}
${why}${findings.slice(0, SHOWN).map(fence).join('')}${more}
Repeat: \`${check.repeat}\`
`;
}

/** A code fence longer than any run of backticks in the text. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `\n${ticks}text\n${text}\n${ticks}\n`;
}

function rest(checks: readonly CheckReport[]): string {
  const skipped = checks.filter(({ verdict }) => verdict === 'skipped' || verdict === 'blocked');
  if (skipped.length === 0) return '';
  const rows = skipped.map(({ id, verdict, why }) => `| ${id} | ${verdict} | ${escapePipes(why ?? '')} |\n`);
  return `\n<details><summary>${skipped.length} checks did not run</summary>\n\n| check | | why |\n|---|---|---|\n${rows.join('')}\n</details>\n`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n## ${title}\n\n${lines.map((line) => `- ${line}\n`).join('')}`;
}

function observations({ observations: seen }: Report): string {
  if (seen.length === 0) return '';
  const rows = seen.map(
    ({ about, value, choice }) => `| ${about} | \`${escapePipes(JSON.stringify(value))}\` | ${choice ?? ''} |\n`,
  );
  return `\n<details><summary>Where the contract leaves it free</summary>\n\n| what | observed | setting |\n|---|---|---|\n${rows.join('')}\n</details>\n`;
}

function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
