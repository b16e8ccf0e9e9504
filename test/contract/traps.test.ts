import { expect, test } from 'vitest';
import { builtInFlows, checks, type VerifyOptions } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { inRefusals, type Meddle, meddleWith, withHeader } from '../../src/self-test/meddle.ts';
import { eachEvent, firstEvent, inFrames, inPieces, inStreamText } from '../../src/self-test/meddle-stream.ts';
import { brokenMocks } from '../../src/self-test/run.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

/** Sixteen ways in which a contract runner passes what is broken, seen in other runners. */
async function outcome(meddle: Meddle, options: VerifyOptions = {}) {
  const { fetch } = createChatMock({ speed: 'instant' });
  const { report } = await runVerify({ fetch: meddleWith(fetch, meddle), concurrency: 1, flows: oneTurn, ...options });
  const of = (id: string) => report.checks.find((check) => check.id === id);
  return { report, of, verdict: (id: string) => of(id)?.verdict };
}
const oneTurn = flowsNamed('one-turn');
const asIs: Meddle = (hop) => hop.next();

test('1. every event of a stream is judged by its schema, and by JSON', async () => {
  const lastOnly = inFrames((frames) =>
    frames.map((frame, at) => (at === frames.length - 2 ? { ...frame, event: { type: 'text' } } : frame)),
  );
  expect((await outcome(lastOnly, { only: ['stream.event-schema'] })).verdict('stream.event-schema')).toBe('failed');
  const noJson = inStreamText((text) => text.replace(/data: .*\n\n$/, 'data: {stop}\n\n'));
  expect((await outcome(noJson, { only: ['stream.one-data-line'] })).verdict('stream.one-data-line')).toBe('failed');
});

test('2. a schema that holds any JSON is not dropped: what is around it is still judged', async () => {
  const deep = firstEvent('tool_result', (event) => ({ ...event, result: { a: [{ b: [{}] }] }, name: 7 }));
  expect((await outcome(deep, { only: ['stream.event-schema'] })).verdict('stream.event-schema')).toBe('failed');
});

test('3. a missing content type is none', async () => {
  expect((await outcome(withHeader(['streamMessages'], 'content-type', null))).verdict('http.content-type')).toBe(
    'failed',
  );
});

test('4. every event must fit, not any', async () => {
  const one = firstEvent('text_delta', (event) => ({ ...event, content: 1 }));
  expect((await outcome(one, { only: ['stream.event-schema'] })).verdict('stream.event-schema')).toBe('failed');
});

const refusals = flowsNamed('refuse-bodies');
test('5. a crash is not a refusal', async () => {
  const crash: Meddle = async (hop) => {
    const response = await hop.next();
    return response.status === 422 ? new Response('boom', { status: 500 }) : response;
  };
  expect((await outcome(crash, { only: ['validation.refuses'], flows: refusals })).verdict('validation.refuses')).toBe(
    'failed',
  );
});

test('6. a refusal must have the right reason', async () => {
  const wrong = inRefusals(() => ({ detail: [{ loc: ['header', 'accept'], msg: 'No', type: 'missing' }] }));
  const { verdict } = await outcome(wrong, { only: ['validation.*'], flows: refusals });
  expect([verdict('validation.refuses'), verdict('validation.names-the-place')]).toEqual(['passed', 'failed']);
});

test('7. JSON where a stream was due is a failure, and what could not look is blocked', async () => {
  const { report, verdict } = await outcome(async (hop) => {
    const response = await hop.next();
    return hop.operation === 'streamMessages' && response.ok
      ? Response.json({ text: await response.text() })
      : response;
  });
  expect([report.exit_code, verdict('http.content-type'), verdict('stream.ends-once')]).toEqual([
    1,
    'failed',
    'blocked',
  ]);
});

test('8. an empty stream is not a stream, and an unfinished last frame is not an event', async () => {
  expect(
    (
      await outcome(
        inStreamText(() => ''),
        { only: ['stream.says-something'] },
      )
    ).verdict('stream.says-something'),
  ).toBe('failed');
  expect(
    (
      await outcome(
        inStreamText((text) => text.slice(0, -2)),
        { only: ['stream.frame-ended'] },
      )
    ).verdict('stream.frame-ended'),
  ).toBe('failed');
});

test('9. our own reader is not at fault: U+2028, CRLF and cuts anywhere', async () => {
  const flows = flowsNamed('one-turn', 'two-turns');
  const odd = inStreamText((text) => text.replaceAll('\n', '\r\n'));
  expect((await outcome(odd, { flows })).report.exit_code).toBe(0);
  const cuts = inPieces((bytes) =>
    Array.from({ length: Math.ceil(bytes.length / 3) }, (_, at) => ({
      bytes: bytes.subarray(at * 3, at * 3 + 3),
      afterMs: 0,
    })),
  );
  expect((await outcome(cuts, { flows })).report.exit_code).toBe(0);
});

test('10. order is judged, not presence', async () => {
  const reversed = inFrames((frames) => [...frames.slice(0, -1).toReversed(), ...frames.slice(-1)]);
  const { report } = await outcome(reversed);
  expect(report.checks.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id)).toContain(
    'stream.results-pair',
  );
});

test('11. one gap proves no streaming: a slow loop behind a buffer is found', () => {
  const faults = brokenMocks.filter(({ breaks }) => breaks === 'stream.incremental').map(({ fault }) => fault);
  expect(faults).toContain('a proxy holds it back and writes it in a slow loop'); // Run by the self-test.
});

test('12. a number in a text is not a number', async () => {
  const text = eachEvent('stop', (event) => ({ ...event, usage: { ...event.usage, turns: '1' } }));
  expect((await outcome(text, { only: ['stream.event-schema'] })).verdict('stream.event-schema')).toBe('failed');
});

test('13. failing is not repeated until it passes', async () => {
  let turns = 0;
  const first = inFrames((frames) => {
    turns += 1;
    return turns === 1 ? frames.slice(0, -1) : frames;
  });
  const { report, of } = await outcome(first, { only: ['stream.ends-once'] });
  expect([report.exit_code, of('stream.ends-once')?.verdict]).toEqual([1, 'flaky']);
});

test('14. a waiver whose check passes is told and fails', async () => {
  const waivers = [{ check: 'http.json', reason: 'old', owner: 'me', expires: '9999-12-31' }];
  expect((await outcome(asIs, { waivers, only: ['http.json'] })).report.exit_code).toBe(1);
});

test('15. failures are told apart by check and place, not by redacted text', async () => {
  const both = eachEvent('text', (event) => ({ ...event, content: `chat-mock-verify ${event.content}` }));
  const flows = flowsNamed('one-turn', 'two-turns');
  const { of } = await outcome(both, { apiKey: 'chat-mock-verify', only: ['stream.text-adds-up'], flows });
  const places =
    of('stream.text-adds-up')?.cases.flatMap(({ flow, findings }) => findings.map(({ at }) => `${flow} ${at}`)) ?? [];
  expect(new Set(places).size).toBe(places.length);
  expect(places.length).toBeGreaterThan(1);
});

test('16. nothing is skipped in silence: every check has a verdict, and a reason where it did not run', async () => {
  const { report } = await outcome(asIs, { profile: 'read-only', flows: builtInFlows });
  expect(report.checks.map(({ id }) => id).sort()).toEqual(checks.map(({ id }) => id).sort());
  expect(report.checks.filter(({ verdict, why }) => verdict === 'skipped' && !why)).toEqual([]);
});
