import { expect, test } from 'vitest';
import { createChatMock } from '../../../src/node/checked-mock.ts';
import { bodies } from '../../../src/server/control/bodies.ts';
import { routes } from '../../../src/server/control/routes.ts';
import { controlled } from '../../support/control.ts';

const takers = routes.flatMap(({ method, path, body }) =>
  body === null ? [] : [[`${method} ${path.replace('*', '1')}`, body] as const],
);
const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const maps = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const message = expect.any(String);

test('every body of the control API is asked for below', () => {
  expect(new Set(takers.map(([, body]) => body))).toEqual(new Set(Object.keys(bodies)));
});

test.each(takers)('%s: a body that is nested too deeply is 400', async (route) => {
  const { control } = controlled();
  const error = { code: 'bad_body', message: expect.stringContaining('nested too deeply; at most 256 levels') };
  for (const depth of [257, 2000, 100_000]) {
    expect(await control(route, lists(depth))).toEqual({ status: 400, body: { error } });
    expect(await control(route, maps(depth))).toEqual({ status: 400, body: { error } });
  }
  for (const text of [lists(256), maps(256), '['.repeat(200), '{"a":'.repeat(200)])
    expect(await control(route, text)).toEqual({ status: 400, body: { error: { code: 'bad_body', message } } });
});

test.each(takers)('%s: a body of too many values is 400', async (route) => {
  const { control } = controlled();
  const error = { code: 'bad_body', message: expect.stringContaining('it holds more than 5000 values') };
  for (const body of [Array(5001).fill(0), Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [`k${at}`, 0]))])
    expect(await control(route, body)).toEqual({ status: 400, body: { error } });
});

test('a scenario of as many values is queued, and played', async () => {
  const { control, call } = controlled();
  const steps = Array.from({ length: 1200 }, () => ({ event: { type: 'text', content: 'a' } }));
  expect(await control('POST next', { scenario: { steps } })).toMatchObject({ status: 201 });
  const answer = await call('POST /api/v1/chat/ses-never-run/messages/stream', {
    body: { prompt: '', index_ids: ['a'] },
  });
  expect((await answer.text()).match(/^event: message$/gm)).toHaveLength(1201);
});

test.each([
  ['wrong keys', { scenario: { steps: Array(1600).fill({ text: 'a', detlas: 1 }) } }],
  ['long wrong keys', { scenario: { ['x'.repeat(500_000)]: 1 } }],
  [
    'a long key above',
    { scenario: { steps: [{ tool: 'a', arguments: { ['x'.repeat(500_000)]: Array(4000).fill('{{x}}') } }] } },
  ],
  ['a long verb', { scenario: { steps: [{ ['x'.repeat(500_000)]: 1 }] } }],
  ['deltas that are another text', { scenario: { steps: [{ text: 'a', deltas: ['x'.repeat(500_000)] }] } }],
  ['a long regex', { scenario: 'x', match: { path: { regex: '('.repeat(500_000) } } }],
])('what is said of %s is short', async (_, body) => {
  const { control } = controlled();
  const answer = await control('POST next', body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_body' } } });
  expect(answer.body.error.message.length).toBeLessThan(30_000);
});

test('of thousands of mistakes the first hundred are told', async () => {
  const { control } = controlled();
  const answer = await control('POST next', { scenario: { steps: Array(1600).fill({ text: 'a', detlas: 1 }) } });
  expect(answer.body.error.message.split('; ').filter((part: string) => part.startsWith('$.'))).toHaveLength(99);
  expect(answer.body.error.message).toMatch(/; and 1500 more$/);
});

test('what a program hands over may not contain itself', () => {
  const loop: Record<string, unknown> = {};
  loop['inner'] = loop;
  const steps = [{ tool: 'a', result: loop as never }];
  const mock = createChatMock({ sessions: [] });
  const match = { body: loop as never };
  const tooDeep = /nested too deeply/;
  expect(() => mock.next({ steps })).toThrow(tooDeep);
  expect(() => mock.journal.find(match)).toThrow(tooDeep);
  expect(() => mock.setChaos([{ latency_ms: 1, match }])).toThrow(tooDeep);
  expect(() => createChatMock({ scenarios: [{ scenario: 'x', steps }] })).toThrow(tooDeep);
  expect(() => createChatMock({ sessions: [{ session_id: 'a', turns: [{ steps }] } as never] })).toThrow(tooDeep);
});
