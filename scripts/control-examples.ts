/** What must be so before an example means anything; the test of the documents makes it so. */
export const givens = {
  nothing: null,
  queued: 'While answer 1 waits:',
  held: 'While a turn of `/held-answer` waits:',
  running: 'While stream 1 runs:',
  paused: 'While stream 1 is paused:',
  manual: 'While the clock is manual:',
  asked: 'After a turn in `ses-q3-review`:',
} as const;

interface Example {
  readonly given: keyof typeof givens;
  /** What follows `/__mock/`, where it is not the route itself. */
  readonly path?: string;
  readonly body?: object;
  /** A part of what is answered; text: the answer begins with it. */
  readonly answer: object | string;
  readonly isStream?: true;
}

/** One example for each endpoint of the control API, by method and path. */
export const controlExamples: Readonly<Record<string, Example>> = {
  'GET health': { given: 'nothing', answer: { status: 'ok', edition: '2026-05', seed: 1 } },
  'POST reset': { given: 'nothing', body: { all: true }, answer: { status: 'ok', reset: 'all', unused: [] } },
  'GET scenarios': {
    given: 'nothing',
    answer: {
      scenarios: [{ scenario: 'agent-error', description: 'An error after thinking and a tool call.', when: null }],
    },
  },
  'POST next': {
    given: 'nothing',
    body: { scenario: 'overloaded', times: 2 },
    answer: { scenario: 'overloaded', operation: 'streamMessages', times: 2, used: 0 },
  },
  'POST next/check': {
    given: 'nothing',
    body: { scenario: { steps: [{ text: 'Hello.' }] } },
    answer: { status: 'ok' },
  },
  'GET next': { given: 'nothing', answer: { queued: [] } },
  'DELETE next/*': {
    given: 'queued',
    path: 'next/1',
    answer: { id: 1, scenario: 'overloaded', used: 0 },
  },
  'GET journal': {
    given: 'asked',
    path: 'journal?operation=streamMessages',
    answer: { entries: [{ operation: 'streamMessages', session_id: 'ses-q3-review', status: 200 }], dropped: 0 },
  },
  'GET journal/*': {
    given: 'asked',
    path: 'journal/1',
    answer: {
      id: 1,
      path: '/api/v1/chat/ses-q3-review/messages/stream',
      stream: 1,
      answer: { body: null },
      queued: [],
    },
  },
  'POST journal/verify': {
    given: 'asked',
    body: {
      match: { operation: 'streamMessages', body: { prompt: { regex: 'Q3' } } },
      within: { ms: 60_000 },
      count: 1,
    },
    answer: { matched: 1, nearest: [] },
  },
  'POST journal/wait': {
    given: 'asked',
    body: { match: { session_id: 'ses-q3-review' }, timeout_ms: 2000 },
    answer: { entries: [{ path: '/api/v1/chat/ses-q3-review/messages/stream', status: 200 }] },
  },
  'GET streams': {
    given: 'asked',
    answer: { streams: [{ id: 1, scenario: 'q3-findings', state: 'over', events: 90, bytes: 5986, end: 'close' }] },
  },
  'GET streams/*': {
    given: 'asked',
    path: 'streams/1',
    answer: { id: 1, world: null, kept: 'whole', states: [{ state: 'over', hold: null }] },
  },
  'GET streams/*/frames': {
    given: 'asked',
    path: 'streams/1/frames?from=89',
    answer: {
      stream: { id: 1, state: 'over' },
      frames: [{ kind: 'event', name: 'message', event: { type: 'stop' }, offset: 5823 }],
      next: 90,
      has_more: false,
    },
  },
  'GET streams/*/scenario': { given: 'asked', path: 'streams/1/scenario?name=q3-again', answer: 'scenario: q3-again' },
  'POST streams/*/end': {
    given: 'running',
    path: 'streams/1/end',
    body: { how: 'truncate' },
    answer: { id: 1, state: 'over', end: 'truncate' },
  },
  'POST streams/wait': {
    given: 'held',
    body: { match: { state: 'held' } },
    answer: { streams: [{ id: 1, scenario: 'held-answer', state: 'held', hold: 'before-answer', end: null }] },
  },
  'POST streams/*/pause': { given: 'running', path: 'streams/1/pause', answer: { id: 1, state: 'paused', end: null } },
  'POST streams/*/resume': {
    given: 'paused',
    path: 'streams/1/resume',
    answer: { id: 1, state: 'running', end: null },
  },
  'POST streams/*/step': {
    given: 'paused',
    path: 'streams/1/step',
    body: { events: 3 },
    answer: { id: 1, state: 'paused', end: null },
  },
  'GET holds': { given: 'held', answer: { holds: [{ name: 'before-answer', waiting: 1 }] } },
  'POST holds/release': { given: 'held', answer: { released: 1 } },
  'POST holds/*/release': { given: 'held', path: 'holds/before-answer/release', answer: { released: 1 } },
  'GET clock': { given: 'nothing', answer: { mode: 'fixed', speed: 1, waiting: 0 } },
  'PUT clock': { given: 'nothing', body: { mode: 'manual' }, answer: { mode: 'manual', speed: null, waiting: 0 } },
  'POST clock/advance': { given: 'manual', body: { ms: 500 }, answer: { mode: 'manual', speed: null, met: 0 } },
  'GET chaos': { given: 'nothing', answer: { rules: [] } },
  'PUT chaos': {
    given: 'nothing',
    body: {
      rules: [
        { probability: 0.05, answer: { status: 503, headers: { 'retry-after': '1' } } },
        { latency_ms: [200, 800] },
        { operation: 'streamMessages', rate_limit: { requests: 10, per_ms: 1000 } },
      ],
    },
    answer: {
      rules: [{ probability: 0.05, seen: 0, fired: 0 }, { latency_ms: [200, 800] }, { operation: 'streamMessages' }],
    },
  },
  'GET worlds': {
    given: 'asked',
    answer: { worlds: [{ world: null, requests: 1, streams: 1, open: 0, queued: 0 }], total: 1 },
  },
  'GET traffic': {
    given: 'asked',
    answer: {
      requests: [{ id: 1, operation: 'streamMessages', status: 200, stream: 1 }],
      streams: [{ stream: 1, scenario: 'q3-findings', state: 'over' }],
      dropped: 0,
    },
  },
  'GET live': { given: 'nothing', answer: ': ping', isStream: true },
  'GET openapi.json': { given: 'nothing', answer: { openapi: '3.2.0' } },
  'GET openapi.yaml': { given: 'nothing', answer: '# Made by chat-mock openapi; never edited.' },
  'GET metrics': {
    given: 'nothing',
    answer: '# HELP chat_mock_requests_total Requests of the API that were answered.',
  },
  'GET docs': { given: 'nothing', answer: '<!doctype html>' },
};
