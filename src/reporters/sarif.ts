import type { CheckReport } from '../contract/verdict/report.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';
import { writeJson } from './write-json.ts';

const LEVELS = { must: 'error', should: 'warning', may: 'note' } as const;
/** Number of findings per check to list; the message counts the rest. */
const SHOWN = 5;

/**
 * SARIF 2.1.0: one rule per check, one result per failed check. GitHub shows a result only at a line of a file of the
 * repository; the server itself is the logical location.
 */
export const sarif = fromReport(function* (report, { toolVersion, anchorFile }) {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        automationDetails: { id: `chat-mock-verify/${report.edition}/` },
        tool: { driver: { name: 'chat-mock', semanticVersion: toolVersion, rules: report.checks.map(toRule) } },
        invocations: [{ executionSuccessful: report.verdict !== 'bug', exitCode: report.exit_code }],
        properties: {
          ...{ target: report.target, edition: report.edition, profile: report.profile },
          coverage: report.coverage,
        },
        results: report.checks.flatMap((check, index) =>
          toResults(check, { index, target: report.target, file: anchorFile }),
        ),
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

function toResults(
  check: CheckReport,
  { index, target, file }: { readonly index: number; readonly target: string; readonly file: string },
) {
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
          physicalLocation: {
            artifactLocation: { uri: toRelativeUri(file), uriBaseId: '%SRCROOT%' },
            region: { startLine: 1 },
          },
          logicalLocations: [
            { fullyQualifiedName: `${target} › ${first?.flow ?? ''} › ${first?.finding.at ?? ''}`, kind: 'resource' },
          ],
        },
      ],
      // The check alone: the same mistake may appear in other flows, and findings contain ids and dates.
      partialFingerprints: { primaryLocationLineHash: `${check.id}:1`, 'chatMock/v2': check.id },
      ...(check.verdict === 'waived' && { suppressions: [{ kind: 'external', justification: 'waived' }] }),
    },
  ];
}

/** A path below the root of the repository as a URI; an absolute one, or one that leaves it, by its name alone. */
function toRelativeUri(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const isInside = !path.startsWith('/') && !/^[A-Za-z]:/.test(path) && !path.split('/').includes('..');
  return encodeURI(isInside ? path : (path.split('/').at(-1) ?? path));
}
