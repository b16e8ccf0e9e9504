import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';

const files = {
  'scenarios/001-how-are-you.yaml':
    'scenario: 001-how-are-you\nwhen: { prompt: { equals: How are you? }, turn: 1 }\nsteps: [{ text: Fine. }]\n',
  'scenarios/002-and-now.yaml':
    'scenario: 002-and-now\nwhen: { prompt: { equals: And now? }, turn: 2 }\nsteps: [{ text: "{{{{still}} fine." }]\n',
  'sessions/001-ses-1.yaml': 'session_id: ses-1\nlast_updated_at: "2026-04-22T12:00:01.000000"\n',
  'sessions/002-ses-2.yaml': 'session_id: ses-2\nlast_updated_at: "2026-04-22T12:00:02.000000"\n',
  'choices.yaml': 'echo_user_input: false\n',
};
const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };

test('a mock answers with a recording, and knows what of it no request has asked for', async () => {
  const seen: string[] = [];
  const mock = createChatMock({
    ...{ recording: temporaryDirectory(files), speed: 'instant' },
    onActivity: ({ kind }) => seen.push(kind),
  });
  const ask = async (prompt: string) => {
    const response = await mock.fetch('http://mock/api/v1/chat/ses-1/messages/stream', {
      ...{ method: 'POST', headers },
      body: JSON.stringify({ prompt, index_ids: ['idx-1'] }),
    });
    return response.text();
  };
  const rest = [
    { kind: 'scenario', name: '002-and-now' },
    { kind: 'session', name: 'ses-2' },
  ];
  expect(mock.recording.unused).toEqual([
    { kind: 'scenario', name: '001-how-are-you' },
    rest[0],
    { kind: 'session', name: 'ses-1' },
    rest[1],
  ]);
  const answer = await ask('How are you?');
  expect(answer).toContain('Fine.');
  expect(answer).not.toContain('user_input');
  expect(seen).toContain('stream');
  expect(mock.recording.unused).toEqual(rest);
  mock.reset();
  expect(mock.recording.unused).toEqual(rest);
  await mock.fetch('http://mock/api/v1/chat', { headers });
  expect(mock.recording.unused).toEqual([rest[0]]);
});

test('what a program gives itself wins over the recording, and the built-in data stays', () => {
  const mock = createChatMock({
    recording: temporaryDirectory(files),
    scenarios: [{ scenario: '002-and-now', steps: [{ text: 'Mine.' }] }],
    sessions: [{ session_id: 'ses-2', title: 'Mine', last_updated_at: '2026-04-22T12:00:00.000000' }],
    choices: { echo_user_input: true },
  });
  expect(mock.scenarioNames).toEqual(expect.arrayContaining(['001-how-are-you', '002-and-now', 'slow-tool']));
  expect(createChatMock().recording.unused).toEqual([]);
});

test('a recording that cannot be loaded is an error that says where and what to do', () => {
  const empty = temporaryDirectory({ 'recording.ndjson': '' });
  expect(() => createChatMock({ recording: empty })).toThrow(/holds a recording of which no mock was made: run npx/);
  expect(() => createChatMock({ recording: join(empty, 'none') })).toThrow('is not a directory');
  expect(() => createChatMock({ recording: temporaryDirectory() })).toThrow('holds no mock');
  expect(() => createChatMock({ recording: '' })).toThrow('recording');
  const wrong = temporaryDirectory(files);
  writeFileSync(join(wrong, 'choices.yaml'), 'ecko_user_input: true\n');
  writeFileSync(join(wrong, 'scenarios', '002-and-now.yaml'), 'scenario: 002-and-now\nsteps: [{ txet: a }]\n');
  expect(() => createChatMock({ recording: wrong })).toThrow(/002-and-now\.yaml:2[\s\S]*choices\.yaml:1/);
});
