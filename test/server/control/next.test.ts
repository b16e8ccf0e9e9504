import { describe, expect, test } from 'vitest';
import { defineScenario } from '../../../src/scenario/define-scenario.ts';
import { newSession } from '../../support/client.ts';
import { ask, askIn, controlled } from '../../support/control.ts';

const short = defineScenario({ scenario: 'short', steps: [{ text: 'Short.' }] });
const other = defineScenario({ scenario: 'other', steps: [{ text: 'Other.' }] });
const scenarios = [short, other];

/** The complete texts of a stream. */
async function texts(response: Response): Promise<string[]> {
  return [...(await response.text()).matchAll(/"type":"text","content":"([^"]*)"/g)].map(([, text = '']) => text);
}

describe('POST next', () => {
  test('says what it has queued; it answers the next turn, once, before anything else would', async () => {
    const { call, control } = controlled({ scenarios });
    const queued = { id: 1, scenario: 'short', operation: 'streamMessages', match: {}, times: 1, used: 0 };
    expect(await control('POST next', { scenario: 'short' })).toEqual({ status: 201, body: queued });
    expect(await control('GET next')).toEqual({ status: 200, body: { queued: [queued], lost: [] } });
    expect(await texts(await ask(call, '/other', { 'x-mock-scenario': 'other' }))).toEqual(['Short.']);
    expect((await control('GET next')).body).toEqual({ queued: [], lost: [] });
    expect(await texts(await ask(call, '/other'))).toEqual(['Other.']);
  });

  test('DELETE next/ID takes one answer back; what is used up or never was is not there', async () => {
    const { call, control } = controlled({ scenarios });
    await control('POST next', { scenario: 'short', times: 2 });
    await control('POST next', { scenario: 'other' });
    expect(await texts(await ask(call))).toEqual(['Short.']);
    expect(await control('DELETE next/1')).toMatchObject({ status: 200, body: { id: 1, scenario: 'short', used: 1 } });
    const unknown = (id: string) => ({
      status: 404,
      body: {
        error: {
          code: 'unknown_answer',
          message: `Failed to withdraw ${id}: no answer with this id waits. Waiting: 2.`,
        },
      },
    });
    expect(await control('DELETE next/1')).toEqual(unknown('answer 1'));
    expect(await control('DELETE next/2x')).toEqual(unknown('an answer'));
    expect(await control('DELETE next/2', undefined, { 'x-test-id': 'elsewhere' })).toMatchObject({ status: 404 });
    expect(await texts(await ask(call))).toEqual(['Other.']);
    expect((await control('DELETE next/2')).body.error.message).toMatch('No answer waits.');
  });

  test('what is taken back makes room for another', async () => {
    const { control } = controlled({ scenarios, limits: { maxQueued: 1 } });
    expect([
      (await control('POST next', { scenario: 'short' })).status,
      (await control('POST next', { scenario: 'short' })).status,
    ]).toEqual([201, 429]);
    await control('DELETE next/1');
    expect((await control('POST next', { scenario: 'short' })).status).toBe(201);
  });

  test('`times` answers so often, in the order of queueing', async () => {
    const { call, control } = controlled({ scenarios });
    await control('POST next', { scenario: 'short', times: 2 });
    await control('POST next', { scenario: 'other' });
    const seen = [];
    for (let turn = 0; turn < 3; turn++) seen.push(...(await texts(await ask(call))));
    expect(seen).toEqual(['Short.', 'Short.', 'Other.']);
  });

  test('each of many requests at once takes an answer of its own', async () => {
    const { call, control } = controlled({ scenarios });
    const ids = await Promise.all(Array.from({ length: 10 }, () => newSession(call)));
    for (let count = 1; count <= 10; count++)
      await control('POST next', { scenario: { steps: [{ text: `Answer ${count}.` }] } });
    const seen = await Promise.all(ids.map(async (id) => texts(await askIn(call, id))));
    expect(seen.flat().sort()).toEqual(Array.from({ length: 10 }, (_, index) => `Answer ${index + 1}.`).sort());
    for (const status of [501, 502, 503])
      await control('POST next', { scenario: { status }, operation: 'listSessions' });
    const statuses = await Promise.all([1, 2, 3].map(async () => (await call('GET /api/v1/chat')).status));
    expect(statuses.sort()).toEqual([501, 502, 503]);
  });

  test('a request that is refused leaves a scripted turn to the next one', async () => {
    const { call, control } = controlled({ scenarios });
    await control('POST next', { scenario: 'short' });
    expect((await askIn(call, 'ses-unknown')).status).toBe(404);
    expect((await call(`POST /api/v1/chat/${await newSession(call)}/messages/stream`, { body: {} })).status).toBe(422);
    expect(await texts(await ask(call))).toEqual(['Short.']);
  });

  test('an inline scenario has any status, headers and body; null leaves a header out', async () => {
    const { call, control } = controlled();
    const headers = { 'Retry-After': '2', 'retry-after-ms': '1500', 'x-should-retry': 'true' };
    const scenario = { status: 503, headers, body: { detail: 'overloaded' } };
    await control('POST next', { scenario, operation: '*' });
    const answer = await call('GET /api/v1/chat');
    expect([answer.status, Object.fromEntries(answer.headers), await answer.json()]).toEqual([
      503,
      { 'content-type': 'application/json', ...Object.fromEntries(new Headers(headers)) },
      { detail: 'overloaded' },
    ]);
    await control('POST next', { scenario: { status: 500, body: 'Oh <b>no</b>', headers: { 'content-type': null } } });
    const plain = await ask(call);
    expect([plain.status, plain.headers.get('x-accel-buffering'), await plain.text()]).toEqual([
      500,
      null,
      'Oh <b>no</b>',
    ]);
  });

  test.each([
    ['listSessions', 'GET /api/v1/chat'],
    ['createSession', 'POST /api/v1/chat'],
    ['getSession', 'GET /api/v1/chat/ses-abc123'],
    ['getSessionSummary', 'GET /api/v1/chat/ses-abc123/summary'],
    ['deleteSession', 'DELETE /api/v1/chat/ses-abc123'],
    ['streamMessages', 'POST /api/v1/chat/ses-abc123/messages/stream'],
    ['generateSessionTitle', 'POST /api/v1/chat/ses-abc123/title'],
    ['getAttachment', 'GET /api/v1/beta/attachments/screenshots/page_7.jpg?source_id=src-1'],
    ['listIndexes', 'GET /api/v1/indexes'],
    ['getIndex', 'GET /api/v1/indexes/idx-abc123'],
  ])('answers %s and no other operation', async (operation, route) => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { status: 418, body: 'teapot' }, operation });
    const wrong = operation === 'listSessions' ? 'GET /api/v1/chat/ses-unknown' : 'GET /api/v1/chat';
    expect((await call(wrong)).status).not.toBe(418);
    expect((await call(route)).status).toBe(418);
    expect((await call(route)).status).not.toBe(418);
  });
});

