import type { CheckReport, Report, ReportedFinding, RunEvent } from '../../src/contract/index.ts';

const finding: ReportedFinding = {
  exchange: 3,
  at: 'frame 2, byte 41, $.content',
  expected: '"Revenue <grew>" & more',
  actual: '"Rev\u001b[31m"',
  frame: 2,
  reproduce: [
    "id=$(curl -sS -X POST 'http://server.test/api/v1/chat' | sed …)",
    "curl -sS -N -i -X POST -H 'accept: text/event-stream' 'http://server.test/api/v1/chat/'\"$id\"'/messages/stream'",
    'curl -sS -X DELETE \'http://server.test/api/v1/chat/\'"$id"',
  ],
  timeline: [
    {
      frame: 1,
      byte: 0,
      at_ms: 12,
      text: 'event: delta ⏎ data: {"type":"text_delta","content":"Rev"}',
      is_place: false,
    },
    {
      frame: 2,
      byte: 41,
      at_ms: 80,
      text: 'event: message ⏎ data: {"type":"text","content":"Rev|enue"}',
      is_place: true,
    },
  ],
};

function check(
  id: string,
  verdict: CheckReport['verdict'],
  why: string | null,
  findings: readonly ReportedFinding[] = [],
): CheckReport {
  const own = verdict === 'waived' ? 'failed' : verdict;
  return {
    id,
    requirement: `What ${id} asks for MUST be so.`,
    level: verdict === 'passed' && findings.length > 0 ? 'should' : 'must',
    evidence: 'documented',
    source: 'file:///project/node_modules/chat-mock/docs/wire-contract.md#history',
    rationale: 'A client would be lost.',
    verdict,
    why,
    blocked_by: verdict === 'blocked' ? 'stream.text-adds-up' : null,
    cases: [{ flow: 'one-turn', verdict: own, why, duration_ms: 340, findings }],
    repeat: `chat-mock verify http://server.test --only ${id} --seed 1`,
  };
}

const report: Report = {
  schema_version: 3,
  target: 'http://server.test',
  edition: '2026-05',
  edition_evidence: ['It was asked for.'],
  profile: 'safe',
  seed: 1,
  verdict: 'violates',
  exit_code: 1,
  started_at: '2026-11-26T08:00:00.000Z',
  duration_ms: 1234,
  requests: 42,
  turns: 3,
  counts: { passed: 2, failed: 1, skipped: 1, blocked: 1, inconclusive: 1, flaky: 1, bug: 1, waived: 1 },
  checks: [
    check('http.json', 'passed', null),
    check('title.is-set', 'passed', null, [finding]),
    check('stream.text-adds-up', 'failed', null, [finding, finding, finding, finding]),
    check('stream.calls-answered', 'skipped', 'no tool was called'),
    check('history.equals-stream', 'blocked', 'by stream.text-adds-up'),
    check('pagination.ends', 'inconclusive', 'exchange 9 was answered with status 503'),
    check('stream.incremental', 'flaky', 'it failed, and passed when the flow was run again', [finding]),
    check('custom.check', 'bug', 'TypeError: boom\n    at run (check.ts:1:1)'),
    check('auth.no-key', 'waived', null, [finding]),
  ],
  observations: [
    { about: 'order of the list', value: 'updated_desc', choice: 'list_order', flow: 'walk' },
    { about: 'names of tools', value: ['retrieve', 'a|b'], choice: null, flow: 'one-turn' },
  ],
  coverage: {
    operations: [
      {
        operation: 'listSessions',
        statuses: [
          { name: '200', count: 4 },
          { name: '401 or 403', count: 0 },
        ],
        other_statuses: [{ name: '418', count: 1 }],
        states: [],
      },
    ],
    events: [
      { name: 'text', count: 2 },
      { name: 'stop', count: 0 },
    ],
    requirements: { judged: 6, total: 9, not_judged: [{ check: 'stream.calls-answered', why: 'no tool was called' }] },
    percent: 61,
  },
  streams: [
    {
      flow: 'one-turn',
      exchange: 3,
      verdict: 'violates',
      ending: 'complete',
      duration_ms: 100,
      event_count: 3,
      events: [
        { frame: 1, at_ms: 12, type: 'text_delta', bytes: 41 },
        { frame: 2, at_ms: 80, type: 'text', bytes: 52 },
        { frame: 3, at_ms: 99, type: 'stop', bytes: 120 },
      ],
    },
  ],
  kept: [
    { flow: 'one-turn', session_id: 'ses-1', delete: "curl -sS -X DELETE 'http://server.test/api/v1/chat/ses-1'" },
  ],
  left: ['ses-left'],
  waivers: ['The waiver for http.json (me@team.test) is stale: the check passes now. Remove it.'],
  notes: ['content-encoding gzip was undone by this runner'],
};

/** A run in which every outcome comes about. */
export async function* sampleRun(): AsyncGenerator<RunEvent> {
  yield {
    type: 'started',
    target: report.target,
    edition: report.edition,
    edition_evidence: report.edition_evidence,
    profile: report.profile,
    seed: 1,
    started_at: report.started_at,
    max_run_ms: 600_000,
    flows: [{ flow: 'one-turn', checks: report.checks.map(({ id }) => id) }],
  };
  yield { type: 'note', text: 'content-encoding gzip was undone by this runner' };
  yield {
    type: 'exchange',
    exchange: {
      flow: 'one-turn',
      number: 3,
      started_ms: 250,
      operation: 'streamMessages',
      method: 'POST',
      url: 'http://server.test/api/v1/chat/ses-1/messages/stream?project_id=',
      request_headers: [['authorization', '[redacted]']],
      request_body: '{"prompt":"Grüße","index_ids":["idx-abc123"]}',
      status: 200,
      response_headers: [['Content-Type', 'text/event-stream']],
      response_body: 'event: delta\ndata: {"type":"text_delta","content":"Rev"}\n\n',
      response_body_bytes: 58,
      is_cut: false,
      chunks: [{ at_ms: 12, bytes: 58 }],
      ending: 'complete',
      headers_ms: 10,
      end_ms: 100,
      retries: 0,
    },
  };
  const failed = report.checks[2]?.cases[0];
  if (failed) yield { type: 'case', check: 'stream.text-adds-up', result: failed };
  yield { type: 'flow', flow: 'one-turn', stop: null, exchanges: 3 };
  yield { type: 'finished', report };
}

/** What every reporter is told: no colours, 100 columns. */
export const plain = {
  toolVersion: '0.0.0',
  paint: (_: string, text: string) => text,
  annotates: false,
  width: 100,
  isVerbose: false,
  anchorFile: 'chat-mock-contract.yaml',
};
