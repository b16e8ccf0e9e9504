import type { CheckReport } from '../contract/verdict/report.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';
import { writeJson } from './write-json.ts';

const LEVELS = { must: 'error', should: 'warning', may: 'note' } as const;
/** Number of findings per check to list; the message counts the rest. */
const SHOWN = 5;

/** SARIF 2.1.0: one rule per check, one result per failed check. */
export const sarif = fromReport(function* (report, { toolVersion }) {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'chat-mock', semanticVersion: toolVersion, rules: report.checks.map(toRule) } },
        invocations: [{ executionSuccessful: report.verdict !== 'bug', exitCode: report.exit_code }],
        properties: { target: report.target, edition: report.edition, profile: report.profile },
        results: report.checks.flatMap((check, index) => toResults(check, { index, target: report.target })),
      },
    ],
  };
  yield* writeJson(log);
  yield '\n';
});

function toRule({ id, requirement, rationale, level, source, evidence }: CheckReport) {
  return {
    id,
    shortDescription: { text: requirement },
    fullDescription: { text: rationale },
    help: { text: `${requirement} ${rationale} Source: ${source}.` },
    defaultConfiguration: { level: LEVELS[level] },
    properties: { evidence, source },
  };
}

function toResults(check: CheckReport, { index, target }: { readonly index: number; readonly target: string }) {
  const findings = check.cases.flatMap(({ flow, findings: own }) => own.map((finding) => ({ flow, finding })));
  if (findings.length === 0) return [];
  const shown = findings.slice(0, SHOWN).map(({ flow, finding }) => `${flow}: ${findingText(finding)}`);
  const more = findings.length > SHOWN ? [`and ${findings.length - SHOWN} more places`] : [];
  const [first] = findings;
  return [
    {
      ruleId: check.id,
      ruleIndex: index,
      level: check.verdict === 'passed' ? 'warning' : LEVELS[check.level],
      kind: 'fail',
      message: { text: [check.requirement, ...shown, ...more].join('\n\n') },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: target } },
          logicalLocations: [{ fullyQualifiedName: `${first?.flow ?? ''} › ${first?.finding.at ?? ''}` }],
        },
      ],
      // The fingerprint uses the check and its flows, never the text of a finding, which contains ids and dates.
      partialFingerprints: { 'chatMock/v1': `${check.id}@${[...new Set(findings.map(({ flow }) => flow))].join('+')}` },
      ...(check.verdict === 'waived' && { suppressions: [{ kind: 'external', justification: 'waived' }] }),
    },
  ];
}