describe('match', () => {
  const body = {
    prompt: 'What changed in Q3?',
    index_ids: ['a', 'b'],
    extra: { deep: [1, { two: 2 }], more: 'x', yes: true },
  };
  const headers = { 'X-Team': 'blue' };

  test.each<[string, object, boolean]>([
    ['nothing', {}, true],
    ['the method', { method: 'POST' }, true],
    ['another method', { method: 'GET' }, false],
    ['a pattern of the path', { path: { regex: '/messages/stream$' } }, true],
    ['another path', { path: '/api/v1/chat' }, false],
    ['a header, by any case of its name', { headers: { 'X-TEAM': 'blue' } }, true],
    ['a header by pattern', { headers: { 'x-team': { regex: '^BL', flags: 'i' } } }, true],
    ['another value of a header', { headers: { 'x-team': 'red' } }, false],
    ['a header that is not there', { headers: { 'x-none': { regex: '.*' } } }, false],
    ['a header that must not be there', { headers: { 'x-none': null } }, true],
    ['a part of the body', { body: { prompt: 'What changed in Q3?' } }, true],
    ['a part of a part', { body: { extra: { deep: [1, { two: 2 }] } } }, true],
    ['a pattern in the body', { body: { prompt: { regex: 'q\\d', flags: 'i' } } }, true],
    ['a pattern of a number in the body', { body: { extra: { deep: [{ regex: '^1$' }, { two: 2 }] } } }, true],
    ['a pattern of another number', { body: { extra: { deep: [{ regex: '^2$' }, { two: 2 }] } } }, false],
    ['a pattern of a boolean in the body', { body: { extra: { yes: { regex: '^(true|1)$' } } } }, true],
    ['a pattern of what is not a text', { body: { extra: { regex: '.*' } } }, false],
    ['another value in the body', { body: { prompt: 'What?' } }, false],
    ['a shorter list', { body: { index_ids: ['a'] } }, false],
    ['a list in another order', { body: { index_ids: ['b', 'a'] } }, false],
    ['a key the body has not', { body: { none: 1 } }, false],
    ['all of several', { method: 'POST', headers: { 'x-team': 'blue' }, body: { index_ids: ['a', 'b'] } }, true],
    ['one of several', { method: 'POST', headers: { 'x-team': 'red' } }, false],
  ])('by %s', async (_, match, isMet) => {
    const { call, control } = controlled();
    const id = await newSession(call);
    await control('POST next', { scenario: { status: 418 }, match });
    const answer = await call(`POST /api/v1/chat/${id}/messages/stream`, { body, headers });
    expect(answer.status === 418).toBe(isMet);
    expect((await control('GET next')).body.queued).toHaveLength(isMet ? 0 : 1);
    await answer.body?.cancel();
  });

  test('by session, and the first that fits answers even if others wait before it', async () => {
    const { call, control } = controlled();
    const [one, two] = [await newSession(call), await newSession(call)];
    await control('POST next', { scenario: { status: 501 }, match: { session_id: one } });
    await control('POST next', { scenario: { status: 502 }, match: { session_id: two } });
    expect([(await askIn(call, two)).status, (await askIn(call, one)).status]).toEqual([502, 501]);
  });
});

