import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { builtInScenarios } from '../../src/node/play.ts';
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
});

test('scenarios are judged at the start; two of one name are one too many', () => {
  const twice: Scenario = { scenario: 'twice', steps: [{ text: 'Hello.' }] };
  const tooMuch = { ...twice, violates: ['stream.ends-once' as const] };
  expect(() => createChatMock({ scenarios: [tooMuch] })).toThrow('Failed to load scenario "twice": $.violates[0]: ');
  expect(() => createChatMock({ scenarios: [twice, twice] })).toThrow('two are named "twice"');
  expect(() => createChatMock({ scenarios: builtInScenarios })).not.toThrow();
});
