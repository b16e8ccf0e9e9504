import packageJson from '../../package.json' with { type: 'json' };
import type { InputLog, LogEntry } from '../log/index.ts';
import type { ChatMock } from '../node/mock.ts';
import type { Io } from './io.ts';

/** A log, and a fresh mock to which its inputs can be applied. */
export interface OpenReplay {
  readonly mock: ChatMock;
  readonly log: InputLog;
  entries(): Iterable<LogEntry>;
}

/** Opens a log to be played. Says on stderr if another version has written it, whose answers may be others. */
export async function openReplay(path: string, { load, stderr }: Pick<Io, 'load' | 'stderr'>): Promise<OpenReplay> {
  const { readLogFile, toData, InputLog } = await load.log();
  const { builtInScenarios } = await load.builtIn();
  const { buildMock } = await load.mock();
  const { header, entries } = readLogFile(path);
  const { builtIn, ...options } = header.options;
  if (header.version !== packageJson.version)
    stderr.write(
      `The log ${path} was written by version ${header.version}, this is ${packageJson.version}: answers may differ.\n`,
    );
  const log = new InputLog({ beganMicros: header.at, sink: null, builtIn: builtIn ? builtInScenarios : [] });
  const mock = buildMock({ ...options, ...toData(header, builtInScenarios), onActivity: null }, log);
  return { mock, log, entries };
}
