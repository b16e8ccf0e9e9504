import { expect, test } from 'vitest';
import { parseChoices } from '../../src/scenario/parse-choices.ts';
import { parseIndexFixtures, parseSessionFixture } from '../../src/scenario/parse-fixtures.ts';

type Parse = (source: { file: string; text: string }) => object;

function say(parse: Parse, text: string, file = 'x.yaml'): string[] {
  const result = parse({ file, text });
  if (!('problems' in result)) return [];
  return (result.problems as { file: string; line: number; column: number; message: string }[]).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

const steps = 'think, text, tool, together, wait_ms, hold, event, raw, huge, stop, fail';

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

test.each([
  '2026-02-30T09:15:00.000000',
  '2026-04-21T25:15:00.000000',
  '2026-04-21T09:15:00',
  '2026-04-21T09:15:00.000000Z',
])('the timestamp %s is none', (timestamp) => {
  expect(say(parseSessionFixture, `session_id: a\nlast_updated_at: ${timestamp}`)).toEqual([
    '2:18 "last_updated_at" must be a timestamp like 2026-04-21T09:15:00.000000',
  ]);
});

test('every fault of a session fixture is told at once, in the order of the file', () => {
  const text = `session_id: ""
title: 3
index_ids: [a, b, c, d, e, f, g, h, i, j, k]
shared_access: raed_only
project_id: nope
turns: [{ promt: a }, { prompt: a, broken_after_events: -1 }]
last_updated_at: 2026-04-21T09:15:00.000000
`;
  expect(say(parseSessionFixture, text)).toEqual([
    '1:13 "session_id" must have at least 1 character, not 0',
    '2:8 "title" must be a string, not 3',
    '3:12 "index_ids" must have at most 10 items, not 11',
    '4:16 "raed_only" is not allowed; did you mean "read_only"? Allowed: read_only, query.',
    '5:13 "project_id" must be a UUID like 6ba7b810-9dad-11d1-80b4-00c04fd430c8, not "nope"',
    '6:9 "prompt" is missing; it must be a string',
    '6:11 unknown key "promt"; did you mean "prompt"? Allowed here: prompt, index_ids, steps, broken_after_events.',
    '6:57 "broken_after_events" must be at least 0, not -1',
  ]);
});

test('an index fixture needs what the API shows, and files', () => {
  expect(say(parseIndexFixtures, '- id: a\n  fiels: []')).toContain(
    '2:3 unknown key "fiels"; did you mean "files"? Allowed here: id, name, description, project_id, source_directory_id, output_directory_id, sync_config_id, export_config_id, created_at, updated_at, last_synced_at, last_exported_at, metadata, files, reachable.',
  );
});

test('choices: each row within what it allows', () => {
  expect(say(parseChoices, 'sse_newline: crfl\npage_size_max: 0\ntitle_suffix: "a\\nb"\nechoo: 1')).toEqual([
    '1:14 "crfl" is not allowed; did you mean "crlf"? Allowed: lf, crlf.',
    '2:16 "page_size_max" must be at least 1, not 0',
    '3:15 "title_suffix" must be one line, not "a\\nb"',
    expect.stringMatching(/^4:1 unknown key "echoo"/),
  ]);
  expect(parseChoices({ file: 'c.yaml', text: 'sse_ids: true\nsse_retry_ms: null' })).toEqual({
    value: { sse_ids: true, sse_retry_ms: null },
  });
});
