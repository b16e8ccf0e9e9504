import { expect, test } from 'vitest';
import { shrink } from '../../src/contract/run/shrink.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { brokenSequences } from '../../src/self-test/broken/sequences.ts';
import { meddleWith } from '../../src/self-test/meddle.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

const flows = flowsNamed('sequences');
const list = async (fetch: (request: Request) => Promise<Response>) =>
  (await fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer key' } }))).text();

test('the mock passes, whatever is done to it in which order, and nothing is left on it', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const before = await list(fetch);
  const { report } = await runVerify({ fetch, flows, stateful: 6 });
  expect(complaints(report)).toEqual([]);
  expect(report).toMatchObject({ verdict: 'conforms', left: [] });
  expect(report.checks.find(({ id }) => id === 'states.any-sequence')?.verdict).toBe('passed');
  expect(await list(fetch)).toBe(before);
});

test('a fault of several steps is found, shrunk to those steps, and told as lines for a shell', async () => {
  const { meddle } = brokenSequences.find(({ fault }) => fault.startsWith('a delete takes')) ?? {};
  if (!meddle) throw new Error('The fault has another name.');
  const find = async (seed: number) => {
    const { fetch } = createChatMock({ speed: 'instant' });
    const before = await list(fetch);
    const { report } = await runVerify({ fetch: meddleWith(fetch, meddle), flows, stateful: 40, seed });
    expect(await list(fetch)).toBe(before);
    return report;
  };
  const report = await find(1);
  const failed = report.checks.find(({ verdict }) => verdict === 'failed');
  expect([report.exit_code, failed?.id]).toEqual([1, 'states.any-sequence']);
  expect(failed?.repeat).toBe(
    'chat-mock verify http://in-process.test --only states.any-sequence --seed 1 --stateful 40',
  );
  const [lines = []] = failed?.cases.flatMap(({ findings }) => findings.map(({ reproduce }) => reproduce)) ?? [];
  expect(lines[0]).toBe('# create a, create b, delete b, title a, retrieve a');
  expect(lines.map((line) => /^\w+/.exec(line)?.[0] ?? '')).toEqual(['', 'a', 'b', 'curl', 'curl', 'curl', 'curl']);
  expect(lines[3]).toContain(`-X DELETE`);
  expect(lines[3]).toContain(`/api/v1/chat/'"$b"`);
  expect(lines.at(-1)).toContain(`/api/v1/chat/'"$a"`);
});

test('the budget of requests ends it, and the checks say so', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const { report } = await runVerify({ fetch, flows, stateful: 1000, budget: { requests: 60 } });
  expect([report.verdict, report.left]).toEqual(['inconclusive', []]);
  const { verdict, why } = report.checks.find(({ id }) => id === 'states.any-sequence') ?? {};
  expect([verdict, why]).toEqual(['inconclusive', 'not every sequence was sent: the budget for requests is spent']);
});

test.each([
  [{ stateful: 5, profile: 'read-only' }, 'Failed to send random sequences: no flow of profile read-only'],
  [{ stateful: 5, only: ['title.*'] }, 'Failed to send random sequences: no flow of profile safe'],
  [{ stateful: -1 }, 'Failed to read the option stateful: it is -1.'],
] as const)('%o is refused before anything is sent', async (options, message) => {
  const { fetch } = createChatMock({ speed: 'instant' });
  await expect(runVerify({ fetch, ...options })).rejects.toThrow(message);
});

test('without --stateful no sequence is sent', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  await expect(runVerify({ fetch, flows })).rejects.toThrow('runs any of the chosen checks');
});

test('shrinking leaves out all that is not needed, and stops after so many tries', async () => {
  const needed = [3, 11, 12];
  const shrinkTo = (mostTries: number) =>
    shrink({
      items: Array.from({ length: 16 }, (_, index) => index),
      repair: (items) => items,
      shows: async (items) => needed.every((one) => items.includes(one)),
      mostTries,
    });
  expect(await shrinkTo(60)).toEqual(needed);
  expect((await shrinkTo(2)).length).toBeGreaterThan(3);
  // What belongs to a thing that is gone goes with it.
  const orphans = await shrink({
    items: ['make', 'use', 'other'],
    repair: (items) => items.filter((one) => one !== 'use' || items.includes('make')),
    shows: async (items) => items.includes('other'),
    mostTries: 60,
  });
  expect(orphans).toEqual(['other']);
});
