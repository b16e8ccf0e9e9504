import { describe, expect, test } from 'vitest';
import { checks as builtIn, defineCheck, type Flow, parseFlows, type VerifyOptions } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

type Fetch = (request: Request) => Promise<Response>;

/** A mock of which one kind of answer is another. */
function mockWith(answer: (request: Request, next: Fetch) => Promise<Response> | Response): Fetch {
  const { fetch } = createChatMock({ speed: 'instant' });
  return async (request) => answer(request, fetch);
}
const oneTurn = flowsNamed('one-turn');
const isStream = (request: Request) => request.url.endsWith('/stream');

/** The verdict of each check that was asked for. */
async function verdicts(options: VerifyOptions) {
  const { report } = await runVerify(options);
  return { exit: report.exit_code, ...Object.fromEntries(report.checks.map(({ id, verdict }) => [id, verdict])) };
}

test('one cause is one failure: what depends on it is blocked', async () => {
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    return isStream(request) && response.ok
      ? new Response((await response.text()).replaceAll('data: {', 'data: ['), { headers: response.headers })
      : response;
  });
  expect(
    await verdicts({ fetch, only: ['stream.ends-once', 'history.job-metadata'], flows: flowsNamed('two-turns') }),
  ).toMatchObject({
    exit: 1,
    'stream.one-data-line': 'failed',
    'stream.ends-once': 'blocked',
    'history.job-metadata': 'blocked',
  });
});

test('a view that tells something else is one failure, whatever else was to be read in it', async () => {
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    if (request.method !== 'GET' || !/\/chat\/[^/?]+$/.test(request.url) || !response.ok) return response;
    const told = (await response.json()) as object;
    return Response.json({ ...told, generated_title: 'Another', index_ids: ['idx-other'] });
  });
  const only = ['sessions.views-agree', 'title.persists', 'sessions.index-ids-kept'];
  expect(await verdicts({ fetch, only, flows: flowsNamed('session-life', 'title-persists') })).toMatchObject({
    exit: 1,
    'sessions.views-agree': 'failed',
    'title.persists': 'blocked',
    'sessions.index-ids-kept': 'blocked',
  });
});

test('what is not a stream by its status is why nothing of streams could be looked at', async () => {
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    return isStream(request) && response.ok
      ? new Response(response.body, { status: 201, headers: response.headers })
      : response;
  });
  expect(await verdicts({ fetch, only: ['stream.ends-once'], flows: oneTurn })).toMatchObject({
    exit: 1,
    'http.success-status': 'failed',
    'stream.ends-once': 'blocked',
    'stream.utf8': 'blocked',
  });
});

test.each([
  [{ turns: null }, '$.job_metadata.turns', 'number', 'null'],
  [{ export_config_ids: ['a', 7] }, '$.job_metadata.export_config_ids[1]', 'string', '7'],
  ['none', '$.job_metadata', 'object or null', '"none"'],
])('what is wrong in a model that may be null is told where it is: %j', async (job, at, expected, actual) => {
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    if (response.status !== 201) return response;
    return Response.json({ ...((await response.json()) as object), job_metadata: job }, { status: 201 });
  });
  const { report } = await runVerify({ fetch, only: ['http.schema'], flows: oneTurn });
  const found = report.checks.flatMap(({ cases }) => cases.flatMap(({ findings }) => findings))[0];
  expect(found).toMatchObject({ at, expected, actual });
});

test('a refusal for load says nothing: inconclusive, exit 3', async () => {
  const fetch = mockWith((request, next) =>
    request.method === 'POST'
      ? Response.json({ detail: 'busy' }, { status: 503, headers: { 'retry-after': '0' } })
      : next(request),
  );
  expect(await verdicts({ fetch, only: ['sessions.views-agree'] })).toMatchObject({
    exit: 3,
    'sessions.views-agree': 'inconclusive',
  });
});

test('load that passes is waited for', async () => {
  let refusals = 2;
  const fetch = mockWith((request, next) => {
    const isBusy = request.method === 'POST' && refusals > 0;
    if (isBusy) refusals -= 1;
    return isBusy ? new Response(null, { status: 429, headers: { 'retry-after': '0' } }) : next(request);
  });
  expect(await verdicts({ fetch, only: ['sessions.views-agree'] })).toMatchObject({
    exit: 0,
    'sessions.views-agree': 'passed',
  });
});

