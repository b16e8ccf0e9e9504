import { faker } from '@faker-js/faker/locale/en';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { type CreateFill, loadFill } from '../../src/scenario/template.ts';
import { thinned } from '../support/runs.ts';

const billion = 1_000_000_000;
/** What asks one function or another for more than a machine has. */
const greedy = [
  `${billion}`,
  `"${billion}"`,
  `{ "variant": "${billion}" }`,
  `"x", ${billion}`,
  `["x"], ${billion}`,
  `["a", "b"], ${billion}`,
  `"[a-z]{${billion}}.{${billion}}"`,
  `"a\\u007b${billion}}"`,
  '"a{9999}b{1,9999}"',
  `{ "length": ${billion} }`,
  `{ "max": ${billion} }`,
  `{ "extensionCount": ${billion} }`,
  `{ "fractionDigits": ${billion} }`,
  `{ "length": "${billion}" }`,
  `{ "length": [["1e9"]] }`,
  `{ "length": { "min": ${billion}, "max": ${billion} } }`,
  `{ "a": { "length": -${billion} }, "length": ${billion} }`,
  `{ "length": ${billion}, "memorable": true }`,
  `{ "from": "2000-01-01", "to": "2999-01-01", "count": ${billion} }`,
  `{ "min": ${billion}, "max": ${billion} }`,
  `{ "min": 0, "max": 1e308 }`,
];

let createFill: CreateFill;
beforeAll(async () => {
  createFill = await loadFill();
});
const fill = (text: string) => createFill()(text, createRandom(1));

const functions = Object.entries(faker).flatMap(([module, members]) =>
  Object.entries(members as object).flatMap(([name, member]) =>
    typeof member === 'function' ? [`${module}.${name}`] : [],
  ),
);

test('whatever a function of faker is asked for, it gives little or refuses', () => {
  expect(functions.length).toBeGreaterThan(200);
  const sizes = thinned(functions, 4).flatMap((name) => greedy.map((given) => sizeOf(`{{${name}(${given})}}`)));
  expect(Math.max(...sizes)).toBeLessThan(70_000);
});

function sizeOf(template: string): number {
  try {
    return fill(template).length;
  } catch (error) {
    if (error instanceof Error) return error.message.length;
    throw error;
  }
}

test.each([
  ['letters', '{{string.alpha(1000000000)}}', 'a number of more than 10000, which only number, date and amounts take'],
  ['words', '{{lorem.words(10001)}}', 'a number of more than 10000'],
  ['words in all', '{{lorem.sentences(5000)}}', 'more than 10000 random choices'],
  ['paragraphs', '{{lorem.paragraphs({"min": 9000, "max": 10000})}}', 'more than 10000 random choices'],
  ['a length', '{{string.alpha({"length": 10001})}}', 'a number of more than 10000'],
  ['repeats', '{{helpers.fromRegExp("a{5001}b{5000}")}}', 'a number of more than 10000'],
  ['dates', '{{date.betweens({"from": "2000-01-01", "to": "2001-01-01", "count": 20000})}}', 'a number of more than'],
  ['arguments', `{{helpers.slugify("${'x'.repeat(1000)}")}}`, 'more than 1000 characters between its braces'],
])('too many %s are a mistake in a file, with their place', (_, text, message) => {
  const source = JSON.stringify({ scenario: 'x', steps: [{ wait_ms: 1 }, { text }] });
  const read = parseScenario({ file: 'x.json', text: source, createFill });
  expect(read).toMatchObject({ problems: [{ line: 1, message: expect.stringContaining(message) }] });
});