test('POST reset says what was queued and never used, of this world or of all', async () => {
  const { call, control } = controlled({ scenarios });
  const used = { id: 1, scenario: 'short', operation: 'streamMessages', match: {}, times: 2, used: 1 };
  await control('POST next', { scenario: 'short', times: 2 });
  await ask(call);
  await control('POST next', { scenario: 'other' }, { 'x-test-id': 'a' });
  const idle = { ...used, scenario: 'other', times: 1, used: 0 };
  expect((await control('POST reset')).body).toEqual({ status: 'ok', reset: 'default', unused: [used] });
  expect((await control('POST reset')).body).toEqual({ status: 'ok', reset: 'default', unused: [] });
  expect((await control('POST reset', { all: true })).body).toEqual({ status: 'ok', reset: 'all', unused: [idle] });
  expect((await control('POST reset', {}, { 'x-test-id': 'a' })).body).toMatchObject({ reset: 'a', unused: [] });
});

test.each<[string, unknown, number, string, string]>([
  ['an unknown scenario', { scenario: 'shrot' }, 404, 'unknown_scenario', 'did you mean "short"? Known: short, other.'],
  ['nothing', undefined, 400, 'bad_body', '$.scenario'],
  ['no JSON', '{', 400, 'bad_body', 'not JSON'],
  ['a key that is none', { scenario: 'short', time: 2 }, 400, 'bad_body', '"times"'],
  ['an operation that is none', { scenario: 'short', operation: 'listSession' }, 400, 'bad_body', '$.operation'],
  ['a step that is none', { scenario: { steps: [{ txet: 'a' }] } }, 400, 'bad_body', 'did you mean "text"?'],
  ['a scenario that says nothing', { scenario: {} }, 400, 'bad_body', 'is empty: give it steps'],
  [
    'an order of events that is not meant',
    { scenario: { steps: [{ event: { type: 'stop' } }] } },
    400,
    'bad_body',
    'usage',
  ],
  ['a pattern that is none', { scenario: 'short', match: { path: { regex: '(' } } }, 400, 'bad_body', '$.match.path'],
  [
    'one that is none, deep down',
    { scenario: 'short', match: { body: { a: [{ regex: '(' }] } } },
    400,
    'bad_body',
    'regex',
  ],
  ['no times', { scenario: 'short', times: 0 }, 400, 'bad_body', '$.times'],
])('%s is refused, in words that help', async (_, body, status, code, words) => {
  const { control } = controlled({ scenarios });
  const answer = await control('POST next', body);
  expect(answer).toEqual({ status, body: { error: { code, message: expect.stringContaining(words) } } });
  expect((await control('GET next')).body).toEqual({ queued: [], lost: [] });
});

test.each([
  [{}, '$.scenario: "scenario" is missing; it must be a string or a map'],
  ['fast', '$: it must be a map, not "fast"'],
])('a body of %j is told what it lacks', async (body, words) => {
  const { control } = controlled();
  expect(await control('POST next', JSON.stringify(body))).toEqual({
    status: 400,
    body: { error: { code: 'bad_body', message: `Failed to read the body: ${words}` } },
  });
});

test('a queue that grows without end is refused', async () => {
  const { mock, control } = controlled({ scenarios });
  for (let count = 0; count < 1000; count++) mock.next('short');
  expect(await control('POST next', { scenario: 'short' })).toEqual({
    status: 429,
    body: { error: { code: 'queue_full', message: expect.stringContaining('1000 wait already') } },
  });
});
