import { describe, expect, test } from 'vitest';
import { parseChoices } from '../../src/scenario/parse-choices.ts';
import { parseIndexFixtures, parseSessionFixture } from '../../src/scenario/parse-fixtures.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';

type Parse = (source: { file: string; text: string }) => object;

function say(parse: Parse, text: string, file = 'x.yaml'): string[] {
  const result = parse({ file, text });
  if (!('problems' in result)) return [];
  return (result.problems as { file: string; line: number; column: number; message: string }[]).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

const steps = 'think, text, tool, together, wait_ms, event, stop, fail';

describe('a scenario', () => {
  test.each([
    ['a step nobody knows', '- txet: hi', [`3:5 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`]],
    ['a step far from any', '- banana: hi', [`3:5 step 1 is "banana". Steps are: ${steps}.`]],
    ['a step that is no map', '- hello', [`3:5 step 1 must be a map with one of: ${steps}`]],
    ['two verbs', '- text: a\n    fail: b', ['3:5 step 1 is both "text" and "fail"; make it two steps']],
    [
      'a key of no step',
      '- tool: a\n    retrun: 1',
      ['4:5 unknown key "retrun". Allowed here: tool, arguments, takes_ms, result, image.'],
    ],
    [
      'a nested key',
      '- tool: a\n    image: { source: a, source_id: b, attachment_name: c }',
      ['4:14 unknown key "source". Allowed here: source_id, attachment_name.'],
    ],
    ['a wrong type', '- wait_ms: soon', ['3:14 "wait_ms" must be a number, not "soon"']],
    [
      'a missing key',
      '- tool: a\n    image: { source_id: b }',
      ['4:12 "attachment_name" is missing; it must be a string'],
    ],
    [
      'steps after the end',
      '- fail: a\n  - text: b',
      ['3:5 stop and fail end the turn, so they must be the last step'],
    ],
    ['deltas that do not add up', '- text: abc\n    deltas: [a, b]', ['4:5 deltas, joined, must equal the text']],
    [
      'deltas of a template',
      '- text: "{{company.name}}"\n    deltas: [a]',
      ['4:5 deltas cannot be given for a text with {{…}} templates'],
    ],
    ['an event of no kind', '- event: { type: txt }', [expect.stringMatching(/^3:\d+ no event of the API: /)]],
    ['an event without its keys', '- event: { type: text }', [expect.stringMatching(/^3:\d+ no event of the API: /)]],
  ])('%s is told with its place', (_, step, problems) => {
    expect(say(parseScenario, `scenario: x\nsteps:\n  ${step}\n`)).toEqual(problems);
  });

  test.each([
    [
      'an unknown key',
      'scenario: x\nsteps: [{ text: a }]\nwhne: {}',
      ['3:1 unknown key "whne"; did you mean "when"? Allowed here: scenario, description, when, pace, steps.'],
    ],
    [
      'a name that is not the file’s',
      'scenario: y\nsteps: [{ text: a }]',
      ['1:11 the name must equal the file\'s: "x", not "y"'],
    ],
    [
      'a regex that does not compile',
      'scenario: x\nwhen: { prompt: { regex: "(" } }\nsteps: [{ text: a }]',
      [expect.stringMatching(/^2:\d+ Invalid regular expression/)],
    ],
    ['no steps', 'scenario: x\nsteps: []', [expect.stringMatching(/^2:8 /)]],
    ['nothing', '', ['1:1 the file is empty']],
    ['a key twice', 'scenario: x\nscenario: x\nsteps: [{ text: a }]', ['2:1 Map keys must be unique']],
    ['a tab', 'scenario: x\nsteps:\n\t- text: a', [expect.stringMatching(/^3:1 Tabs are not allowed/), ...[]]],
    ['an unknown alias', 'scenario: x\nsteps: [{ text: *a }]', [expect.stringContaining('alias')]],
    [
      'two faults at once',
      'scenario: x\nsteps:\n  - txet: a\n  - wait_ms: b\npaec: {}',
      [
        `3:5 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`,
        '4:14 "wait_ms" must be a number, not "b"',
        '5:1 unknown key "paec"; did you mean "pace"? Allowed here: scenario, description, when, pace, steps.',
      ],
    ],
  ])('%s is told with its place', (_, text, problems) => {
    const said = say(parseScenario, text);
    expect(said.slice(0, problems.length)).toEqual(problems);
  });

  test('an alias bomb is refused', () => {
    const text = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`).join('\n')}`;
    expect(say(parseScenario, text)).toEqual([expect.stringContaining('alias')]);
  });

  test('JSON is accepted too', () => {
    expect(parseScenario({ file: 'x.json', text: '{"scenario": "x", "steps": [{"text": "a"}]}' })).toEqual({
      value: { scenario: 'x', steps: [{ text: 'a' }] },
    });
  });
});

test('a session fixture is judged in its turns’ steps too', () => {
  const text =
    'session_id: a\nlast_updated_at: 2027-01-01T00:00:00.000000\nturns:\n  - prompt: hi\n    steps:\n      - txet: a\n';
  expect(say(parseSessionFixture, text)).toEqual([`6:9 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`]);
  expect(say(parseSessionFixture, text.replace('txet', 'text'))).toEqual([
    '2:18 must be before 2026-04-22T12:34:41.342245, where time in data starts',
  ]);
  expect(say(parseSessionFixture, 'session_id: a\nlast_updated_at: yesterday')).toEqual([
    expect.stringMatching(/^2:18 "last_updated_at" must be a timestamp/),
  ]);
  expect(
    say(
      parseSessionFixture,
      'session_id: a\nlast_updated_at: 2026-01-01T00:00:00.000000\nturns: [{ prompt: "{{a.b}}" }]',
    ),
  ).toEqual([expect.stringMatching(/^3:9 a session has no/)]);
});

test('an index fixture needs what the API shows, and files', () => {
  expect(say(parseIndexFixtures, '- id: a\n  fiels: []')).toContain(
    '2:3 unknown key "fiels"; did you mean "files"? Allowed here: id, name, description, project_id, source_directory_id, output_directory_id, sync_config_id, export_config_id, created_at, updated_at, last_synced_at, last_exported_at, metadata, files, reachable.',
  );
});

test('choices: each row within what it allows', () => {
  expect(say(parseChoices, 'sse_newline: crfl\npage_size_max: 0\ntitle_suffix: "a\\nb"\nechoo: 1')).toEqual([
    '1:14 "crfl" is not allowed; did you mean "crlf"? Allowed: lf, crlf.',
    expect.stringMatching(/^2:16 "page_size_max" /),
    '3:15 "title_suffix" must be one line',
    expect.stringMatching(/^4:1 unknown key "echoo"/),
  ]);
  expect(parseChoices({ file: 'c.yaml', text: 'sse_ids: true\nsse_retry_ms: null' })).toEqual({
    value: { sse_ids: true, sse_retry_ms: null },
  });
});