describe('templates of one turn add up', () => {
  const scenario = (count: number, template: string) =>
    JSON.stringify({ scenario: 'x', steps: Array(count).fill({ fail: template }), violates: ['stream.ends-once'] });
  const problemsOf = (text: string) => {
    const read = parseScenario({ file: 'x.json', text, createFill });
    return 'problems' in read ? read.problems.map((problem) => problem.message) : [];
  };

  test('their number', () => {
    expect(problemsOf(scenario(1000, '{{person.firstName}}'))).toEqual([]);
    expect(problemsOf(scenario(1001, '{{person.firstName}}'))).toEqual([
      '{{person.firstName}} cannot be filled: it asks for more than 1000 templates',
    ]);
  });

  test('their choices', () => {
    expect(problemsOf(scenario(5, '{{string.alpha(9000)}}'))).toEqual([]);
    expect(problemsOf(scenario(6, '{{string.alpha(9000)}}'))).toEqual([
      '{{string.alpha(9000)}} cannot be filled: it asks for more than 50000 random choices and repeats in one turn',
    ]);
  });

  test('their repeats', () => {
    expect(problemsOf(scenario(6, '{{helpers.fromRegExp("a{9999}")}}'))).toEqual([
      '{{helpers.fromRegExp("a{9999}")}} cannot be filled: it asks for more than 50000 random choices and repeats in one turn',
    ]);
  });
});

test.each([
  'number.int({"min": 1000000, "max": 9000000})',
  'finance.amount(1000000, 2000000)',
  'commerce.price({"max": 50000})',
  'helpers.arrayElement([1000000, 2000000])',
  'date.between({"from": 1600000000000, "to": 1700000000000})',
  'commerce.upc({"prefix": "0123456789"})',
  'phone.number',
])('numbers that are values may be large: {{%s}}', (name) => {
  expect(fill(`{{${name}}}`)).not.toBe('');
});

test.each([
  ['string.constructor', 'there is no string.constructor'],
  ['constructor.constructor', 'there is no module "constructor"'],
  ['helpers.hasOwnProperty', 'there is no helpers.hasOwnProperty'],
  ['helpers.toString', 'there is no helpers.toString'],
  ['string.faker', 'there is no string.faker'],
  ['fakerCore.randomizer', 'there is no module "fakerCore"'],
  ['seed.call', 'there is no module "seed"'],
  ['helpers.fake("a")', 'helpers.fake is not available in scenarios'],
  ['helpers.arrayElement(["{{music.genre}}"])', 'a template cannot stand in the arguments of another'],
  ['helpers.mustache("a", {})', 'helpers.mustache is not available in scenarios'],
  ['person.fristName', 'there is no person.fristName; did you mean "{{person.firstName}}"?'],
  ['preson.firstName', 'there is no module "preson"; did you mean "{{person.firstName}}"?'],
])('{{%s}} is refused', (name, message) => {
  expect(() => fill(`{{${name}}}`)).toThrow(message);
});

test('fake data is what faker itself makes of the same seed', () => {
  const texts = [
    '{{person.fullName}} of {{company.name}} owes {{finance.amount(1, 2)}} EUR, {{string.alpha({"length": 5})}}.',
    '{{airline.airline}} {{animal.dog}} {{helpers.fromRegExp([A-Z]{3})}}',
    '{{location.city_prefix}} {{lorem.text}} {{{word.noun}}} {{helpers.arrayElements(["a", "b"])}}',
    '{{date.between({"from": "2020-01-01", "to": "2030-01-01"})}}',
  ];
  for (const text of texts) {
    faker.seed(createRandom(1).integer(0, 0x7fff_ffff));
    expect(fill(text)).toBe(faker.helpers.fake(text));
  }
});

test('dates that are relative to today are the same on every day', () => {
  expect(fill('{{date.recent}}')).toContain('Apr 2');
  expect(fill('{{date.soon}}')).toContain('2026');
});

test('who shares faker with the mock keeps his seed', () => {
  faker.seed(7);
  const expected = faker.number.int();
  faker.seed(7);
  fill('{{person.fullName}}');
  expect(faker.number.int()).toBe(expected);
});

test('a text of nothing but open templates is read once', () => {
  const text = '{{a.b('.repeat(100_000);
  expect(fill(text)).toBe(text);
});
