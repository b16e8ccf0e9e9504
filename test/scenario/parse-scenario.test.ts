import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../src/node/compile-pattern.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';

function say(text: string, file = 'x.yaml'): string[] {
  const result = parseScenario({ file, text, compilePattern });
  return 'problems' in result ? result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`) : [];
}

const noTemplate = (braces: string) =>
  `"${braces}" is not a template; write {{module.method}}, as in {{company.name}}. For literal braces write {{${braces}`;
const noAnchor = 'repeats nothing: there is no anchor of that name before it';
const meant = (rule: string) => ` If that is meant, add violates: [${rule}].`;
const invalid = `.${meant('stream.event-schema')}`;
const eventTypes = 'thinking_delta, text_delta, thinking, text, user_input, tool_call, tool_result, stop';
const steps = 'think, text, tool, together, wait_ms, hold, event, raw, huge, stop, fail';

describe('a scenario', () => {
  test.each([
    ['a step nobody knows', '- txet: hi', [`3:5 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`]],
    ['a step far from any', '- banana: hi', [`3:5 step 1 is "banana". Steps are: ${steps}.`]],
    ['a step that is not a map', '- hello', [`3:5 step 1 is only the word "hello". Steps are: ${steps}.`]],
    ['two verbs', '- text: a\n    fail: b', ['3:5 step 1 is both "text" and "fail"; make it two steps']],
    [
      'a key of no step',
      '- tool: a\n    retrun: 1',
      ['4:5 unknown key "retrun". Allowed here: tool, arguments, takes_ms, result, image.'],
    ],
    [
      'a nested key',
      '- tool: a\n    image: { source: a, source_id: b, attachment_name: c }',
      ['4:14 unknown key "source"; did you mean "source_id"? Allowed here: source_id, attachment_name.'],
    ],
    ['a wrong type', '- wait_ms: soon', ['3:14 "wait_ms" must be a number, not "soon"']],
    [
      'a missing key',
      '- tool: a\n    image: { source_id: b }',
      ['4:12 "attachment_name" is missing; it must be a string'],
    ],
    ['steps after the end', '- fail: a\n  - text: b', [`3:5 events follow the stop.${meant('stream.ends-once')}`]],
    [
      'deltas that do not add up',
      '- text: abc\n    deltas: [a, b]',
      [`3:5 its deltas say "ab".${meant('stream.text-adds-up')}`],
    ],
    [
      'deltas of a template',
      '- text: "{{company.name}}"\n    deltas: [a]',
      ['4:5 deltas cannot be given for a text with {{…}} templates'],
    ],
    ['a template that is not closed', '- text: "{{company.name}"', [`3:11 ${noTemplate('{{company.name}')}`]],
    [
      'a template with blanks',
      '- fail: "Ask {{ person.firstName }}."',
      [`3:11 ${noTemplate('{{ person.firstName }}')}`],
    ],
    [
      'a template inside a parallel result',
      '- together:\n      - tool: a\n        result: [{ by: "{{person}}" }]',
      [`5:24 ${noTemplate('{{person}}')}`],
    ],
    [
      'a typo inside a parallel tool',
      '- together: [{ tool: a, takesms: 3 }]',
      ['3:27 unknown key "takesms"; did you mean "takes_ms"? Allowed here: tool, arguments, takes_ms, result, image.'],
    ],
    ['too little', '- wait_ms: -4', ['3:14 "wait_ms" must be at least 0, not -4']],
    ['no number', '- wait_ms: .nan', ['3:14 "wait_ms" must be a number, not NaN']],
    ['no steps in parallel', '- together: []', ['3:15 "together" must have at least 1 item, not 0']],
    ['a verb without value', '- text:', ['3:5 step 1 says nothing after "text"; write text: Hello.']],
    [
      'an event of no kind',
      '- event: { type: txt }',
      [`3:20 "txt" is not allowed; did you mean "text"? Allowed: ${eventTypes}${invalid}`],
    ],
    [
      'an event without a type',
      '- event: { content: a }',
      [`3:12 "type" is missing. Allowed: ${eventTypes}${invalid}`],
    ],
    [
      'an event without its keys',
      '- event: { type: text }',
      [`3:12 "content" is missing; it must be a string${invalid}`],
    ],
    [
      'a result event without result',
      '- event: { type: tool_result, name: a, call_id: b }',
      [`3:12 "result" is missing${invalid}`],
    ],
    [
      'an event with wrong types deep inside',
      '- event: { type: stop, usage: { turns: x }, is_error: maybe, error: null }',
      [
        `3:42 "turns" must be a number, not "x"${invalid}`,
        `3:57 "is_error" must be true or false, not "maybe"${invalid}`,
      ],
    ],
    [
      'a stop event that is not the last',
      '- event: { type: stop, usage: {}, is_error: false, error: null }\n  - text: a',
      [`3:5 events follow the stop.${meant('stream.ends-once')}`],
    ],
    [
      'an alias of nothing',
      '- text: *a\n  - text: *b',
      [`3:11 the alias *a ${noAnchor}`, `4:11 the alias *b ${noAnchor}`],
    ],
    [
      'an alias of what it stands in',
      '- tool: a\n    arguments: &a { x: *a }',
      ['4:24 the alias *a stands inside what it repeats'],
    ],
    ['an unknown tag', '- text: !foo a', ['3:11 Unresolved tag: !foo']],
  ])('%s is told with its place', (_, step, problems) => {
    expect(say(`scenario: x\nsteps:\n  ${step}\n`)).toEqual(problems);
  });

  test.each([
    [
      'an unknown key',
      'scenario: x\nsteps: [{ text: a }]\nwhne: {}',
      [
        '3:1 unknown key "whne"; did you mean "when"? Allowed here: scenario, description, when, pace, steps, wire, ends, status, headers, body, body_base64, delay_ms, violates.',
      ],
    ],
    [
      'a name that is not the file’s',
      'scenario: y\nsteps: [{ text: a }]',
      ['1:11 the name must equal the file\'s: "x", not "y"'],
    ],
    [
      'a regex that does not compile',
      'scenario: x\nwhen: { prompt: { regex: "(" } }\nsteps: [{ text: a }]',
      [expect.stringMatching(/^2:26 the regex does not compile: Invalid regular expression/)],
    ],
    [
      'flags that no regex has',
      'scenario: x\nwhen: { prompt: { regex: a, flags: zz } }\nsteps: [{ text: a }]',
      ['2:36 "zz" is not a set of regex flags. Allowed: d, g, i, m, s, u, v, y.'],
    ],
    [
      'a key that no kind of match has',
      'scenario: x\nwhen: { prompt: { equal: a }, turn: { form: 2 } }\nsteps: [{ text: a }]',
      [
        '2:19 unknown key "equal"; did you mean "equals"? Allowed here: equals, regex, flags.',
        '2:37 "from" is missing; it must be a number',
        '2:39 unknown key "form"; did you mean "from"? Allowed here: from.',
      ],
    ],
    [
      'a match of no possible type',
      'scenario: x\nwhen: { prompt: 3, turn: first }\nsteps: [{ text: a }]',
      ['2:17 "prompt" must be a string or a map, not 3', '2:26 "turn" must be a number or a map, not "first"'],
    ],
    [
      'a turn before the first',
      'scenario: x\nwhen: { turn: 0 }\nsteps: [{ text: a }]',
      ['2:15 "turn" must be at least 1, not 0'],
    ],
    [
      'a name that no file could have',
      'scenario: X Y\nsteps: [{ text: a }]',
      ['1:11 "scenario" must be of lower-case letters, digits and hyphens, like slow-tool, not "X Y"'],
    ],
    ['no name', 'steps: [{ text: a }]', ['1:1 "scenario" is missing; it must be a string']],
    ['no steps', 'scenario: x\nsteps: []', ['2:8 "steps" must have at least 1 item, not 0']],
    ['steps that are not a list', 'scenario: x\nsteps: { text: a }', ['2:8 "steps" must be a list, not {"text":"a"}']],
    ['a list', '- a', ['1:1 it must be a map, not ["a"]']],
    ['only a comment', '# later\n', ['1:1 the file is empty']],
    [
      'a second document',
      'scenario: x\nsteps: [{ text: a }]\n---\na: 1',
      ['3:1 a second document begins here; a file holds one, so remove the "---"'],
    ],
    ['nothing', '', ['1:1 the file is empty']],
    ['a key twice', 'scenario: x\nscenario: x\nsteps: [{ text: a }]', ['2:1 Map keys must be unique']],
    [
      'a key twice, and a typo',
      'scenario: x\nscenario: x\nsteps: [{ txet: a }]',
      ['2:1 Map keys must be unique', `3:9 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`],
    ],
    ['a tab', 'scenario: x\nsteps:\n\t- text: a', [expect.stringMatching(/^3:1 Tabs are not allowed/)]],
    [
      'an unknown key before another fault',
      'whne: {}\nscenario: x\nsteps: [{ wait_ms: soon }]',
      [
        '1:1 unknown key "whne"; did you mean "when"? Allowed here: scenario, description, when, pace, steps, wire, ends, status, headers, body, body_base64, delay_ms, violates.',
        '3:20 "wait_ms" must be a number, not "soon"',
      ],
    ],
    [
      'two faults at once',
      'scenario: x\nsteps:\n  - txet: a\n  - wait_ms: b\npaec: {}',
      [
        `3:5 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`,
        '4:14 "wait_ms" must be a number, not "b"',
        '5:1 unknown key "paec"; did you mean "pace"? Allowed here: scenario, description, when, pace, steps, wire, ends, status, headers, body, body_base64, delay_ms, violates.',
      ],
    ],
  ])('%s is told with its place', (_, text, problems) => {
    expect(say(text)).toEqual(problems);
  });

  test('an alias bomb is refused', () => {
    const text = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`).join('\n')}`;
    expect(say(text)).toEqual([expect.stringContaining('alias')]);
  });

  test('only the step that was meant is judged, however much is wrong inside it', () => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}: 1`);
    const said = say(`scenario: x\nsteps:\n  - tool: a\n    image: { ${keys.join(', ')} }\n`);
    expect(said).toHaveLength(32);
    expect(said.filter((problem) => !/source_id|attachment_name/.test(problem))).toEqual([]);
  });

  test('events keep keys that the API does not know, and gain none', () => {
    const text = 'scenario: x\nsteps: [{ event: { type: stop, usage: {}, is_error: false, error: null, extra: 1 } }]';
    const event = { type: 'stop', usage: {}, is_error: false, error: null, extra: 1 };
    expect(parseScenario({ file: 'x.yaml', text })).toEqual({ value: { scenario: 'x', steps: [{ event }] } });
  });

  test('templates may have arguments', () => {
    const text = '{{{company.name}}} {{finance.amount(1, 2)}} {{string.alpha({"length": 5})}}';
    const steps = [{ text }];
    expect(say(JSON.stringify({ scenario: 'x', steps }))).toEqual([]);
  });

  test('lines end in CR LF, or the file begins with a BOM: places stay true', () => {
    const text = 'scenario: x\nsteps:\n  - txet: a\n';
    const problem = `3:5 step 1 is "txet"; did you mean "text"? Steps are: ${steps}.`;
    expect(say(text.replaceAll('\n', '\r\n'))).toEqual([problem]);
    expect(say(`\uFEFF${text}`)).toEqual([problem]);
  });

  test('JSON is accepted too', () => {
    expect(parseScenario({ file: 'x.json', text: '{"scenario": "x", "steps": [{"text": "a"}]}' })).toEqual({
      value: { scenario: 'x', steps: [{ text: 'a' }] },
    });
  });
});
