import { keepLog } from '../../../src/cli/keep-log.ts';
import { openReplay } from '../../../src/cli/open-replay.ts';
import * as log from '../../../src/log/index.ts';
import * as builtIn from '../../../src/node/built-in.ts';
import { buildMock, type ChatMock, type ChatMockOptions } from '../../../src/node/mock.ts';

/** A mock with a log, as `chat-mock serve --log` starts it. */
export interface LoggedMock {
  readonly mock: ChatMock;
  /** How many inputs of an earlier run were applied. */
  readonly applied: number;
  /** What was said on stderr. */
  readonly said: string;
  /** Ends it as `kill -9` does: it writes nothing more. */
  kill(): void;
}

export async function startLogged(path: string, options: ChatMockOptions): Promise<LoggedMock> {
  const said: string[] = [];
  const load = { log: async () => log, builtIn: async () => builtIn };
  const io = { load, stderr: { write: (text: string) => void said.push(text) } };
  const kept = await keepLog({ path, sync: 'os', options }, io as unknown as Parameters<typeof keepLog>[1]); // Its part of it.
  const mock = buildMock({ ...options, ...kept.data }, kept.log);
  const applied = await kept.catchUp();
  return { mock, applied, said: said.join(''), kill: () => kept.close() };
}

/** Plays a log; returns what its requests were answered, in the order in which they came. */
export async function replayAll(path: string): Promise<readonly log.Replayed[]> {
  const load = { log: async () => log, builtIn: async () => builtIn, mock: async () => ({ buildMock }) };
  const io = { load, stderr: { write: () => {} } };
  const replay = await openReplay(path, io as unknown as Parameters<typeof openReplay>[1]); // Its part of it.
  const answers: log.Replayed[] = [];
  for (const entry of replay.entries()) answers.push(...(await replay.log.apply(entry)));
  answers.push(...replay.log.goLive());
  return answers.sort((one, other) => one.request - other.request);
}
