import { expect, test } from 'vitest';
import type { Event } from '../../src/api/events.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { type Call, instantMock, newSession, readFrames } from '../support/client.ts';

const steps = [{ think: 'Hm.' }, { tool: 'retrieve', result: null }, { text: 'Yes, {{company.name}} did it twice.' }];
const scenarios = [
  defineScenario({ scenario: 'whole', steps }),
  defineScenario({ scenario: 'cut', steps, ends: { after: { event: 3 }, how: 'truncate' } }),
  defineScenario({ scenario: 'mid-frame', steps, ends: { after: { byte: 200 }, how: 'reset' } }),
  defineScenario({ scenario: 'stuck', steps, ends: { after: { event: 5 }, how: 'hang' } }),
  defineScenario({ scenario: 'joined', steps, wire: { split: { join_events: 4 } } }),
  defineScenario({ scenario: 'split', steps, wire: { split: { bytes: 7 }, retry_ms: 100, bom: true } }),
  defineScenario({
    scenario: 'tampered',
    steps,
    wire: { drop: [2], swap: [4] },
  }),
  defineScenario({ scenario: 'held', steps: [...steps.slice(0, 2), { hold: 'go' }, ...steps.slice(2)] }),
  defineScenario({ scenario: 'plain-ids', steps, wire: { ids: false } }),
];
const choices = { sse_resume: true } as const;

interface Turn {
  readonly prompt: string;
  readonly index_ids?: readonly string[];
}

