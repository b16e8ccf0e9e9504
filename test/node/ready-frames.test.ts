import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/api/events.ts';
import type { Listening } from '../../src/node/listen.ts';
import { buildMock } from '../../src/node/mock.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { anyEnds, framedScript } from '../support/arbitrary-scenarios.ts';
import { question } from '../support/clients.ts';
import { compile, firstTurn, piecesOf } from '../support/compiled.ts';
import { exchange } from '../support/raw-client.ts';
import { runs } from '../support/runs.ts';

const SEED = 7;
const TURNS = 3;
const mocks = {
  'at once': buildMock({ seed: SEED, speed: 'instant' }),
  // Longer than any script, so that hardly anything is waited for, but by timers.
  'in its time': buildMock({ seed: SEED, speed: 1000 }),
};
const servers = new Map<string, Listening>();
beforeAll(async () => {
  for (const [name, mock] of Object.entries(mocks)) servers.set(name, await mock.listen());
});
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.close()));
});

let worlds = 0;
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const script = framedScript.map(({ steps, wire, pace = {} }) => ({
  steps: [...steps.filter((step) => !('hold' in step)), { text: 'Some words.' }, { event: { type: 'text_delta' } }],
  ...{ wire, pace },
}));
const cuts = fc.option(
  anyEnds.filter(({ how }) => how === 'close' || how === 'truncate'),
  { nil: undefined },
);

/** A scenario that answers again and again: what each new session gets, what is kept of it, and what was promised. */
async function takeTurns(name: keyof typeof mocks, answer: InlineScenario) {
  const [mock, server] = [mocks[name], servers.get(name)];
  if (!server) throw new Error('It listens.');
  const world = `ready-${++worlds}`;
  const headers = { 'x-test-id': world };
  mock.world(world).next(answer, { times: TURNS });
  const turns: { readonly seen: unknown; readonly promised: unknown }[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const created = await exchange(server, { path: '/api/v1/chat', headers });
    const { session_id: sessionId } = JSON.parse(created.body.toString()) as { session_id: string };
    const path = `/api/v1/chat/${sessionId}/messages/stream`;
    const { chunks } = await exchange(server, { path, headers, body: question });
    const url = `http://mock/api/v1/chat/${sessionId}`;
    const kept = await mock.fetch(url, { headers: { ...headers, authorization: 'Bearer test' } });
    const { events } = (await kept.json()) as { readonly events: readonly Event[] };
    const [record] = mock.world(world).streams.slice(-1);
    const actions = compile(
      { ...answer, steps: answer.steps ?? [] },
      firstTurn({ seed: SEED, sessionId, prompt: question.prompt }),
    );
    const sent = actions.flatMap((action) => (action.kind === 'bytes' ? action.events : []));
    const whole = Buffer.concat(piecesOf(actions));
    const stop = sent.findLast((event) => event.type === 'stop');
    const isBroken = stop?.is_error !== false;
    turns.push({
      seen: {
        chunks: chunks.map(String),
        history: events,
        record: [record?.events, record?.bytes, record?.sha256()],
      },
      promised: {
        chunks: piecesOf(actions).map(toText),
        history: JSON.parse(
          JSON.stringify([
            { type: 'user_input', content: question.prompt },
            ...sent.filter(({ type }) => type !== 'user_input' && (isBroken || !/_delta$/.test(type))),
          ]),
        ),
        record: [sent.length, whole.byteLength, await sha256(whole)],
      },
    });
  }
  return turns;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex');
}

describe.each(Object.keys(mocks) as (keyof typeof mocks)[])('frames that are made once, sent %s,', (name) => {
  test('are the same chunks, the same history and the same record in each turn', async () => {
    await fc.assert(
      fc.asyncProperty(script, cuts, async (given, ends) => {
        const answer = { ...given, ...(ends && { ends }), violates: ['stream.deltas-closed' as const] };
        for (const { seen, promised } of await takeTurns(name, answer)) expect(seen).toEqual(promised);
      }),
      { numRuns: runs(40) },
    );
  });
});
