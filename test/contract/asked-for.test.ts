import { describe, expect, test } from 'vitest';
import { type Check, checkOptions, defineCheck, type Flow, type VerifyOptions } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { runCli } from '../cli/support/fake-io.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

const { fetch } = createChatMock({ speed: 'instant' });
const own = (id: string, rest: Partial<Check> = {}): Check => ({
  ...{ id, requirement: 'It MUST be so.', level: 'must', evidence: 'documented', source: 'here', rationale: 'Ours.' },
  appliesTo: ({ operation }) => operation === 'createSession',
  run: (exchanges) =>
    exchanges.slice(0, 1).map(({ number }) => ({ exchange: number, at: 'x', expected: 'a', actual: 'b' })),
  ...rest,
});
const verdictOf = async (id: string, options: VerifyOptions) => {
  const { report } = await runVerify({ fetch, ...options });
  const check = report.checks.find((one) => one.id === id);
  return { exit: report.exit_code, verdict: check?.verdict, why: check?.why };
};

describe('a check of the caller', () => {
  const passing = (id: string) => defineCheck(own(id, { run: () => [] }));

  // One flow is enough: in which flows it runs is asked below.
  const flows = flowsNamed('one-turn');
  test.each(['acme.creates', 'stream.creates', 'x', 'a.b.c'])('runs whatever its name: %s', async (id) => {
    const failed = { exit: 1, verdict: 'failed' };
    expect(await verdictOf(id, { checks: [own(id)], only: [id], flows })).toMatchObject(failed);
    const passed = { exit: 0, verdict: 'passed' };
    expect(await verdictOf(id, { checks: [passing(id)], flows })).toMatchObject(passed);
  });

  test('runs beside what is built in', async () => {
    const passed = { exit: 0, verdict: 'passed' };
    expect(await verdictOf('acme.creates', { checks: [passing('acme.creates')], flows })).toMatchObject(passed);
  });

  test('runs in the flows that have the roles it requires', async () => {
    const seen = new Set<string>();
    const check = own('acme.turns', {
      requiredRoles: ['turn', 'detail'],
      appliesTo: ({ role }) => role === 'turn' || role === 'detail',
      run: (exchanges) => {
        for (const { flow } of exchanges) seen.add(flow);
        return [];
      },
    });
    const some = { checks: [check], flows: flowsNamed('one-turn', 'two-turns') };
    expect(await verdictOf('acme.turns', some)).toMatchObject({ exit: 0, verdict: 'passed' });
    expect(seen).toContain('two-turns');
    expect(seen).not.toContain('one-turn');
  });

  test('that applies to nothing makes the run inconclusive', async () => {
    const check = own('acme.idle', { appliesTo: () => false });
    expect(await verdictOf('acme.idle', { checks: [check], flows })).toEqual({
      exit: 3,
      verdict: 'inconclusive',
      why: 'no exchange of this run is one that it applies to',
    });
  });

  test('whose own code fails where it chooses exchanges is our bug, and no crash', async () => {
    const appliesTo = () => {
      throw new TypeError('boom');
    };
    expect(await verdictOf('acme.boom', { checks: [own('acme.boom', { appliesTo })], flows })).toMatchObject({
      exit: 5,
      verdict: 'bug',
      why: expect.stringContaining('boom'),
    });
  });

  test.each<[what: string, check: Check, message: RegExp]>([
    ['of an id that is taken', own('http.json'), /another check of this id/],
    [
      'that requires one that does not exist',
      own('acme.a', { requires: ['http.jsn'] }),
      /"http\.jsn", which does not exist; did you mean "http\.json"/,
    ],
    [
      'that requires a role of no flow',
      own('acme.a', { requiredRoles: ['tunr'] }),
      /no flow has a step with the role "tunr"; did you mean "turn"/,
    ],
    [
      'that requires roles of different flows',
      own('acme.a', { requiredRoles: ['turn_a', 'walked'] }),
      /no flow has all the roles/,
    ],
  ])('%s is an error before anything is sent', async (_, check, message) => {
    await expect(checkOptions({ fetch, checks: [check] })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
  });
});

describe('what is asked for and comes to nothing is not a pass', () => {
  test.each<[what: string, options: VerifyOptions, message: RegExp]>([
    [
      'random bodies in profile safe',
      { fuzz: 300 },
      /only profile full sends random bodies, and the profile is safe\. Add --profile full/,
    ],
    [
      'random bodies that no chosen check is about',
      { fuzz: 3, profile: 'full', only: ['history.*'] },
      /no flow that runs any of the chosen checks sends random bodies/,
    ],
    [
      'an option that does not exist',
      { profil: 'full' } as VerifyOptions,
      /option profil: there is no such option; did you mean "profile"/,
    ],
    [
      'a profile that does not exist',
      { profile: 'ful' } as unknown as VerifyOptions,
      /option profile: it is "ful"\. Give one of: read-only, safe, full/,
    ],
    [
      'an edition that does not exist',
      { edition: '2026-06' } as unknown as VerifyOptions,
      /option edition: it is "2026-06"/,
    ],
    ['no flows at once', { concurrency: 0 }, /option concurrency: it is 0/],
    ['half a timeout', { timeoutMs: Number.NaN }, /option timeoutMs: it is NaN/],
    ['two servers', { url: 'http://127.0.0.1:1' }, /option fetch: there is a url, too/],
    ['flows of one name', { flows: [{ flow: 'a' }, { flow: 'a' }].map(toFlow) }, /there are two flows called "a"/],
    [
      'flows whose checks do not exist',
      { flows: [toFlow({ flow: 'a', checks: ['stream.nope'] })] },
      /flows\[0\]\.checks\[0\]: there is no check "stream\.nope"/,
    ],
    [
      'flows without the roles of their checks',
      { flows: [toFlow({ flow: 'a', checks: ['title.persists'] })] },
      /title\.persists needs steps with role/,
    ],
  ])('%s', async (_, options, message) => {
    const running = runVerify({ fetch, ...options });
    await expect(running).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
  });

  test('a check that --only names and that had nothing to judge', async () => {
    const { fetch: toolless } = createChatMock({ speed: 'instant', choices: { tools: 'none' } });
    const some = { fetch: toolless, flows: flowsNamed('one-turn', 'two-turns') };
    const { report } = await runVerify({ ...some, only: ['stream.calls-answered'] });
    expect([report.verdict, report.exit_code]).toEqual(['inconclusive', 3]);
    expect(report.notes.join()).toMatch(/Nothing of "stream\.calls-answered" was judged, .*no tool was called/);
    expect(complaints(report)).toEqual([]);
    const both = await runVerify({ ...some, only: ['stream.calls-answered', 'http.json'] });
    expect(both.report.exit_code).toBe(3);
    expect((await runVerify({ ...some, only: ['stream.*'] })).report.exit_code).toBe(0);
  });

  test('a check that --skip names is not reported, and what depends on it is blocked where it fails', async () => {
    const broken = async (request: Request) => {
      const response = await fetch(request);
      return response.status === 201 ? Response.json({}, { status: 201 }) : response;
    };
    const { report, events } = await runVerify({
      fetch: broken,
      skip: ['http.schema'],
      flows: flowsNamed('session-life'),
    });
    const check = report.checks.find(({ id }) => id === 'http.schema');
    expect([check?.verdict, check?.why, report.exit_code]).toEqual(['skipped', '--skip', 3]);
    expect(events.filter((event) => event.type === 'case' && event.check === 'http.schema')).toEqual([]);
    expect(report.checks.find(({ id }) => id === 'sessions.ids-unique')).toMatchObject({
      verdict: 'blocked',
      why: 'by http.schema',
    });
  });

  test('--list and --dry-run show what --only and --skip leave', async () => {
    const list = await runCli(['verify', '--list', '--only', 'stream.*', '--skip', 'stream.utf8']);
    expect(
      list.stdout
        .split('\n')
        .filter((line) => line !== '')
        .every((line) => line.startsWith('stream.')),
    ).toBe(true);
    expect(list.stdout).not.toContain('stream.utf8');
    const dry = await runCli(['verify', '--dry-run', '--only', 'title.*']);
    expect(dry.stdout).toMatch(/^title-persists: /m);
    expect(dry.stdout).not.toMatch(/^two-turns: /m);
  });
});

function toFlow(flow: object): Flow {
  const steps = [{ call: 'listSessions' }];
  return { summary: 'x', profile: 'safe', checks: ['http.json'], steps, ...flow } as unknown as Flow; // As a program may give it.
}
