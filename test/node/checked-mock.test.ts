import { expect, test } from 'vitest';
import { builtInScenarios } from '../../src/node/built-in.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

/** What a program without types may hand over. */
const any = (value: unknown) => value as never;
const stop = { event: { type: 'stop', usage: {}, is_error: false, error: null } };

test.each<[string, (mock: ReturnType<typeof createChatMock>) => unknown, string]>([
  [
    'a step that is none',
    (mock) => mock.next(any({ steps: [{ txet: 'Hello.' }] })),
    'Failed to read what next was given: $.scenario.steps[0]: step 1 is "txet"; did you mean "text"?',
  ],
  [
    'steps that break a rule',
    (mock) => mock.world('a').next({ steps: [any(stop), any(stop)] }),
    'Failed to read what next was given: $.scenario.steps[0]: events follow the stop',
  ],
  [
    'an end that never comes',
    (mock) => mock.next({ steps: [{ text: 'Hello.' }], ends: { after: { event: 40 }, how: 'reset' } }),
    '$.scenario.ends.after.event: there is no event 40; the turn has 4',
  ],
  [
    'an operation that is none',
    (mock) => mock.next('fast', { operation: 'listSession' }),
    'did you mean "listSessions"?',
  ],
  ['a match that is none', (mock) => mock.next('fast', { match: any({ pth: '/' }) }), 'did you mean "path"?'],
  ['no times at all', (mock) => mock.next('fast', { times: 0 }), '$.times: '],
  ['a rule of chaos', (mock) => mock.setChaos([{ probability: 2 }]), '$.rules[0].probability: '],
  ['a mode', (mock) => mock.clock.set({ mode: any('slow') }), '$.mode: '],
  ['a way back', (mock) => mock.clock.advance(-1), '$.ms: '],
  ['a filter', (mock) => mock.journal.find(any({ opration: '*' })), 'did you mean "operation"?'],
  [
    'scenarios',
    (mock) => mock.replaceScenarios([any({ scenario: 'A b', steps: [] })]),
    'Failed to load scenario "A b"',
  ],
  [
    'fixtures',
    (mock) => mock.replaceFixtures({ sessions: [{ session_id: 'a', last_updated_at: 'yesterday' }] }),
    'Failed to replace fixtures: $.sessions[0].last_updated_at: ',
  ],
])('a program is told of a mistake as a file would be: %s', (_, call, message) => {
  const mock = createChatMock({ clock: 'manual' });
  expect(() => call(mock)).toThrow(
    expect.objectContaining({ code: 'bad_argument', message: expect.stringContaining(message) }),
  );
  expect([mock.queued, mock.world('a').queued, mock.chaos]).toEqual([[], [], []]);
});

test('what waits rejects', async () => {
  const mock = createChatMock();
  await expect(mock.journal.wait(any({ staus: 200 }))).rejects.toMatchObject({ code: 'bad_argument' });
  await expect(mock.waitForStream(any({ state: 'hold' }))).rejects.toMatchObject({ code: 'bad_argument' });
  for (const options of [{ timeout: 1 }, { timeoutMs: -1 }, { count: 0.5 }]) {
    await expect(mock.journal.wait({}, any(options))).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(mock.waitForStream({}, any(options))).rejects.toMatchObject({ code: 'bad_argument' });
  }
  await expect(mock.journal.wait({}, { count: 0, timeoutMs: 0, signal: AbortSignal.any([]) })).resolves.toEqual([]);
});

test('so does listening where nobody can', async () => {
  const mock = createChatMock();
  await expect(mock.listen(any({ prot: 4010 }))).rejects.toThrow('unknown key "prot"; did you mean "port"?');
  await expect(mock.listen({ port: -1 })).rejects.toMatchObject({ code: 'bad_argument' });
});

test.each(['', ' a', 'a ', 'a\nb', 'データ', any(undefined)])('no request could name the world %j', (id) => {
  expect(() => createChatMock().world(id)).toThrow(expect.objectContaining({ code: 'bad_argument' }));
});

test.each(['a', 'test-7', 'shows > an answer', 'prüft'])('a request can name the world %j', async (id) => {
  const mock = createChatMock();
  await mock.fetch('http://mock/api/v1/chat', { headers: { 'x-test-id': id } });
  expect(mock.world(id).journal.entries).toHaveLength(1);
});

test('scenarios are judged at the start; two of one name are one too many', () => {
  const twice: Scenario = { scenario: 'twice', steps: [{ text: 'Hello.' }] };
  const tooMuch = { ...twice, violates: ['stream.ends-once' as const] };
  expect(() => createChatMock({ scenarios: [tooMuch] })).toThrow('Failed to load scenario "twice": $.violates[0]: ');
  expect(() => createChatMock({ scenarios: [twice, twice] })).toThrow('two are named "twice"');
  expect(() => createChatMock({ scenarios: builtInScenarios })).not.toThrow();
});

const session = { session_id: 'a', last_updated_at: '2026-04-01T00:00:00.000000' };
test.each<[string, object, string]>([
  ['a key that is none', { sede: 1 }, '$.sede: unknown key "sede"; did you mean "seed"?'],
  ['an edition that is none', { edition: '2026-5' }, '"2026-5" is not allowed; did you mean "2026-05"?'],
  ['no speed at all, which would spin for ever', { speed: 0 }, '$.speed: '],
  ['a speed that is not a number', { speed: Number.NaN }, '$.speed: '],
  ['a clock that is none', { clock: 'rael' }, 'did you mean "real"?'],
  ['an origin with a slash', { corsOrigins: ['http://a.example/'] }, 'as browsers send it'],
  ['one key instead of a list', { apiKeys: 'x' }, '"apiKeys" must be a list'],
  ['an empty key', { apiKeys: [''] }, '$.apiKeys[0]: '],
  ['a key of blanks', { apiKeys: [' '] }, 'must not begin or end with a blank'],
  ['a token that ends in a blank', { controlToken: 'token ' }, 'must not begin or end with a blank'],
  ['a choice that is none', { choices: { page_size_defult: 3 } }, 'did you mean "page_size_default"?'],
  ['a choice beyond its row', { choices: { page_size_default: 0 } }, '$.choices.page_size_default: '],
  ['fewer sessions than none', { generatedSessions: -1 }, '$.generatedSessions: '],
  ['a date that is none', { sessions: [{ ...session, last_updated_at: 'now' }] }, '$.sessions[0].last_updated_at: '],
  [
    'a date after the start of time',
    { sessions: [{ ...session, last_updated_at: '2027-01-01T00:00:00.000000' }] },
    '$.sessions[0].last_updated_at: must be before',
  ],
  ['two sessions of one id', { sessions: [session, session] }, '$.sessions[1]: "a" is there already'],
])('of its options too: %s', (_, options, message) => {
  expect(() => createChatMock(any(options))).toThrow(
    expect.objectContaining({ code: 'bad_argument', message: expect.stringContaining(message) }),
  );
});

test('an option or a choice that is undefined is as if it was left out', async () => {
  const mock = createChatMock({ speed: undefined, choices: { page_size_default: undefined } } as never); // As JavaScript allows.
  const list = await mock.fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer x' } }));
  expect(((await list.json()) as { items: unknown[] }).items).not.toHaveLength(0);
});
