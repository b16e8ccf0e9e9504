import { describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { compilePattern } from '../../src/node/compile-pattern.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { ask, askIn, controlled } from '../support/control.ts';

/** Every object has these, so whoever looks a name up in one finds something that nobody has sent. */
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  '__defineGetter__',
  '__lookupSetter__',
];
/** JSON with one key; a literal would set the prototype. */
const json = (name: string, value: unknown) => `{${JSON.stringify(name)}:${JSON.stringify(value)}}`;
const object = (name: string, value: unknown): object => JSON.parse(json(name, value));
const stream = 'POST /api/v1/chat/ses-never-run/messages/stream';

describe.each(names)('%s', (name) => {
  test('is a query parameter like any other', async () => {
    const { call, control } = controlled();
    expect((await call(`GET /api/v1/chat?${name}=1&${name}`)).status).toBe(200);
    expect((await call(`GET /api/v1/chat?page_size=${name}`)).status).toBe(422);
    expect((await control(`GET journal?${name}=1`)).body).toMatchObject({
      error: { code: 'bad_query', message: expect.stringContaining(`unknown key "${name}"`) },
    });
    expect((await control(`GET journal?operation=${name}`)).status).toBe(400);
    expect((await control(`GET openapi.json?spec=${name}`)).status).toBe(400);
  });

  test('is a header like any other, and journalled as it was sent', async () => {
    const { call, control, mock } = controlled();
    const headers: [string, string][] = [
      [name, 'sent'],
      ['authorization', 'Bearer x'],
    ];
    await mock.fetch('http://mock/api/v1/chat', { headers });
    await call('GET /api/v1/chat');
    const { entries } = (await control('GET journal')).body;
    expect(Object.entries(entries[0].headers)).toContainEqual([name.toLowerCase(), 'sent']);
    expect(Object.keys(entries[1].headers)).not.toContain(name.toLowerCase());
    const count = async (value: unknown) => {
      const body = `{"match":{"headers":${json(name, value)}},"count":1}`;
      return (await control('POST journal/verify', body)).body.matched;
    };
    expect(await count('sent')).toBe(1);
    expect(await count('another')).toBe(0);
    expect(await count({ regex: '^s' })).toBe(1);
  });

  test('is a key of a body like any other', async () => {
    const { call, control } = controlled({ edition: '2026-09' });
    const extra = `{"prompt":"Hi.","index_ids":["a"],${json(name, { deep: 1 }).slice(1)}`;
    expect((await call(stream, { body: extra })).status).toBe(200);
    for (const value of [json(name, 'text'), json(name, 1)]) {
      const answer = await call(stream, { body: value });
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining(`"input":${value}`)]);
    }
    await ask(call);
    const verify = async (match: string) =>
      (await control('POST journal/verify', `{"match":{"operation":"streamMessages","body":${match}}}`)).body.matched;
    expect(await verify(json(name, { deep: 1 }))).toBe(1);
    expect(await verify(json(name, { deep: 2 }))).toBe(0);
    expect(await verify(json(name, null))).toBe(1); // The question of `ask` has none.
  });

  test('in a match takes only what has it', async () => {
    const { call, control } = controlled();
    const answers = async (match: string) => {
      await control('POST reset', {});
      const queued = await control('POST next', `{"scenario":{"status":418},"match":${match}}`);
      return [queued.status, (await ask(call)).status];
    };
    expect(await answers(`{"body":${json(name, 1)}}`)).toEqual([201, 200]);
    expect(await answers(`{"body":{"extra":${json(name, 1)}}}`)).toEqual([201, 200]);
    expect(await answers(`{"headers":${json(name, 'a')}}`)).toEqual([201, 200]);
    expect(await answers(json(name, 'a'))).toEqual([400, 200]);
    const rules = `{"rules":[{"match":{"body":${json(name, 1)}},"answer":{"status":418}}]}`;
    expect(await control('PUT chaos', rules)).toMatchObject({ status: 200, body: { rules: [{ fired: 0 }] } });
    expect((await ask(call)).status).toBe(200);
  });

  test('is not a key of the control API', async () => {
    const { control } = controlled();
    const unknown = expect.stringContaining(`unknown key "${name}"`);
    for (const [route, body] of [
      ['POST reset', json(name, 1)],
      ['POST next', `{"scenario":"on-time",${json(name, 1).slice(1)}`],
      ['POST next', `{"scenario":{"status":200,${json(name, 1).slice(1)}}`],
      ['POST next', `{"scenario":{"steps":[{"text":"a",${json(name, 1).slice(1)}]}}`],
      ['PUT clock', `{"mode":"fixed",${json(name, 1).slice(1)}`],
      ['PUT chaos', `{"rules":[{"latency_ms":1,${json(name, 1).slice(1)}]}`],
      ['POST streams/wait', `{"match":${json(name, 1)}}`],
    ] as const) {
      const answer = await control(route, body);
      expect([route, answer.status, answer.body.error?.message]).toEqual([route, 400, unknown]);
    }
    expect((await control('POST next', `{"scenario":{"steps":[${json(name, 1)}]}}`)).status).toBe(400);
    expect((await control('PUT clock', { mode: name })).status).toBe(400);
    expect((await control('POST next', { scenario: 'on-time', operation: name })).status).toBe(400);
    expect((await control(`GET ${name}`)).status).toBe(404);
  });

  test('is not a scenario, session, world or hold until somebody makes one', async () => {
    const { call, control, mock } = controlled();
    expect((await control('POST next', { scenario: name })).status).toBe(404);
    expect((await call('GET /api/v1/chat', { headers: { 'x-mock-scenario': name } })).status).toBe(404);
    expect((await call(`GET /api/v1/chat/${name}`)).status).toBe(404);
    expect((await call(`GET /api/v1/indexes/${name}`)).status).toBe(404);
    expect((await control(`POST holds/${name}/release`)).status).toBe(404);
    expect((await control(`POST streams/${name}/pause`)).status).toBe(404);
    expect((await askIn(call, 'ses-never-run', `/${name} please`)).status).toBe(200);
    expect(mock.streams.at(-1)).toMatchObject({
      scenario: 'agent',
      why: expect.stringMatching(/^generated; there is no scenario "/),
    });
    const inWorld = { 'x-test-id': name };
    await control('POST next', { scenario: { status: 418 } }, inWorld);
    expect((await control('GET next', undefined, inWorld)).body.queued).toHaveLength(1);
    expect((await control('GET next')).body.queued).toHaveLength(0);
    expect(mock.world(name).queued).toHaveLength(1);
    expect((await ask(call, 'Hi.', inWorld)).status).toBe(418);
  });

  test('is the id of a session and of an index', async () => {
    const sessions = [{ session_id: name, last_updated_at: '2026-04-01T00:00:00.000000' }];
    const mock = createChatMock({ sessions, speed: 'instant' });
    const { call } = controlled({ sessions: [{ ...sessions[0], turns: [], scenarios: [] } as never] });
    expect((await call(`GET /api/v1/chat/${name}/summary`)).status).toBe(200);
    const answer = await call(`POST /api/v1/chat/${name}/messages/stream`, { body: { prompt: '', index_ids: [name] } });
    expect(await answer.text()).toContain(`"${name}"`);
    expect(mock.sessionCount).toBe(1);
  });

  test('is the name of a hold', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: [{ hold: name }, { text: 'On.' }] } });
    const answer = await ask(call);
    await control('POST streams/wait', { match: { hold: name } });
    expect(await control(`POST holds/${name}/release`)).toEqual({ status: 200, body: { released: 1 } });
    expect(await answer.text()).toContain('On.');
  });

  test('reaches the client in what a scenario sends', async () => {
    const { call, control } = controlled();
    const step = `{"tool":"a","arguments":${json(name, { deep: [1] })},"result":[${json(name, 'r')}]}`;
    const event = `{"event":{"type":"tool_result","name":"a","call_id":"b","result":${json(name, 1)}}}`;
    const violates = '"violates":["stream.results-pair"]';
    await control('POST next', `{"scenario":{"steps":[${step},${event}],${violates},"headers":${json(name, 'h')}}}`);
    const answer = await ask(call);
    expect(answer.headers.get(name)).toBe('h');
    const text = await answer.text();
    expect(text).toContain(`"arguments":${json(name, { deep: [1] })}`);
    expect(text).toContain(`"result":[${json(name, 'r')}]`);
    expect(text).toContain(`"result":${json(name, 1)}`);
    await control('POST next', `{"scenario":{"status":400,"body":${json(name, 1)}}}`);
    expect(await (await ask(call)).text()).toBe(json(name, 1));
  });

  test('is checked like any other name in a file', () => {
    const problemOf = (text: string) => {
      const read = parseScenario({ file: 'x.yaml', text, compilePattern });
      return 'problems' in read ? read.problems.map(({ line, message }) => `${line} ${message}`) : read.value;
    };
    const unknown = [expect.stringContaining(`2 unknown key "${name}"`)];
    expect(problemOf(`scenario: x\n${name}: 1\nsteps: [{ text: a }]`)).toEqual(unknown);
    expect(problemOf(`scenario: x\nwhen: { ${name}: 1 }\nsteps: [{ text: a }]`)).toEqual(unknown);
    expect(problemOf(`scenario: x\npace: ${name}\nsteps: [{ text: a }]`)).toEqual([expect.stringMatching(/^2 /)]);
    expect(problemOf(`scenario: x\nsteps: [{ ${name}: a }]`)).toEqual([
      expect.stringMatching(`^2 step 1 is "${name}". Steps are: `),
    ]);
    expect(problemOf(`scenario: x\nstatus: 200\nheaders: { ${name}: 5 }`)).toEqual([
      expect.stringMatching(`^3 "${name}" must be a string`),
    ]);
    expect(problemOf(`scenario: x\nsteps: [{ tool: a, arguments: { ${name}: { b: 1 } } }]`)).toEqual({
      scenario: 'x',
      steps: [{ tool: 'a', arguments: object(name, { b: 1 }) }],
    });
  });

  test('is not an option of a program', () => {
    const option = object(name, 1);
    expect(() => createChatMock(option)).toThrow(`unknown key "${name}"`);
    expect(() => createChatMock({ choices: option })).toThrow(`unknown key "${name}"`);
    expect(() => createChatMock({ edition: name as never })).toThrow('is not allowed');
    const mock = createChatMock();
    expect(() => mock.next(name)).toThrow('there is no scenario');
    expect(() => mock.next('on-time', option)).toThrow(`unknown key "${name}"`);
    expect(() => mock.journal.find(option)).toThrow(`unknown key "${name}"`);
    expect(mock.journal.find({ body: object(name, 1) as never })).toEqual([]);
  });
});
