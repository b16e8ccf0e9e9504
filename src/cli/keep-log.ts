import packageJson from '../../package.json' with { type: 'json' };
import type { OpenLog } from '../log/index.ts';
import type { ChatMockOptions } from '../node/mock.ts';
import type { Io } from './io.ts';

/** Where a server keeps its log, and what it is started with. */
interface Kept {
  readonly path: string;
  readonly sync: 'os' | 'always';
  readonly options: ChatMockOptions;
}

/** Opens the log of a server. Says on stderr if a last line had to be dropped. */
export async function keepLog(
  { path, sync, options }: Kept,
  { load, stderr }: Pick<Io, 'load' | 'stderr'>,
): Promise<OpenLog> {
  const { openLog } = await load.log();
  const { builtInScenarios, findOwn } = await load.builtIn();
  const { seed = 1, edition, generatedSessions = 0, clock = 'fixed', lenient = false } = options;
  const { scenarios, sessions, indexes, choices, corsOrigins = [], limits = {} } = options;
  if (edition === undefined) throw new Error('A server has an edition.');
  const opened = await openLog(path, {
    sync,
    builtIn: builtInScenarios,
    now: {
      version: packageJson.version,
      options: {
        ...{ seed, edition, generatedSessions, clock, lenient, corsOrigins, limits },
        builtIn: scenarios === undefined || findOwn(scenarios).length < scenarios.length,
      },
      data: { scenarios: scenarios && findOwn(scenarios), sessions, indexes, choices },
    },
  });
  if (opened.tornBytes > 0)
    stderr.write(
      `The last line of the log ${path} was not written to its end; its ${opened.tornBytes} bytes are dropped.\n`,
    );
  return opened;
}