test('what fails only once is flaky, which is not a pass', async () => {
  let faults = 1;
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    if (!isStream(request) || !response.ok || faults === 0) return response;
    faults -= 1;
    return new Response((await response.text()).replace(/event: message\ndata: {"type":"stop".*\n\n/, ''), {
      headers: response.headers,
    });
  });
  expect(await verdicts({ fetch, only: ['stream.ends-once'], flows: oneTurn })).toMatchObject({
    exit: 1,
    'stream.ends-once': 'flaky',
  });
});

test('a check of ours that breaks is our bug: exit 5', async () => {
  const boom = defineCheck({
    id: 'custom.boom',
    requirement: 'It MUST work.',
    level: 'must',
    evidence: 'documented',
    source: 'here',
    rationale: 'To us.',
    appliesTo: () => true,
    run: () => {
      throw new TypeError('boom');
    },
  });
  const flows: Flow[] = [
    {
      flow: 'own',
      summary: 'Lists.',
      profile: 'read-only',
      alone: false,
      checks: ['custom.boom'],
      steps: [{ call: 'listSessions', encode: 'as_needed', key: 'good', expect: 'accepted' }],
    },
  ];
  const { fetch } = createChatMock();
  expect(await verdicts({ fetch, flows, checks: [boom], only: ['custom.*'] })).toEqual({
    exit: 5,
    'custom.boom': 'bug',
  });
});

describe('flows of a program', () => {
  const own = { flow: 'own', summary: 'Makes one.', profile: 'safe', checks: ['http.success-status'] };
  const run = (flow: object) =>
    // As a program without types gives it, or one that has read it from a file.
    verdicts({ fetch: createChatMock().fetch, flows: [flow as Flow], only: ['http.success-status'] });

  test('may leave out what files may', async () => {
    expect(await run({ ...own, steps: [{ call: 'createSession', body: {} }] })).toMatchObject({
      exit: 0,
      'http.success-status': 'passed',
    });
  });
  test('are refused with the place where they are wrong', async () => {
    const running = run({ ...own, profil: 'safe', steps: [{ call: 'createSession' }] });
    await expect(running).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^Failed to read the flows\.\n {2}flows\[0\]: unknown key "profil"; did you mean/),
    });
  });
});

describe('what cannot begin says so', () => {
  const { fetch } = createChatMock({ apiKeys: ['good'] });
  const cases: readonly (readonly [what: string, options: VerifyOptions, message: string | RegExp])[] = [
    ['no server', {}, 'Failed to verify: there is no server.'],
    ['a URL that is none', { url: 'localhost:4010' }, /it is not a base URL/],
    ['production', { url: 'https://api.cloud.eu.llamaindex.ai' }, /Add --allow-production/],
    ['a password in what is not a URL', { url: 'ftp://me:secret@a.test' }, /^(?!.*secret).*it is not a base URL/],
    ['a password in the URL', { url: 'http://me:secret@localhost' }, 'the base URL holds a password'],
    ['a wrong key', { fetch }, /refused the key with 401\. Give a valid one with --api-key/],
    [
      'an unknown check',
      { fetch, only: ['strem.ends-once'] },
      'none is called "strem.ends-once"; did you mean "stream.ends-once"?',
    ],
    ['a glob that fits nothing', { fetch, skip: ['nothing.*'] }, 'none is called "nothing.*"'],
    ['everything skipped', { fetch, skip: ['*'] }, '--skip leaves none'],
    [
      'checks that no flow of the profile runs',
      { fetch, apiKey: 'good', profile: 'read-only', only: ['concurrency.*'] },
      /no flow of profile read-only/,
    ],
    ['nobody there', { url: 'http://127.0.0.1:9' }, /Failed to reach http:\/\/127\.0\.0\.1:9/],
  ];
  test.each(cases)('%s', async (_, options, message) => {
    await expect(runVerify(options)).rejects.toThrow(message);
  });
});

test('a budget that is spent is inconclusive, and clean-up still happens', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const { report } = await runVerify({ fetch, budget: { requests: 40 } });
  expect([report.exit_code, report.left, report.requests]).toEqual([3, [], 40]);
});

