import { createChatMock } from '../../src/node/checked-mock.ts';
import { loadChoices, loadFixtures, loadScenarios } from '../../src/node/files.ts';
import { buildMockFiles } from '../../src/record/mock/build-mock.ts';
import { writeMockFiles } from '../../src/record/mock/write-mock.ts';
import type { Timer } from '../../src/runtime/timer.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { exchange, type RawExchange } from './raw-client.ts';
import { startRecorder } from './recorder.ts';

type ChatMock = ReturnType<typeof createChatMock>;

interface Asked {
  readonly path: string;
  readonly prompt: string;
}

interface RoundTripOptions {
  /** The time of the recorder. */
  readonly timer?: Timer;
  /** The clients leave when this is true of the body so far. */
  readonly leavesAt?: (body: Buffer) => boolean;
  /** The clients leave when it is settled; `mock` is the one that replays, once it does. */
  readonly untilLeaving?: (mock: ChatMock | undefined) => Promise<unknown>;
}

/** Records turns of a server, and returns what a mock made from the recording answers to the same requests. */
export async function roundTrip(
  upstream: string,
  prompts: readonly string[],
  { timer, leavesAt, untilLeaving }: RoundTripOptions = {},
) {
  let written = 0;
  let wake = () => {};
  const onExchange = () => {
    written += 1;
    wake();
  };
  /** The recorder must see that a client leaves before it is stopped. */
  const untilWritten = async (count: number) => {
    while (written < count)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  const recorder = await startRecorder(upstream, { onExchange, ...(timer && { timer }) });
  const create = async () => JSON.parse(String((await exchange(recorder, { path: '/api/v1/chat', body: {} })).body));
  const ask = async (port: number, { path, prompt }: Asked, asked?: ChatMock) => {
    const leaver = new AbortController();
    const body = { prompt, index_ids: ['idx-1'] };
    const signal = AbortSignal.any([leaver.signal, AbortSignal.timeout(20_000)]);
    const answer = exchange({ port }, { path, body, signal, ...(leavesAt && { leavesAt }) });
    await untilLeaving?.(asked)?.then(() => leaver.abort());
    return answer;
  };
  const asked: Asked[] = [];
  const recorded: RawExchange[] = [];
  for (const prompt of prompts) {
    const path = `/api/v1/chat/${encodeURIComponent((await create()).session_id)}/messages/stream`;
    asked.push({ path, prompt });
    recorded.push(await ask(recorder.port, { path, prompt }));
    await untilWritten(2 * asked.length);
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
  for (const one of asked) replayed.push(await ask(server.port, one, mock));
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
