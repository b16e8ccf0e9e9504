import { describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { controlled } from '../support/control.ts';

const steps = [{ text: 'Hello.' }];
const reserved = [
  ...['trailer', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'te', 'upgrade'],
  ...['proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
];

/** What no server could send, where the fault is, and a part of what is said of it. */
const unsendable: readonly (readonly [what: string, answer: object, place: string, message: string])[] = [
  ...reserved.map(
    (name) => [name, { steps, headers: { [name]: 'x' } }, name, `the server sets "${name}" itself`] as const,
  ),
  [
    'a reserved header in capitals',
    { status: 500, headers: { 'Content-Length': '3' } },
    'Content-Length',
    '"content-length"',
  ],
  ['a reserved header left out', { status: 500, headers: { connection: null } }, 'connection', 'the server sets'],
  ['a header twice', { steps, headers: { 'x-a': '1', 'X-A': '2' } }, 'X-A', 'is the same header as "x-a"'],
  ['more values than a header may have', { steps, headers: { 'x-a': Array(101).fill('b') } }, 'x-a', '100'],
  ['a line end in a value', { steps, headers: { 'x-a': 'b\r\nx-b: c' } }, 'x-a', 'must be one line of Latin-1'],
  ['a lone line feed', { steps, headers: { 'x-a': 'b\nc' } }, 'x-a', 'must be one line of Latin-1'],
  ['a control character', { steps, headers: { 'x-a': 'b\u0000' } }, 'x-a', 'must be one line of Latin-1'],
  ['a delete', { steps, headers: { 'x-a': '\u007f' } }, 'x-a', 'must be one line of Latin-1'],
  ['a character beyond Latin-1', { steps, headers: { 'x-a': '€' } }, 'x-a', 'must be one line of Latin-1'],
  ['a name with a line end', { steps, headers: { 'x-a\r\nb': 'c' } }, 'x-a\r\nb', 'must be a header name'],
  ['a name with a colon', { steps, headers: { 'x:a': 'c' } }, 'x:a', 'must be a header name'],
  ['a name beyond ASCII', { steps, headers: { 'x-ä': 'c' } }, 'x-ä', 'must be a header name'],
  ['no name', { steps, headers: { '': 'c' } }, '', 'must be a header name'],
  ...[100, 101, 103, 199].map((status) => [`status ${status}`, { status }, 'status', 'must be at least 200'] as const),
  ...[204, 205, 304].map(
    (status) =>
      [
        `a body with ${status}`,
        { status, body: { a: 1 } },
        'body',
        `an answer with status ${status} has no body`,
      ] as const,
  ),
];

describe.each(unsendable)('%s is refused', (_, answer, place, message) => {
  const inline = answer as InlineScenario;
  const refusal = expect.objectContaining({ code: 'bad_argument', message: expect.stringContaining(message) });

  test('in a file, with its line', () => {
    const text = `${JSON.stringify({ scenario: 'x', ...answer }, null, 1)}\n`;
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.trim().startsWith(`${JSON.stringify(place)}:`));
    const result = parseScenario({ file: 'x.json', text });
    const [problem, ...more] = 'problems' in result ? result.problems : [];
    expect([problem?.line, problem?.message, more]).toEqual([at + 1, expect.stringContaining(message), []]);
  });

  test('from a program, however it comes in', () => {
    const mock = createChatMock();
    const scenario = { ...inline, scenario: 'x' };
    expect(() => createChatMock({ scenarios: [scenario] })).toThrow(refusal);
    expect(() => mock.replaceScenarios([scenario])).toThrow(refusal);
    expect(() => mock.next(inline)).toThrow(refusal);
    expect(() => mock.world('a').next(scenario, { operation: '*' })).toThrow(refusal);
    expect(() => mock.setChaos([{ answer: inline }])).toThrow(refusal);
    expect([mock.queued, mock.chaos]).toEqual([[], []]);
  });

  test('over the control API', async () => {
    const { control, mock } = controlled();
    const error = { code: 'bad_body', message: expect.stringContaining(message) };
    expect(await control('POST next', { scenario: answer })).toEqual({ status: 400, body: { error } });
    expect(await control('PUT chaos', { rules: [{ answer }] })).toEqual({ status: 400, body: { error } });
    expect([mock.queued, mock.chaos]).toEqual([[], []]);
  });
});

test.each([
  { steps, headers: { 'x-a': 'b\u00ff\t!', date: 'then', 'set-cookie': 'a=b', 'content-encoding': 'gzip' } },
  { status: 204 },
  { status: 304, body: null, headers: { etag: '"a"' } },
  { status: 599, body: '' },
])('%j is not a mistake', (answer) => {
  expect(() => createChatMock().next(answer)).not.toThrow();
});

test.each(['stream_content_type', 'stream_cache_control', 'stream_accel_buffering', 'www_authenticate'])(
  'the choice %s must be what a header can carry',
  (name) => {
    expect(() => createChatMock({ choices: { [name]: 'ä ok' } })).not.toThrow();
    for (const value of ['a\nb', '日本', '\u0001'])
      expect(() => createChatMock({ choices: { [name]: value } })).toThrow(`$.choices.${name}: `);
  },
);
