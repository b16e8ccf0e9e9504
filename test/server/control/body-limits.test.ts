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

test.each([
  [
    'a step',
    'POST next',
    { scenario: { steps: [...Array(900).fill({ text: 'a' }), { text: 1 }] } },
    '$.scenario.steps[900].text: "text" must be a string, not 1',
  ],
  [
    'the first step',
    'POST next',
    { scenario: { steps: [{ text: 1 }, ...Array(900).fill({ text: 'a' })] } },
    '$.scenario.steps[0].text: "text" must be a string, not 1',
  ],
  [
    'a rule',
    'PUT chaos',
    { rules: [...Array(900).fill({ latency_ms: 1 }), 7] },
    /^\$\.rules\[900\]: it must be a map, not 7/,
  ],
  [
    'a step of a rule',
    'PUT chaos',
    { rules: [{ answer: { steps: [...Array(900).fill({ text: 'a' }), { text: 1 }] } }] },
    '$.rules[0].answer.steps[900].text: "text" must be a string, not 1',
  ],
  [
    'a key beside many rules',
    'PUT chaos',
    { rule: 1, rules: Array(900).fill({ latency_ms: 1 }) },
    '$.rule: unknown key "rule"; did you mean "rules"? Allowed here: rules.',
  ],
])('in a long body, what is wrong with %s is told with its place', async (_, route, body, wrong) => {
  const { control } = controlled();
  const answer = await control(route, body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_body' } } });
  const told = answer.body.error.message.replace('Failed to read the body: ', '');
  if (wrong instanceof RegExp) expect(told).toMatch(wrong);
  else expect(told).toBe(wrong);
});

test('a long body means what a short one means', async () => {
  const { control, call } = controlled();
  const answer = { status: 503, headers: { 'X-Long': 'a' } };
  const { body } = await control('PUT chaos', { rules: Array(600).fill({ operation: 'listSessions', answer }) });
  expect(body.rules).toHaveLength(600);
  expect(new Set(body.rules.map((rule: object) => JSON.stringify(rule))).size).toBe(1);
  const refused = await call('GET /api/v1/chat');
  expect([refused.status, refused.headers.get('x-long')]).toEqual([503, 'a']);
});

test('a body holds 50 regexes at most, and the waiting answers 100', async () => {
  const { control } = controlled();
  const patterns = (count: number) => Array.from({ length: count }, (_, at) => ({ regex: `${at}` }));
  const next = (count: number) =>
    control('POST next', { scenario: { steps: [{ text: 'a' }] }, match: { body: patterns(count) } });
  expect(await next(51)).toEqual({
    status: 400,
    body: {
      error: {
        code: 'bad_body',
        message: 'Failed to read the body: $.match.body[50]: is one regex too many; a body may hold 50',
      },
    },
  });
  expect((await next(50)).status).toBe(201);
  expect((await next(50)).status).toBe(201);
  expect(await next(1)).toMatchObject({
    status: 429,
    body: { error: { code: 'queue_full', message: expect.stringContaining('more than 100 regexes would wait') } },
  });
  expect((await next(0)).status).toBe(201);
  await control('POST reset', {});
  expect((await next(50)).status).toBe(201);
});

test('the journal forgets the oldest of large requests, and says how many', async () => {
  const { control, call } = controlled();
  const body = { index_ids: ['a'.repeat(16_000)] };
  for (let sent = 0; sent < 300; sent++) await call('POST /api/v1/chat', { body });
  const { entries, dropped } = (await control('GET journal')).body;
  expect(entries.length + dropped).toBe(300);
  expect(JSON.stringify(entries).length).toBeLessThan(4.5 * 2 ** 20);
  expect(entries.at(-1)).toMatchObject({ id: 300, body });
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
