import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { buildMock, type ChatMock } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { anyEnds, anyScript, anySplit } from '../support/arbitrary-scenarios.ts';
import { question } from '../support/clients.ts';
import { bytesOf, compile, firstTurn } from '../support/compiled.ts';
import { runs } from '../support/runs.ts';

const SEED = 11;

/** A turn with anything in it, cut and split anywhere; one that hangs never ends. */
const anyAnswer: fc.Arbitrary<InlineScenario> = fc
  .record({
    script: anyScript,
    split: fc.option(anySplit, { nil: undefined }),
    ends: fc.option(
      anyEnds.filter(({ how }) => how !== 'hang'),
      { nil: undefined },
    ),
  })
  .map(({ script: { pace, wire, steps }, split, ends }) => ({
    ...{ steps, wire: { ...wire, ...(split && { split }) } },
    ...(pace && { pace }),
    ...(ends && { ends }),
  }));

/** One client in a world of its own. */
function enter(mock: ChatMock, world: string) {
  const headers = { 'x-test-id': world, authorization: 'Bearer test', 'content-type': 'application/json' };
  const call = (method: string, path: string, body?: object) =>
    mock.fetch(
      new Request(`http://mock/api/v1/chat${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    );
  const create = async () => ((await (await call('POST', '')).json()) as { session_id: string }).session_id;
  return { controls: mock.world(world), call, create };
}

/** All bytes until the end, and how that was. */
async function readAll(response: Response): Promise<{ readonly bytes: Buffer; readonly end: string }> {
  const reads: Uint8Array[] = [];
  try {
    for await (const read of response.body ?? []) reads.push(read);
    return { bytes: Buffer.concat(reads), end: 'complete' };
  } catch (error) {
    return { bytes: Buffer.concat(reads), end: (error as Error).message };
  }
}

test('500 worlds in parallel on manual clocks: each stream is what compiling alone says, and so is its hash', async () => {
  const mock = buildMock({ seed: SEED, clock: 'manual' });
  const answers = fc.sample(anyAnswer, { numRuns: 500, seed: 42 });
  const worlds = await Promise.all(
    answers.map(async (answer, index) => {
      const { controls, call, create } = enter(mock, `world-${index}`);
      const sessionId = await create();
      controls.next(answer);
      const response = await call('POST', `/${sessionId}/messages/stream`, question);
      return { answer, controls, sessionId, reading: readAll(response) };
    }),
  );
  // Time passes in each world in steps of its own, until all turns are over.
  for (let round = 0; worlds.some(({ controls }) => controls.streams[0]?.end === null); round++) {
    for (const [index, { controls }] of worlds.entries()) {
      controls.clock.advance(100 + ((index * 37 + round) % 900));
      controls.release();
    }
    await setImmediate();
    expect(round).toBeLessThan(2000);
  }
  for (const { answer, controls, sessionId, reading } of worlds) {
    const { steps = [], pace, wire, ends } = answer;
    const script = { steps, ...(pace && { pace }), ...(wire && { wire }), ...(ends && { ends }) };
    const actions = compile(script, firstTurn({ seed: SEED, sessionId, prompt: question.prompt }));
    const bytes = bytesOf(actions);
    const [stream] = controls.streams;
    expect({ sha256: stream?.sha256(), bytes: stream?.bytes, end: stream?.end }).toEqual({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      end: ends?.how ?? 'close',
    });
    expect((await reading).bytes.equals(bytes)).toBe(true);
  }
});

/** What a test does in its world; each step says what it saw. */
type Step = (
  world: ReturnType<typeof enter> & { readonly sessions: string[]; readonly readings: Promise<string>[] },
) => Promise<unknown>;

const seen = async (response: Response) => [response.status, [...response.headers], await response.text()];
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>(async ({ create, sessions }) => sessions.push(await create())),
  fc.constant<Step>(async ({ call }) => seen(await call('GET', '?page_size=3'))),
  fc.constant<Step>(async ({ call, sessions }) => seen(await call('GET', `/${sessions[0] ?? 'none'}`))),
  fc.nat(3000).map<Step>(
    (ms) =>
      async ({ controls }) =>
        controls.clock.advance(ms),
  ),
  fc.constant<Step>(async ({ controls }) => controls.release()),
  fc.constant<Step>(async ({ controls }) =>
    controls.setChaos([{ operation: 'streamMessages', probability: 0.5, answer: { status: 503 } }]),
  ),
  anyAnswer.map<Step>(
    (answer) =>
      async ({ controls }) =>
        controls.next(answer).id,
  ),
  fc.nat(2).map<Step>((index) => async ({ call, sessions, readings }) => {
    const response = await call('POST', `/${sessions.at(-1 - index) ?? 'none'}/messages/stream`, question);
    readings.push(readAll(response).then(({ bytes, end }) => `${bytes.toString('latin1')} ${end}`));
    return response.status;
  }),
);

/** The whole story of a world: what each step saw, then all streams to their ends, then what is left. */
async function live(
  mock: ChatMock,
  name: string,
  steps: readonly Step[],
  turn: () => Promise<unknown>,
): Promise<unknown[]> {
  const world = { ...enter(mock, name), sessions: [], readings: [] as Promise<string>[] };
  const story: unknown[] = [];
  for (const step of steps) {
    await turn();
    story.push(await step(world));
    // Readers keep up, so that a later step finds the world as it would be left alone.
    for (let count = 0; count < 3; count++) await setImmediate();
  }
  world.controls.clock.set({ mode: 'fixed', speed: 'instant' });
  while (world.controls.streams.some(({ end }) => end === null)) {
    world.controls.release();
    await setImmediate();
  }
  const { streams, queued, chaos, journal } = world.controls;
  return [
    ...story,
    ...(await Promise.all(world.readings)),
    streams.map((stream) => [stream.start, stream.sha256(), stream.events, stream.end]),
    queued.map(({ id, used }) => [id, used]),
    chaos.map(({ seen, fired }) => [seen, fired]),
    journal.entries.map(({ id, method, path, status, why }) => [id, method, path, status, why]),
  ];
}

test('any interleaving of worlds gives each of them the bytes and the facts of running alone', async () => {
  const programs = fc.array(fc.array(anyStep, { minLength: 2, maxLength: 12 }), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(programs, fc.scheduler(), async (programs, scheduler) => {
      const create: Step = async ({ create, sessions }) => sessions.push(await create());
      const whole = programs.map((steps) => [create, ...steps]);
      const alone = [];
      for (const steps of whole) {
        const mock = buildMock({ seed: SEED, clock: 'manual' });
        alone.push(await live(mock, 'alone', steps, async () => {}));
      }
      const mock = buildMock({ seed: SEED, clock: 'manual' });
      const together = await scheduler.waitFor(
        Promise.all(
          whole.map((steps, index) =>
            live(mock, `world-${index}`, steps, () => scheduler.schedule(Promise.resolve(), `world ${index}`)),
          ),
        ),
      );
      expect(together).toEqual(alone);
    }),
    { numRuns: runs(40) },
  );
});