test('--bail stops at the first failure', async () => {
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    return response.status === 201 ? new Response(response.body, { status: 200, headers: response.headers }) : response;
  });
  const some = { fetch, concurrency: 1, flows: flowsNamed('one-turn', 'two-turns', 'session-life') };
  const { report } = await runVerify({ ...some, bail: true });
  const all = await runVerify(some);
  expect(report.exit_code).toBe(1);
  expect(report.requests).toBeLessThan(all.report.requests);
});

describe('waivers', () => {
  const fetch = mockWith(async (request, next) => {
    const response = await next(request);
    return isStream(request) && response.ok
      ? new Response((await response.text()).replaceAll('event: delta', 'event: message'), {
          headers: response.headers,
        })
      : response;
  });
  const waiver = { check: 'stream.event-name', reason: 'JIRA-1', owner: 'me@team.test', expires: '9999-12-31' };
  const some = { only: ['stream.event-name'], flows: oneTurn };

  test('a known failure is waived', async () => {
    const { report } = await runVerify({ fetch, ...some, waivers: [waiver] });
    expect([report.exit_code, report.checks.at(-1)?.verdict, report.waivers]).toEqual([0, 'waived', []]);
  });
  test('one that is over fails', async () => {
    const { report } = await runVerify({ fetch, ...some, waivers: [{ ...waiver, expires: '2020-01-31' }] });
    expect([report.exit_code, report.checks.at(-1)?.verdict, report.waivers]).toEqual([
      1,
      'failed',
      [
        'The waiver for stream.event-name (me@team.test) was over on 2020-01-31. Mend the server, or agree on a new date.',
      ],
    ]);
  });
  test('one whose check passes is stale and fails', async () => {
    const { report } = await runVerify({
      fetch: createChatMock({ speed: 'instant' }).fetch,
      ...some,
      waivers: [waiver],
    });
    expect([report.exit_code, report.waivers]).toEqual([
      1,
      ['The waiver for stream.event-name (me@team.test) is stale: the check passes now. Remove it.'],
    ]);
  });
  test('one for no check is an error', async () => {
    await expect(runVerify({ fetch, waivers: [{ ...waiver, check: 'stream.event-nam' }] })).rejects.toThrow(
      'did you mean "stream.event-name"?',
    );
  });
});

test('no secret is in anything that is told', async () => {
  const { fetch } = createChatMock({ speed: 'instant', choices: { page_size_max: 4 } });
  const echoing = async (request: Request) => {
    const response = await fetch(request);
    const headers = new Headers(response.headers);
    headers.set('x-echo', request.headers.get('authorization') ?? '');
    return new Response(response.body, { status: response.status, headers });
  };
  const tokens = new Set<string>();
  const spying = async (request: Request) => {
    const token = new URL(request.url).searchParams.get('page_token');
    if (token && token.length > 30) tokens.add(token);
    return echoing(request);
  };
  const { events } = await runVerify({
    fetch: spying,
    apiKey: 'llx-very-secret',
    flows: flowsNamed('walk', 'one-turn', 'keys'),
  });
  const told = JSON.stringify(events);
  expect(tokens.size).toBeGreaterThan(0);
  expect(
    [...tokens, 'llx-very-secret'].filter(
      (secret) => told.includes(secret) || told.includes(encodeURIComponent(secret)),
    ),
  ).toEqual([]);
});

test('a flow file is strict: file, line, column, what is allowed', () => {
  const text =
    'area: stream\nflows:\n  - flow: x\n    summary: x\n    profile: safe\n    checks: [stream.nope, history.equals-stream]\n    steps: [{ cal: listSessions }]\n';
  const problems = (source: string) => {
    const reading = parseFlows({ file: 'contracts/stream.yaml', text: source }, builtIn);
    return 'problems' in reading
      ? reading.problems.map(({ line, column, message }) => `${line}:${column} ${message.slice(0, 60)}`)
      : [];
  };
  expect(problems(text)[0]).toMatch(/^7:\d+ /);
  expect(problems(text.replace('cal:', 'call:'))).toEqual([
    '6:14 there is no check "stream.nope". Checks are: http.no-breakdo',
    '6:27 history.equals-stream needs steps with role turn and detail,',
  ]);
});
