import { beforeAll, describe, expect, test } from 'vitest';
import { checkAnswer } from '../../src/scenario/check-answer.ts';
import { parseSessionFixture } from '../../src/scenario/parse-fixtures.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { type CreateFill, loadFill } from '../../src/scenario/template.ts';
import { instantMock, newSession, readEvents } from '../support/client.ts';
import { askIn, controlled } from '../support/control.ts';

let createFill: CreateFill;
beforeAll(async () => {
  createFill = await loadFill();
});

const messages = (scenario: InlineScenario, withFill = true) =>
  checkAnswer(scenario, withFill ? createFill : undefined).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('literal braces', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: such a text is what this is about.
  const vue = 'In Vue write <p>{{ user.name }}</p>, in a workflow ${{ secrets.KEY }}, in React style={{ color }}.';
  const escaped = vue.replaceAll('{{', '{{{{');

  test.each<[string, InlineScenario, string]>([
    ['think', { steps: [{ think: escaped }] }, 'thinking'],
    ['text', { steps: [{ text: escaped }] }, 'text'],
    ['text beside a template', { steps: [{ text: `${escaped} {{helpers.slugify(x)}}` }] }, 'text'],
    ['fail', { steps: [{ fail: escaped }] }, 'stop'],
    ['arguments', { steps: [{ tool: 'a', arguments: { deep: [{ er: escaped }] } }] }, 'tool_call'],
    ['result', { steps: [{ tool: 'a', result: [escaped] }] }, 'tool_result'],
    ['together', { steps: [{ together: [{ tool: 'a', result: escaped }] }] }, 'tool_result'],
  ])('can be written in %s', async (_, scenario, type) => {
    expect(messages(scenario)).toEqual([]);
    const { control, call } = controlled();
    expect((await control('POST next', { scenario })).status).toBe(201);
    const events = await readEvents(await askIn(call, await newSession(call)));
    expect(JSON.stringify(events.find((event) => event.type === type))).toContain(vue);
  });

  test.each([
    ['{{{{', '{{'],
    ['{{{{{ body }}}', '{{{ body }}}'],
    ['{{{{{{{{', '{{{{'],
    ['}} and }}}}', '}} and }}}}'],
    ['{{{{{{helpers.slugify(x)}}}}', '{{x}}'],
    ['{"a":{"b":{}}}', '{"a":{"b":{}}}'],
  ])('%s is %s', async (written, shown) => {
    const { mock, call } = instantMock({ scenarios: [{ scenario: 'a', steps: [{ text: written }] }] });
    const events = await readEvents(await askIn(call, await newSession(call), '/a'));
    expect(events.find(({ type }) => type === 'text')).toEqual({ type: 'text', content: shown });
    expect(mock.streams).toHaveLength(1);
  });

  test('are those of the text where the deltas are given', () => {
    expect(messages({ steps: [{ text: 'a {{{{ b', deltas: ['a {', '{ b'] }] })).toEqual([]);
    expect(messages({ steps: [{ text: 'a {{{{ b', deltas: ['a {{', '{{ b'] }] })).toHaveLength(1);
  });

  test('can be written in a session too, in its prompts and its answers', async () => {
    const text = `session_id: ses-braces
last_updated_at: 2026-01-01T00:00:00.000000
turns:
  - prompt: What is {{{{ a }}?
    steps: [{ text: "{{{{ a }} is a variable." }]
`;
    const parsed = parseSessionFixture({ file: 'a.yaml', text });
    if (!('value' in parsed)) throw new Error(JSON.stringify(parsed.problems));
    const { call } = instantMock({ sessions: [parsed.value] });
    const { events } = (await (await call('GET /api/v1/chat/ses-braces')).json()) as { events: { content?: string }[] };
    expect(events.map(({ content }) => content).filter((content) => content?.includes('{'))).toEqual([
      'What is {{ a }}?',
      '{{ a }} is a variable.',
    ]);
    const wrong = parseSessionFixture({ file: 'a.yaml', text: text.replaceAll('{{{{', '{{') });
    expect('problems' in wrong && wrong.problems.map(({ line, message }) => [line, message.slice(0, 35)])).toEqual([
      [4, 'a session has no {{…}} templates; w'],
      [5, 'a session has no {{…}} templates; w'],
    ]);
  });

  test('what the generated agent says of a prompt stays as it was asked', async () => {
    const { call } = instantMock();
    const events = await readEvents(
      await askIn(call, await newSession(call), 'What is {{{{ a }} and {{company.name}}?'),
    );
    expect(JSON.stringify(events)).not.toMatch(/[^{]\{\{ a/);
  });
});

describe('a template that is none', () => {
  test.each([
    ['{{company.nam}}', 'did you mean "{{company.name}}"?'],
    ['{{person.fullname}}', 'did you mean "{{person.fullName}}"?'],
    ['{{name.firstName}}', 'did you mean "{{person.firstName}}"?'],
    ['{{address.city}}', 'did you mean "{{location.city}}"?'],
    ['{{internet.userName}}', 'did you mean "{{internet.username}}"?'],
    ['{{datatype.uuid}}', 'did you mean "{{string.uuid}}"?'],
    ['{{user.name}}', 'did you mean "{{person.fullName}}"?'],
    ['{{fullName}}', 'did you mean "{{person.fullName}}"?'],
    ['{{email}}', 'did you mean "{{internet.email}}"?'],
    ['{{company}}', 'did you mean "{{company.name}}"?'],
    ['{{ company.name }}', 'did you mean "{{company.name}}"?'],
    ['{{ secrets.KEY }}', 'For literal braces write {{{{ secrets.KEY }}'],
    ['style={{ color: 1 }}', 'For literal braces write {{{{ color: 1 }}'],
    ['{{constructor.name}}', 'cannot be filled'],
  ])('%s is refused: %s', (text, advice) => {
    expect(messages({ steps: [{ text }] })).toEqual([expect.stringContaining(advice)]);
  });
});

describe('a fault that the turn never reaches is refused', () => {
  const steps = [
    { text: 'a b c', deltas: ['a', ' b', ' c'] },
    { text: 'd', deltas: ['d'] },
  ]; // 4 + 2 events, and a stop.
  const named = [{ text: '{{person.firstName}} and {{company.name}}.' }];

  test.each<[string, InlineScenario, string[]]>([
    [
      'an end',
      { steps, ends: { after: { event: 8 }, how: 'truncate' } },
      ['ends.after.event: there is no event 8; the turn has 7'],
    ],
    ['the last event', { steps, ends: { after: { event: 7 }, how: 'truncate' } }, []],
    [
      'an end after events that are dropped',
      { steps, wire: { drop: [1, 2] }, ends: { after: { event: 6 }, how: 'close' } },
      ['ends.after.event: there is no event 6; the client receives 5'],
    ],
    [
      'an end after events that are doubled',
      { steps, wire: { duplicate: [1] }, ends: { after: { event: 8 }, how: 'close' } },
      [],
    ],
    [
      'a drop after the end',
      { steps, wire: { drop: [5] }, ends: { after: { event: 3 }, how: 'close' } },
      ['wire.drop.0: there is no event 5; the turn ends before it'],
    ],
    ['a drop before the end', { steps, wire: { drop: [2, 4] }, ends: { after: { event: 3 }, how: 'close' } }, []],
    [
      'a swap of the last',
      { steps, wire: { swap: [6, 7] } },
      ['wire.swap.1: event 7 is the last; there is no next one to change places with'],
    ],
    [
      'an end after bytes',
      { steps, ends: { after: { byte: 100_000 }, how: 'reset' } },
      [expect.stringMatching(/^ends\.after\.byte: there is no byte 100000; the turn has fewer than \d+$/)],
    ],
    [
      'an end after time',
      { steps: [{ wait_ms: 500 }, ...steps], pace: { first_ms: 0 }, ends: { after: { ms: 5000 }, how: 'hang' } },
      [expect.stringMatching(/^ends\.after\.ms: the turn is over by then; it takes \d{3} ms at most$/)],
    ],
    ['an end within the time', { steps: [{ wait_ms: 500 }, ...steps], ends: { after: { ms: 800 }, how: 'hang' } }, []],
    // With templates, whose length is a matter of chance.
    [
      'an end beyond templates',
      { steps: named, ends: { after: { event: 60 }, how: 'truncate' } },
      [expect.stringMatching(/^ends\.after\.event: there is no event 60; the turn has \d+$/)],
    ],
    ['an end within templates', { steps: named, ends: { after: { event: 4 }, how: 'truncate' } }, []],
    [
      'a drop beyond templates',
      { steps: named, wire: { drop: [60] } },
      [expect.stringContaining('wire.drop.0: there is no event 60')],
    ],
    [
      'a duplicate beyond templates',
      { steps: named, wire: { duplicate: [60] } },
      [expect.stringContaining('wire.duplicate.0: there is no event 60')],
    ],
    [
      'a swap beyond templates',
      { steps: named, wire: { swap: [60] } },
      [expect.stringContaining('wire.swap.0: there is no event 60')],
    ],
  ])('%s', (_, scenario, expected) => {
    expect(messages(scenario)).toEqual(expected);
  });

  test('a template that cannot be filled is the only mistake', () => {
    const scenario: InlineScenario = {
      steps: [{ text: '{{company.nam}}' }],
      ends: { after: { event: 99 }, how: 'close' },
    };
    expect(messages(scenario)).toEqual([expect.stringContaining('steps.0.text: {{company.nam}} cannot be filled')]);
  });

  test('in a program too, as far as it can know', () => {
    const at = (event: number): InlineScenario => ({ steps: named, ends: { after: { event }, how: 'truncate' } });
    expect(messages(at(60), false)).toEqual([]);
    expect(messages(at(100_000), false)).toHaveLength(1);
  });
});
