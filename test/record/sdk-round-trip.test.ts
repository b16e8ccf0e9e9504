import { dirname } from 'node:path';
import LlamaCloud from '@llamaindex/llama-cloud';
import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { loadChoices, loadFixtures, loadScenarios } from '../../src/node/files.ts';
import { makeMock } from '../../src/record/mock/make-mock.ts';
import { startRecorder } from '../support/recorder.ts';

/** What an application of the official SDK gets: two turns in a session, one of which fails, and all looks at it. */
async function useSdk(baseURL: string, id: string | null) {
  const { chat } = new LlamaCloud({ baseURL, apiKey: 'any', maxRetries: 0 }).beta;
  const session = id ?? (await chat.create({ index_ids: ['idx-abc123'] })).session_id;
  const streams: string[] = [];
  for (const prompt of ['/fast', '/parallel-tools']) {
    streams.push(String(await chat.stream(session, { prompt, index_ids: ['idx-abc123'] })));
  }
  const refused = await chat.retrieve('no-such-session').catch((error: { status?: number }) => error.status);
  return { session, seen: { streams, history: (await chat.retrieve(session)).events, refused } };
}

test('the official SDK gets the same from a service, through the recorder, and from the mock made of the recording', async () => {
  const service = await createChatMock({ speed: 'instant' }).listen();
  const direct = await useSdk(service.url, null);
  const recorder = await startRecorder(service.url);
  const recorded = await useSdk(recorder.url, null);
  await recorder.stop();
  await service.close();
  const made = await makeMock(recorder.file);
  expect([made.scenarios, made.notes]).toEqual([2, []]);
  const directory = dirname(recorder.file);
  const replay = await createChatMock({
    speed: 'instant',
    scenarios: await loadScenarios(`${directory}/scenarios`),
    ...(await loadFixtures(`${directory}/sessions`)),
    choices: await loadChoices(`${directory}/choices.yaml`),
  }).listen();
  const replayed = await useSdk(replay.url, recorded.session);
  await replay.close();
  const textsIn = ({ streams }: typeof direct.seen) => streams.map((text) => text.match(/"content":"[^"]*"/g));
  expect(textsIn(recorded.seen)).toEqual(textsIn(direct.seen));
  expect(replayed.seen).toEqual(recorded.seen);
  expect(recorded.seen.refused).toBe(404);
});
