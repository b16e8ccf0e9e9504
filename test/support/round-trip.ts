import { createChatMock } from '../../src/node/checked-mock.ts';
import { loadChoices, loadFixtures, loadScenarios } from '../../src/node/files.ts';
import { buildMockFiles } from '../../src/record/mock/build-mock.ts';
import { writeMockFiles } from '../../src/record/mock/write-mock.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { exchange, type RawExchange } from './raw-client.ts';
import { startRecorder } from './recorder.ts';

interface Asked {
  readonly path: string;
  readonly prompt: string;
}

/** Records turns of a server, and returns what a mock made from the recording answers to the same requests. */
export async function roundTrip(upstream: string, prompts: readonly string[]) {
  const recorder = await startRecorder(upstream);
  const create = async () => JSON.parse(String((await exchange(recorder, { path: '/api/v1/chat', body: {} })).body));
  const ask = (port: number, { path, prompt }: Asked) =>
    exchange({ port }, { path, body: { prompt, index_ids: ['idx-1'] }, signal: AbortSignal.timeout(20_000) });
  const asked: Asked[] = [];
  const recorded: RawExchange[] = [];
  for (const prompt of prompts) {
    const path = `/api/v1/chat/${encodeURIComponent((await create()).session_id)}/messages/stream`;
    asked.push({ path, prompt });
    recorded.push(await ask(recorder.port, { path, prompt }));
  }
  const exchanges = await recorder.stop();
  const directory = temporaryDirectory();
  const made = await buildMockFiles(exchanges);
  await writeMockFiles(directory, made.files);
  const mock = createChatMock({
    speed: 'instant',
    scenarios: await loadScenarios(`${directory}/scenarios`),
    ...(await loadFixtures(`${directory}/sessions`)),
    choices: await loadChoices(`${directory}/choices.yaml`),
  });
  const server = await mock.listen();
  const replayed: RawExchange[] = [];
  for (const one of asked) replayed.push(await ask(server.port, one));
  await server.close();
  return { made, exchanges, recorded, replayed, directory, file: recorder.file };
}

/** What a client can compare: not the date, nor what is about one connection. */
export function comparable({ head, chunks, body, end, status }: RawExchange) {
  const headers = head
    .split('\r\n')
    .slice(1)
    .filter((line) => !/^(date|connection|keep-alive|content-length|transfer-encoding):/i.test(line))
    .map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))
    .toSorted();
  return {
    status,
    headers,
    chunks: chunks.map((chunk) => chunk.toString('latin1')),
    body: body.toString('latin1'),
    end,
  };
}
