import { describe, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { compilePattern } from '../../src/node/compile-pattern.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { ask, controlled } from '../support/control.ts';

/** Each takes RegExp longer than anyone waits for, on a text of 40 characters or more. */
const hurtful = ['^(a+)+$', '^(a|a)*$', '(.*)*=(.*)*;', '^(([a-z])+.)+[A-Z]([a-z])+$', '(a|aa)+$', '(x+x+)+y'];
const text = `${'a'.repeat(900)}!`;

test.each(hurtful)('%s is answered at once, wherever a pattern may stand', async (regex) => {
  const scenario = { scenario: 'never', when: { prompt: { regex } }, steps: [{ text: 'No.' }] };
  const { control, call, mock } = controlled({ scenarios: [scenario] });
  const match = { body: { prompt: { regex } } };
  await control('POST next', { scenario: { steps: [{ text: 'No.' }] }, match });
  await control('PUT chaos', { rules: [{ match, answer: { status: 500 } }] });
  expect((await ask(call, text)).status).toBe(200);
  expect(await control('POST journal/verify', { match, count: 0 })).toMatchObject({ status: 200 });
  expect(await control('POST journal/wait', { match, timeout_ms: 0 })).toMatchObject({ status: 408 });
  expect(await control('POST streams/wait', { match: { scenario: { regex } }, timeout_ms: 0 })).toBeDefined();
  expect(mock.queued).toHaveLength(1);
});

/** What a pattern says in JavaScript, where the engine agrees. */
test.each([
  [{ regex: '^Q\\d', flags: 'i' }, ['q3', 'Q1 and'], ['the q3', 'QQ']],
  [{ regex: '(?<year>20\\d\\d)' }, ['in 2024'], ['in 1999']],
  [{ regex: 'Größe|naïve', flags: 'iu' }, ['GRÖSSE naïve', 'größe'], ['gross']],
  [{ regex: '^b', flags: 'm' }, ['a\nb'], ['ab']],
  [{ regex: 'a.b', flags: 's' }, ['a\nb'], ['ab']],
  [{ regex: 'a.b' }, ['a b'], ['a\nb']],
  [{ regex: 'b', flags: 'y' }, ['bc'], ['ab']],
  [{ regex: 'b|a', flags: 'gy' }, ['ab'], ['cab']],
  [{ regex: '\\p{L}{3}\\u{1F600}' }, ['abc😀'], ['ab😀']],
  [{ regex: 'a/b\\/c\\-d' }, ['a/b/c-d'], ['a/b']],
  [{ regex: '\\\\A' }, ['\\A'], ['A']],
  [{ regex: '' }, ['', 'a'], []],
])('%j matches and does not match', (pattern, yes, no) => {
  const matches = compilePattern(pattern);
  expect([...yes, ...no].filter(matches)).toEqual(yes);
});

const unsupported: readonly (readonly [pattern: { regex: string; flags?: string }, reason: string])[] = [
  [{ regex: '(' }, 'missing closing )'],
  [{ regex: 'a(?=b)' }, 'invalid or unsupported Perl syntax: `(?=`'],
  [{ regex: '(?<!a)b' }, 'invalid named capture: `(?<!a)b`'],
  [{ regex: '(a)\\1' }, 'invalid escape sequence: `\\1`'],
  [{ regex: '(?<n>a)\\k<n>' }, 'the escape \\k is not supported'],
  [{ regex: '[\\b]' }, 'invalid escape sequence: `\\b`'],
  [{ regex: 'a{1001}' }, 'invalid repeat count: `{1001}`'],
  [{ regex: '(?:a{50}){50}' }, 'invalid repeat count: `{50}`'],
  [{ regex: '(?:ab?c){400}' }, 'its repeats make it too large'],
  [{ regex: '\\p{Script=Greek}' }, 'invalid character class range'],
  [{ regex: '\\uD83D\\uDE00' }, 'the escape \\uD8 is not supported'],
  [{ regex: '[\\w--a]', flags: 'v' }, 'the set notation of the flag v is not supported'],
  [{ regex: 'a'.repeat(1025) }, 'it has 1025 characters; at most 1024 are allowed'],
  ...['\\A', '\\z', '\\Qa', '\\a', '\\pL', '\\x{41}', '\\c1'].map((regex) => [{ regex }, 'is not supported'] as const),
];

describe('what the engine cannot match is a mistake of whoever wrote it', () => {
  test.each(unsupported)('%j in a file, with its place', (prompt, reason) => {
    const file = { scenario: 'x', when: { prompt }, steps: [{ text: 'a' }] };
    const read = parseScenario({ file: 'x.json', text: JSON.stringify(file, null, 1), compilePattern });
    const message = expect.stringContaining(`the regex does not compile: Invalid regular expression:`);
    expect(read).toEqual({ problems: [{ file: 'x.json', line: 5, column: 13, message }] });
    expect(read).toMatchObject({ problems: [{ message: expect.stringContaining(reason) }] });
  });

  test.each(unsupported)('%j in a match and in a program', async (pattern, reason) => {
    const { control } = controlled();
    const rules = [{ latency_ms: 1, match: { path: pattern } }];
    const calls = [
      ['POST next', { scenario: { status: 200 }, match: { path: pattern } }, '$.match.path.regex'],
      ['POST next', { scenario: { status: 200 }, match: { body: { a: [1, pattern] } } }, '$.match.body.a[1].regex'],
      ['PUT chaos', { rules }, '$.rules[0].match.path.regex'],
      ['POST journal/verify', { match: { headers: { 'x-a': pattern } } }, '$.match.headers.x-a.regex'],
      ['POST journal/wait', { match: { status: pattern } }, '$.match.status.regex'],
      ['POST streams/wait', { match: { hold: pattern } }, '$.match.hold.regex'],
    ] as const;
    for (const [route, body, place] of calls) {
      const answer = await control(route, body);
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_body' } } });
      expect(answer.body.error.message).toContain(`${place}: the regex does not compile`);
      expect(answer.body.error.message).toContain(reason);
    }
    const mock = createChatMock();
    expect(() => mock.next({ status: 200 }, { match: { path: pattern } })).toThrow(reason);
    expect(() => mock.journal.find({ path: pattern })).toThrow(reason);
    expect(() => mock.setChaos(rules)).toThrow(reason);
    const scenarios = [{ scenario: 'x', when: { prompt: pattern }, steps: [{ text: 'a' }] }];
    expect(() => createChatMock({ scenarios })).toThrow(reason);
    expect(() => mock.replaceScenarios(scenarios)).toThrow(reason);
  });
});

test('flags that no regex has', () => {
  for (const flags of ['x', 'ii', 'uv', 'I'])
    expect(() => compilePattern({ regex: 'a', flags })).toThrow(
      'is not a set of regex flags. Allowed: d, g, i, m, s, u, v, y.',
    );
});

test('a text of 64 KB is looked through, a longer one matches nothing', () => {
  const matches = compilePattern({ regex: 'b$|^a' });
  expect(matches(`${'a'.repeat(65_535)}b`)).toBe(true);
  expect(matches('a'.repeat(65_537))).toBe(false);
});

test('a match is shown as it was given', async () => {
  const { control } = controlled();
  const match = { path: { regex: '^/api' }, headers: { 'x-a': { regex: 'b', flags: 'i' } } };
  const queued = await control('POST next', { scenario: { status: 200 }, match });
  expect(queued.body.match).toEqual(match);
  await control('PUT chaos', { rules: [{ latency_ms: 1, match }] });
  expect((await control('GET chaos')).body.rules).toMatchObject([{ match }]);
});

/** The rows of the table in docs/scenarios.md. */
test.each([
  ['\\s', '\u00a0', false],
  ['\\s', '\v', false],
  ['^.$', '\r', true],
  ['\\p{L}', 'é', true],
  ['^.$', '😀', true],
  ['[[:alpha:]]', 'x', true],
  ['(?i)STOP', 'stop', true],
  ['\\p{Greek}', 'α', true],
  ['\\x08', '\b', true],
])('what differs from JavaScript: %s in %j is %s', (regex, text, expected) => {
  expect(compilePattern({ regex })(text)).toBe(expected);
  expect(compilePattern({ regex: '^b', flags: 'm' })('a\rb')).toBe(false);
});
