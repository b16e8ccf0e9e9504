import { describe, expect, test } from 'vitest';
import { Event } from '../../src/api/events.ts';
import { inEdition } from '../../src/api/lifetimes.ts';
import { builtInFixtures } from '../../src/generated/fixtures.ts';
import { defineScenario } from '../../src/scenario/define-scenario.ts';
import { checkTurn } from '../../src/scenario/grammar.ts';
import { type Call, instantMock, newSession, readEvents, readFrames, takeTurn } from '../support/client.ts';

const short = defineScenario({
  scenario: 'short',
  steps: [{ think: 'Hm.' }, { tool: 'retrieve', result: null }, { text: 'Yes, it did.' }],
});
const stream = (id: string) => `POST /api/v1/chat/${id}/messages/stream`;
const turn = (prompt = 'Did it?', index_ids = ['idx-abc123']) => ({ body: { prompt, index_ids } });

describe('the wire', () => {
  test('frames, headers and the exact bytes of a short turn', async () => {
    const { call } = instantMock({ scenarios: [short] });
    const id = await newSession(call);
    const response = await call(stream(id), { ...turn(), headers: { 'x-mock-scenario': 'short' } });
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-cache',
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    const text = await response.text();
    expect(text.startsWith('event: delta\ndata: {"type":"thinking_delta","content":"Hm"}\n\n')).toBe(true);
    expect(text.endsWith('}\n\n')).toBe(true);
    for (const frame of text.split('\n\n').slice(0, -1))
      expect(frame).toMatch(/^event: (?:delta|message)\ndata: \{"type":"[a-z_]+",.*\}$/);
    const names = await readFrames(new Response(text));
    for (const { name, event } of names) expect(name).toBe(event.type.endsWith('_delta') ? 'delta' : 'message');
  });

  test('CRLF, ids, retry, echo and connection as the choices say', async () => {
    const { call } = instantMock({
      scenarios: [short],
      choices: {
        sse_newline: 'crlf',
        sse_ids: true,
        sse_retry_ms: 1500,
        echo_user_input: true,
        stream_connection: 'close',
      },
    });
    const response = await call(stream(await newSession(call)), turn('/short'));
    expect(response.headers.get('connection')).toBe('close');
    const text = await response.text();
    expect(
      text.startsWith(
        'retry: 1500\r\n\r\nevent: message\r\nid: 1\r\ndata: {"type":"user_input","content":"/short"}\r\n\r\n',
      ),
    ).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('heartbeats fill silences, and the bytes are the same at every speed', async () => {
    const slow = defineScenario({
      scenario: 'slow',
      pace: { first_ms: 10, tokens_per_second: 1000, jitter: 0 },
      steps: [{ wait_ms: 40 }, { text: 'Hi' }],
    });
    const texts = await Promise.all(
      (['instant', 1000, 50] as const).map(async (speed) => {
        const { call } = instantMock({ scenarios: [slow], speed, choices: { sse_ping_ms: 20 } });
        return (await call(stream(await newSession(call)), turn('/slow'))).text();
      }),
    );
    expect(texts[0]?.match(/^: ping\n\n/gm)).toHaveLength(2);
    expect(new Set(texts).size).toBe(1);
  });
});

/** Those that break nothing; the others are judged in test/fixtures. */
const sound = builtInFixtures.scenarios.filter(
  ({ steps = [], wire = {}, ends, status, violates }) =>
    !(ends ?? status ?? violates ?? wire.drop ?? wire.duplicate ?? wire.swap) &&
    !steps.some((step) => 'raw' in step || 'hold' in step),
);

describe('every built-in scenario without a fault', () => {
  test.each(sound.map(({ scenario }) => scenario))(
    '%s obeys the grammar, the model and the history',
    async (scenario) => {
      const { call } = instantMock({ edition: '2026-09' });
      const id = await newSession(call);
      const response = await call(stream(id), { ...turn(), headers: { 'x-mock-scenario': scenario } });
      const events = await readEvents(response);
      for (const event of events) inEdition(Event, '2026-09').parse(event);
      expect(checkTurn(events)).toEqual([]);
      const stop = events.at(-1);
      const { events: history, job_metadata } = (await (await call(`GET /api/v1/chat/${id}`)).json()) as {
        events: Event[];
        job_metadata: object;
      };
      const isBroken = stop?.type === 'stop' && stop.is_error;
      const kept = events.filter(({ type }) => type !== 'user_input' && (isBroken || !type.endsWith('_delta')));
      expect(history).toEqual([{ type: 'user_input', content: 'Did it?' }, ...kept]);
      if (stop?.type === 'stop') expect(job_metadata).toMatchObject({ is_error: stop.is_error, error: stop.error });
    },
  );

  test('together they cover all event types and at least one very long answer', async () => {
    const { call } = instantMock({ edition: '2026-09' });
    const all = await Promise.all(
      sound.map(async ({ scenario }) =>
        readEvents(await call(stream(await newSession(call)), { ...turn(), headers: { 'x-mock-scenario': scenario } })),
      ),
    );
    const types = new Set(all.flat().map(({ type }) => type));
    // user_input is what history starts with; the stream echoes it only where a choice says so.
    expect([...types, 'user_input'].sort()).toEqual(
      [
        ...new Set([
          ...types,
          'user_input',
          'stop',
          'text',
          'text_delta',
          'thinking',
          'thinking_delta',
          'tool_call',
          'tool_result',
        ]),
      ].sort(),
    );
    expect(
      Math.max(...all.map((events) => events.filter(({ type }) => type === 'text_delta').length)),
    ).toBeGreaterThanOrEqual(2000);
  });
});

describe('which scenario answers', () => {
  const say = (scenario: string, when?: object) =>
    defineScenario({ scenario, ...(when && { when }), steps: [{ text: scenario }] });
  const scenarios = [
    say('by-name'),
    say('by-prompt', { prompt: 'churn' }),
    say('by-both', { prompt: 'churn', turn: 1 }),
    say('by-regex', { prompt: { regex: '^Q\\d', flags: 'i' } }),
    say('from-two', { turn: { from: 2 }, index_ids: ['idx-z'] }),
  ];
  const answer = async (prompt: string, header?: string, indexIds?: string[]) => {
    const { call } = instantMock({ scenarios });
    const id = await newSession(call);
    if (indexIds?.includes('idx-z')) await takeTurn(call, id, '/by-name');
    const events = await readEvents(
      await call(stream(id), { ...turn(prompt, indexIds), headers: header ? { 'x-mock-scenario': header } : {} }),
    );
    const text = events.find(({ type }) => type === 'text');
    return text?.type === 'text' ? text.content : null;
  };

  test('header, then /name, then when with most conditions, then the agent', async () => {
    expect(await answer('/by-prompt churn', 'by-name')).toBe('by-name');
    expect(await answer('/by-prompt please')).toBe('by-prompt');
    expect(await answer('How is CHURN?')).toBe('by-both');
    expect(await answer('q3 numbers')).toBe('by-regex');
    expect(await answer('anything', undefined, ['idx-z'])).toBe('from-two');
    expect(scenarios.map(({ scenario }) => scenario)).not.toContain(await answer('/unknown name'));
  });

  test('a session fixture’s own list answers its turns in order', async () => {
    const { call } = instantMock({
      scenarios,
      sessions: [
        { session_id: 'ses-own', last_updated_at: '2026-04-01T00:00:00.000000', scenarios: ['by-name', 'by-regex'] },
      ],
    });
    const texts = [];
    for (const prompt of ['a', 'b', 'churn'])
      texts.push((await takeTurn(call, 'ses-own', prompt)).findLast(({ type }) => type === 'text'));
    expect(texts).toMatchObject([{ content: 'by-name' }, { content: 'by-regex' }, { content: 'by-prompt' }]);
  });

  test('an unknown name in the header is told', async () => {
    const { call } = instantMock({ scenarios });
    const response = await call(stream(await newSession(call)), {
      ...turn(),
      headers: { 'x-mock-scenario': 'by-nmae' },
    });
    expect(response.status).toBe(404);
    expect(((await response.json()) as { detail: string }).detail).toMatch(
      /^Unknown scenario "by-nmae" in X-Mock-Scenario; did you mean "by-name"\? Known: .*by-name/,
    );
  });
});

describe('lifecycle', () => {
  const endless = defineScenario({
    scenario: 'endless',
    pace: { first_ms: 0, tokens_per_second: 1000, jitter: 0 },
    steps: [{ think: 'Well.' }, { text: 'one two three' }, { wait_ms: 3_600_000 }, { text: 'four' }],
  });

  const quick = defineScenario({
    scenario: 'quick',
    pace: { first_ms: 0 },
    steps: [{ event: { type: 'text', content: '' } }],
  });

  async function begin(choices: object = {}) {
    const { call, mock } = instantMock({ scenarios: [endless, short, quick], speed: 1, choices });
    const id = await newSession(call);
    const response = await call(stream(id), turn('/endless'));
    const reader = response.body?.getReader();
    if (!reader) throw new Error('No body.');
    const decoder = new TextDecoder();
    let text = '';
    while (!text.includes('{"type":"text","content":"one two three"}'))
      text += decoder.decode((await reader.read()).value, { stream: true });
    return { call, mock, id, reader, received: await readEvents(new Response(text)) };
  }
  const read = async (call: Call, route: string, options = {}) =>
    (await (await call(route, options)).json()) as Record<string, unknown>;
  const history = async (call: Call, id: string) => (await read(call, `GET /api/v1/chat/${id}`))['events'] as Event[];

  test('a client that goes away ends the turn; what was sent is kept, deltas too, and the session goes on', async () => {
    const { call, id, reader, received } = await begin();
    expect((await call(stream(id), turn())).status).toBe(409);
    await reader.cancel();
    expect(await history(call, id)).toEqual([{ type: 'user_input', content: '/endless' }, ...received]);
    expect(received.filter(({ type }) => type.endsWith('_delta')).length).toBeGreaterThan(0);
    expect((await call(stream(id), turn('/short'))).status).toBe(200);
  });

  test('or the turn is finished unseen, or forgotten, as the choice says', async () => {
    const finished = await begin({ on_client_abort: 'finish' });
    await finished.reader.cancel();
    expect((await history(finished.call, finished.id)).map(({ type }) => type)).toEqual([
      'user_input',
      'thinking',
      'text',
      'text',
      'stop',
    ]);
    const forgotten = await begin({ on_client_abort: 'discard' });
    await forgotten.reader.cancel();
    expect(await history(forgotten.call, forgotten.id)).toEqual([]);
  });

  test('of a turn that is forgotten, what others have set meanwhile stays', async () => {
    const { call, id, reader } = await begin({ on_client_abort: 'discard' });
    const before = await read(call, `GET /api/v1/chat/${id}/summary`);
    const titled = await read(call, `POST /api/v1/chat/${id}/title`, { body: { first_message: '/endless' } });
    await reader.cancel();
    expect(before['title']).toEqual(titled['title']);
    expect(await read(call, `GET /api/v1/chat/${id}/summary`)).toEqual(titled);
    expect(await history(call, id)).toEqual([]);
  });

  test('two turns at once that are both forgotten lock nothing', async () => {
    const choices = { on_client_abort: 'discard', second_turn_while_running: 'allow' } as const;
    const { call } = instantMock({ scenarios: [endless, short], speed: 1, choices });
    const bound = await newSession(call, { index_ids: ['a'] });
    const turns = [
      await call(stream(bound), turn('/endless', ['a'])),
      await call(stream(bound), turn('/endless', ['a'])),
    ];
    for (const { body } of turns) await body?.cancel();
    expect((await call(stream(bound), turn('/short', ['b']))).status).toBe(200);
  });

  test('a session is not older after its turn than it was when it got its title', async () => {
    const { call, mock } = instantMock();
    const id = await newSession(call);
    mock.next({ steps: [{ hold: 'title' }, { text: 'Yes.' }] });
    const response = await call(stream(id), turn());
    const titled = await read(call, `POST /api/v1/chat/${id}/title`, { body: { first_message: 'One' } });
    mock.release('title');
    await response.text();
    const ended = await read(call, `GET /api/v1/chat/${id}/summary`);
    expect(String(ended['last_updated_at']) > String(titled['last_updated_at'])).toBe(true);
  });

  test('a turn that is forgotten leaves no trace, and a walk over pages sees its session once', async () => {
    const forgotten = await begin({ on_client_abort: 'discard' });
    const { call, id } = forgotten;
    const pages = 'GET /api/v1/chat?page_size=1';
    const first = await read(call, pages);
    await forgotten.reader.cancel();
    const second = await read(call, `${pages}&page_token=${encodeURIComponent(String(first['next_page_token']))}`);
    expect(first['items']).toMatchObject([{ session_id: id }]);
    expect(second['items']).not.toMatchObject([{ session_id: id }]);
    const untouched = instantMock({ choices: { on_client_abort: 'discard' } });
    await newSession(untouched.call);
    expect(await read(call, `GET /api/v1/chat/${id}/summary`)).toEqual(
      await read(untouched.call, `GET /api/v1/chat/${id}/summary`),
    );
  });

  test('a second turn while one runs is 409 and not to be repeated; other sessions do not mind', async () => {
    const { call, id, reader } = await begin();
    const conflict = await call(stream(id), turn());
    expect([conflict.status, conflict.headers.get('x-should-retry')]).toEqual([409, 'false']);
    expect((await takeTurn(call, await newSession(call), '/quick')).at(-1)).toMatchObject({ type: 'stop' });
    await reader.cancel();
  });

  test('a session deleted while it streams stays deleted', async () => {
    const { call, id, reader } = await begin();
    expect((await call(`DELETE /api/v1/chat/${id}`)).status).toBe(204);
    await reader.cancel();
    expect((await call(`GET /api/v1/chat/${id}`)).status).toBe(404);
  });

  test('reset ends running streams', async () => {
    const { call, reader } = await begin();
    await call('POST /__mock/reset');
    expect((await reader.read()).done).toBe(true);
  });

  test('the indexes of a bound session are locked by its first message, in any order', async () => {
    const { call } = instantMock({ scenarios: [short] });
    const id = await newSession(call, { index_ids: ['a', 'b'] });
    expect((await call(stream(id), turn('/short', ['b', 'a']))).status).toBe(200);
    expect((await call(stream(id), turn('/short', ['a', 'b']))).status).toBe(200);
    const conflict = await call(stream(id), turn('/short', ['a']));
    expect([conflict.status, conflict.headers.get('x-should-retry'), await conflict.json()]).toEqual([
      409,
      'false',
      { detail: 'The indexes of this session are locked' },
    ]);
    const unbound = await newSession(call);
    for (const indexes of [['a'], ['b', 'c']])
      expect((await call(stream(unbound), turn('/short', indexes))).status).toBe(200);
  });

  test('an index that cannot be queried is skipped and listed, or fails the turn if all are required', async () => {
    const { call } = instantMock({ edition: '2026-09' });
    const ask = async (more: object) =>
      (
        await readEvents(
          await call(stream(await newSession(call)), {
            body: { prompt: 'What is new?', index_ids: ['idx-abc123', 'idx-offline'], ...more },
          }),
        )
      ).at(-1);
    expect(await ask({})).toMatchObject({ is_error: false, skipped_index_ids: ['idx-offline'] });
    expect(await ask({ require_all_indexes: 'yes' })).toMatchObject({
      is_error: true,
      error: expect.stringContaining('idx-offline'),
    });
  });
});

test('the same seed tells the same story, another seed, prompt or turn another one', async () => {
  const tell = async (seed: number, prompt: string) => {
    const { call } = instantMock({ seed });
    const id = await newSession(call);
    const texts = [];
    for (let count = 0; count < 2; count++) texts.push(await (await call(stream(id), turn(prompt))).text());
    return texts;
  };
  const [first, again, seed, prompt] = await Promise.all([tell(1, 'A?'), tell(1, 'A?'), tell(2, 'A?'), tell(1, 'B?')]);
  expect(again).toEqual(first);
  expect(new Set([...(first ?? []), ...(seed ?? []), ...(prompt ?? [])]).size).toBe(6);
});

test('worlds do not see each other and tell the same story as one alone', async () => {
  const script = async (call: ReturnType<typeof instantMock>['call'], headers: Record<string, string>) => {
    const log: string[] = [];
    for (let count = 0; count < 3; count++) {
      const { session_id } = (await (await call('POST /api/v1/chat', { headers })).json()) as { session_id: string };
      log.push(session_id, await (await call(stream(session_id), { ...turn(`Question ${count}?`), headers })).text());
    }
    log.push(await (await call('GET /api/v1/chat', { headers })).text());
    return log;
  };
  const alone = await script(instantMock().call, {});
  const { call } = instantMock();
  const together = await Promise.all(
    Array.from({ length: 16 }, (_, index) => script(call, { 'x-test-id': `world-${index}` })),
  );
  for (const log of together) expect(log).toEqual(alone);
});

test('templates are filled by the seed', async () => {
  const scenario = defineScenario({
    scenario: 'fake',
    steps: [
      { tool: 'find', arguments: { name: '{{person.fullName}}' }, result: ['{{company.name}}', '{{company.name}}'] },
      { text: 'Ask {{person.fullName}}.' },
    ],
  });
  const tell = async (seed: number) => {
    const { call } = instantMock({ seed, scenarios: [scenario] });
    return JSON.stringify(await takeTurn(call, await newSession(call), '/fake'));
  };
  const [one, again, two] = [await tell(1), await tell(1), await tell(2)];
  expect(one).not.toContain('{{');
  expect([one === again, one === two]).toEqual([true, false]);
});