function ask(call: Call, id: string, { prompt, lastEventId }: Turn & { readonly lastEventId?: string }) {
  return call(`POST /api/v1/chat/${id}/messages/stream`, {
    body: { prompt, index_ids: ['idx-abc123'] },
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
}

const idsOf = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);

/** What came before the connection was lost. */
async function readLost(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const write = (bytes: Uint8Array) => {
    text += decoder.decode(bytes, { stream: true });
  };
  await response.body?.pipeTo(new WritableStream({ write })).catch(() => {});
  return text;
}

async function detail(
  call: Call,
  id: string,
): Promise<{ readonly events: readonly Event[] } & Record<string, unknown>> {
  return (await call(`GET /api/v1/chat/${id}`)).json() as ReturnType<typeof detail>;
}

async function uncut(prompt: string, asked: string) {
  // The same bytes but for the fault: its scenario is the same under the same name.
  const without = scenarios.map(({ ends, ...rest }) =>
    rest.scenario === prompt ? rest : { ...rest, ...(ends && { ends }) },
  );
  const { call } = instantMock({ scenarios: without, sessions: [], choices });
  const id = await newSession(call);
  return { text: await (await ask(call, id, { prompt: asked })).text(), session: await detail(call, id) };
}

test.each(['whole', 'cut', 'mid-frame', 'joined', 'split', 'tampered'])(
  '%s: after any event, the rest has the same bytes',
  async (name) => {
    const prompt = `/${name}`;
    const { text: whole } = await uncut(name, prompt);
    const ids = idsOf(whole);
    expect(new Set(ids).size).toBe(ids.length);
    const { call } = instantMock({ scenarios, sessions: [], choices });
    const lost = await readLost(await ask(call, await newSession(call), { prompt }));
    const seen = (lost.match(/\n\n/g) ?? []).length === 0 ? [] : idsOf(lost.slice(0, lost.lastIndexOf('\n\n') + 2));
    expect(whole.startsWith(lost)).toBe(true);
    for (const index of new Set([0, Math.floor(seen.length / 2), seen.length - 1])) {
      const lastEventId = seen[index] ?? '';
      const { call: again } = instantMock({ scenarios, sessions: [], choices });
      const id = await newSession(again);
      await readLost(await ask(again, id, { prompt }));
      const response = await ask(again, id, { prompt, lastEventId });
      expect(response.status).toBe(200);
      const end = whole.indexOf('\n\n', whole.indexOf(`id: ${ids[index]}\n`)) + 2;
      expect(await response.text()).toBe(whole.slice(end));
    }
  },
);

test('a turn that goes on leaves the same session as one that was never lost', async () => {
  const { session } = await uncut('cut', '/cut');
  const { call } = instantMock({ scenarios, sessions: [], choices });
  const id = await newSession(call);
  const [lastEventId] = idsOf(await readLost(await ask(call, id, { prompt: '/cut' }))).slice(-1);
  const broken = await detail(call, id);
  expect(broken.events.at(-1)?.type).not.toBe('stop');
  await (await ask(call, id, { prompt: '/cut', lastEventId: lastEventId ?? '' })).text();
  const { last_updated_at: moved, ...resumed } = await detail(call, id);
  const { last_updated_at: before, ...usual } = session;
  expect(resumed).toEqual(usual);
  expect(String(moved) > String(before)).toBe(true);
  // It is one turn: the next is the second.
  await (await ask(call, id, { prompt: '/whole' })).text();
  expect((await detail(call, id)).events.filter(({ type }) => type === 'user_input')).toHaveLength(2);
});

test('a complete turn is sent again from any event, and its session stays as it is', async () => {
  const { call, mock } = instantMock({ scenarios, sessions: [], choices });
  const id = await newSession(call);
  const whole = await (await ask(call, id, { prompt: '/whole' })).text();
  const before = await detail(call, id);
  const ids = idsOf(whole);
  const rest = await ask(call, id, { prompt: '/whole', lastEventId: ids[1] ?? '' });
  expect(whole.endsWith(await rest.text())).toBe(true);
  expect(await (await ask(call, id, { prompt: '/whole', lastEventId: ids.at(-1) ?? '' })).text()).toBe('');
  expect(await detail(call, id)).toEqual(before);
  expect(mock.streams.map(({ why }) => why)).toEqual([
    'prompt',
    'resumed after event 2 of stream 1',
    `resumed after event ${ids.length} of stream 2`,
  ]);
});

test('a client that left at a hold, or in a hanging answer, goes on behind it', async () => {
  for (const name of ['held', 'stuck']) {
    const { call, mock } = instantMock({ scenarios, sessions: [], choices });
    const id = await newSession(call);
    const response = await ask(call, id, { prompt: `/${name}` });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const lastEventId = idsOf(first).at(-1) ?? '';
    await reader?.cancel();
    const rest = ask(call, id, { prompt: `/${name}`, lastEventId });
    if (name === 'held') {
      await (await rest).body?.cancel(); // It waits at the same hold again.
      const again = await ask(call, id, { prompt: `/${name}`, lastEventId });
      mock.release('go');
      expect((await readFrames(again)).at(-1)?.name).toBe('message');
    } else expect((await readFrames(await rest)).at(-1)?.event.type).toBe('stop');
    expect((await detail(call, id)).events.at(-1)?.type).toBe('stop');
  }
});

test('a hold that was released is not waited for again', async () => {
  const { call, mock } = instantMock({ scenarios, sessions: [], choices });
  const id = await newSession(call);
  const response = await ask(call, id, { prompt: '/held' });
  mock.release('go');
  const ids = idsOf(await response.text());
  const again = await ask(call, id, { prompt: '/held', lastEventId: ids.at(-2) ?? '' });
  expect(idsOf(await again.text())).toEqual(ids.slice(-1));
});

const refused = async (response: Response) => [
  response.status,
  response.headers.get('x-should-retry'),
  ((await response.json()) as { detail: string }).detail.replace(/"[^"]*"/, '…').slice(0, 60),
];
const unknown = [409, 'false', 'Last-Event-ID … is unknown: it is none of the newest turn of'];

test('ids that are unknown are refused: not sent, of another turn or session, deleted, or no id at all', async () => {
  const { call } = instantMock({ scenarios, sessions: [], choices });
  const [id, other] = [await newSession(call), await newSession(call)];
  const first = idsOf(await readLost(await ask(call, id, { prompt: '/cut' })));
  const last = first.at(-1) ?? '';
  const unsent = last.replace(/\d+$/, '4');
  for (const lastEventId of [
    unsent,
    '1',
    '3',
    'x'.repeat(9000),
    `${last}0`,
    last.replace(/3$/, '0'),
    last.replace(/3$/, '03'),
  ])
    expect(await refused(await ask(call, id, { prompt: '/cut', lastEventId }))).toEqual(unknown);
  expect(await refused(await ask(call, other, { prompt: '/cut', lastEventId: last }))).toEqual(unknown);
  expect((await refused(await ask(call, id, { prompt: '/whole', lastEventId: last })))[2]).toMatch(/another prompt/);
  await (await ask(call, id, { prompt: '/whole' })).text();
  expect(await refused(await ask(call, id, { prompt: '/cut', lastEventId: last }))).toEqual(unknown);
  await call(`DELETE /api/v1/chat/${id}`);
  expect((await ask(call, id, { prompt: '/whole', lastEventId: last })).status).toBe(404);
});

test('a turn that was discarded when its client left cannot be resumed', async () => {
  const { call } = instantMock({ scenarios, sessions: [], choices: { ...choices, on_client_abort: 'discard' } });
  const id = await newSession(call);
  const reader = (await ask(call, id, { prompt: '/held' })).body?.getReader();
  const lastEventId = idsOf(new TextDecoder().decode((await reader?.read())?.value)).at(-1) ?? '';
  await reader?.cancel();
  expect(await refused(await ask(call, id, { prompt: '/held', lastEventId }))).toEqual(unknown);
});

test('only the newest turns are kept, by count and by bytes', async () => {
  const lost = async (call: Call, id: string) =>
    idsOf(await readLost(await ask(call, id, { prompt: '/cut' }))).at(-1) ?? '';
  for (const limits of [{ maxResumableTurns: 2 }, { maxResumableBytes: 3500 }]) {
    const { call } = instantMock({ scenarios, sessions: [], choices, limits });
    const ids = [await newSession(call), await newSession(call), await newSession(call)];
    const last: string[] = [];
    for (const id of ids) last.push(await lost(call, id));
    const statuses: number[] = [];
    for (const [index, id] of ids.entries())
      statuses.push((await ask(call, id, { prompt: '/cut', lastEventId: last[index] ?? '' })).status);
    expect(statuses).toEqual([409, 200, 200]);
  }
});

test('without the choice the header and the frames are as they were', async () => {
  const { call } = instantMock({ scenarios, sessions: [] });
  const [id, other] = [await newSession(call), await newSession(call)];
  const text = await (await ask(call, id, { prompt: '/joined' })).text();
  expect(text).not.toMatch(/^id:/m);
  const plain = await (await ask(call, other, { prompt: '/plain-ids', lastEventId: '2' })).text();
  expect(plain).toContain('"type":"thinking_delta"');
});
